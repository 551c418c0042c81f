"""The manifest of a feature of the server; joins the manifests of all features.

Each folder of `bbs_server/features` has its manifest in `feature.py`, as `FEATURE`.
"""

import inspect
from collections.abc import Callable, Collection, Iterable, Mapping, Set
from enum import StrEnum
from functools import cache
from graphlib import CycleError, TopologicalSorter
from types import ModuleType
from typing import Any, get_args

from msgspec import Struct

from bbs.discovery import ManifestError, feature_modules, feature_names, merge
from bbs.features.reading.views import NoticeKind
from bbs.messages import Command, Event, View
from bbs.powers import NeedTarget
from bbs.streams import StreamKind
from bbs_server.handler_api import (
    Awaited,
    Context,
    Handler,
    Prefetch,
    QueryHandler,
    Reaction,
    Tell,
    WhileWaiting,
)
from bbs_server.jobs import Job
from bbs_server.outcome import AppendEvent, Effect
from bbs_server.personal import PersonalData, Section
from bbs_server.preparing import Prepare
from bbs_server.standing import Locate, Restate, StreamSpec
from bbs_server.store.api import Tx
from bbs_server.undoing import Undo

FEATURES_PACKAGE = "bbs_server.features"


class ReactsTo(Struct, frozen=True):
    """A reaction to an event of another feature.

    Attributes:
        event: The event's class.
        run: The reaction, in the same savepoint.
        after: The features whose reactions to this event run before.
    """

    event: type[Event]
    run: Reaction
    after: tuple[str, ...] = ()


class Feature(Struct, frozen=True, kw_only=True):
    """The manifest of a feature.

    Attributes:
        modules: The modules with its handlers. A public function there that takes `(tx, ctx,
            command)` executes commands of the class of its last parameter; one that takes `(tx,
            ctx, query)` answers that query; one that takes `(p, command)` does the slow work that
            the command needs before its transaction.
        prefetches: The keys of rows that the handler of a command will look up.
        reactions: Its reactions to events of other features.
        lookups: Its answers to the gate and to other features: a function under each of its names
            in `FeatureLookups` or `ObjectLocator`.
        targets: The functions by which the gate locates a request's thing, by the kinds of things
            it owns.
        streams: The kinds of streams it owns.
        restates: The functions that return a thing as it stands now, by the class of its view: the
            answer to a command that made nothing else is not stored.
        tells: Its notices (P8): for each kind that it owns, the events that cause one.
        waiting: The further effects of its commands that wait, by the command.
        undo: The functions that return what undoes a command, by the command: exactly those commands
            can be items of a plan (protocol 26).
        awaited: Returns the boards on which something of it has waited for moderators since a moment,
            in ms, or longer: such a board says so to its readers, and never what or who it is.
        jobs: Its timed work.
        personal: The personal data in its tables, column by column.
        sections: The sections of the export with that data.
    """

    modules: tuple[ModuleType, ...] = ()
    reactions: tuple[ReactsTo, ...] = ()
    lookups: Mapping[str, Callable[..., Any]] = {}
    targets: Mapping[NeedTarget, Locate] = {}
    streams: tuple[StreamSpec, ...] = ()
    restates: Mapping[type[View], Restate] = {}
    tells: Mapping[NoticeKind, Mapping[type[Event], Tell]] = {}
    waiting: Mapping[type[Command[Any]], WhileWaiting] = {}
    undo: Mapping[type[Command[Any]], Undo] = {}
    awaited: Awaited | None = None
    jobs: tuple[Job, ...] = ()
    personal: tuple[PersonalData, ...] = ()
    sections: tuple[Section, ...] = ()

    @property
    def commands(self) -> dict[Any, Handler]:
        """The handler of each of its commands."""
        return self._functions("tx", "ctx", "command")

    @property
    def queries(self) -> dict[Any, QueryHandler]:
        """The handler of each of its queries."""
        return self._functions("tx", "ctx", "query")

    @property
    def prepares(self) -> dict[Any, Prepare]:
        """The function that prepares each command before its transaction."""
        return self._functions("p", "command")

    @property
    def prefetches(self) -> dict[Any, Prefetch]:
        """The function that returns the keys that a command's handler will look up."""
        return self._functions("command")

    def _functions(self, *parameters: str) -> dict[Any, Callable[..., Any]]:
        """Return the public functions with these parameters, by the class of the last one."""
        return merge(_functions_of(module, parameters) for module in self.modules)


@cache
def _functions_of(
    module: ModuleType, parameters: tuple[str, ...]
) -> Mapping[Any, Callable[..., Any]]:
    """Do it for one module, once for each process, because inspecting signatures is slow."""
    return merge(
        dict.fromkeys(_requests_of(function.__annotations__[parameters[-1]]), function)
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
        if tuple(inspect.signature(function).parameters) == parameters
    )


def _requests_of(annotation: Any) -> tuple[Any, ...]:
    """Return the request of a function's last parameter, or all of `A | B`."""
    return get_args(annotation) or (annotation,)


def find_features() -> dict[str, Feature]:
    """Return every feature's manifest by the feature's name, sorted by it.

    Raises:
        ModuleNotFoundError: If a feature's folder has no `feature.py`.
    """
    modules = feature_modules(FEATURES_PACKAGE, "feature")
    found = (module.FEATURE for module in modules)
    return dict(zip(feature_names(FEATURES_PACKAGE), found, strict=True))


@cache
def find_sections() -> dict[str, Section]:
    """Return the sections of an export by their names, in their order.

    Raises:
        ManifestError: If two features have a section of the same name.
    """
    brought = (feature.sections for feature in find_features().values())
    return merge({section.name: section} for sections in brought for section in sections)


@cache
def list_personal_data() -> tuple[PersonalData, ...]:
    """Return the personal data that each feature stores, by the features' names."""
    return tuple(data for feature in find_features().values() for data in feature.personal)


def order_reactions(features: Mapping[str, Feature]) -> dict[type[Event], tuple[Reaction, ...]]:
    """Return the reactions to each event in the order in which they run.

    A reaction runs after those it names by `after`. Reactions of one feature keep their order in
    the manifest. Otherwise the order is always the same, but nothing may rely on it.

    Raises:
        ManifestError: If reactions wait for each other in a circle, or a reaction for a feature
            that does not react to the event.
    """
    by_event: dict[type[Event], dict[str, list[ReactsTo]]] = {}
    for name, feature in features.items():
        for reaction in feature.reactions:
            by_event.setdefault(reaction.event, {}).setdefault(name, []).append(reaction)
    return {event: tuple(_ordered(event, brought)) for event, brought in by_event.items()}


def _ordered(event: type[Event], brought: Mapping[str, list[ReactsTo]]) -> Iterable[Reaction]:
    waits = {
        name: sorted({before for reaction in reactions for before in reaction.after})
        for name, reactions in brought.items()
    }
    for name, others in waits.items():
        if missing := set(others) - brought.keys():
            raise ManifestError(
                f"{name} reacts to {event.kind} after {', '.join(sorted(missing))},"
                " which does not react to it"
            )
    try:
        order = tuple(TopologicalSorter(waits).static_order())
    except CycleError as error:
        circle = " after ".join(reversed(error.args[1]))
        raise ManifestError(f"reactions to {event.kind} wait in a circle: {circle}") from error
    return [reaction.run for name in order for reaction in brought[name]]


def join_reactions(features: Mapping[str, Feature]) -> dict[type[Event], tuple[Reaction, ...]]:
    """Return the followers of each event: the reactions to it, then its notices.

    Raises:
        ManifestError: As `order_reactions` and `join_tells` do.
    """
    joined = order_reactions(features)
    for kind, told_by in join_tells(features.values()).items():
        for event, find in told_by.items():
            joined[event] = (*joined.get(event, ()), _notify(kind, find))
    return joined


def join_tells(
    features: Iterable[Feature],
) -> dict[NoticeKind, Mapping[type[Event], Tell]]:
    """Return the events that cause notices, by the notices' kind.

    Raises:
        ManifestError: If no feature has a kind, or two do.
    """
    found = merge(feature.tells for feature in features)
    _refuse_missing("notice", NoticeKind, found.keys())
    return found


def _notify(kind: NoticeKind, find: Tell) -> Reaction:
    def notify(tx: Tx, ctx: Context, emit: AppendEvent) -> Iterable[Effect]:
        for told in find(tx, ctx, emit):
            yield from ctx.readers.effects_of_notice(tx, ctx, kind, told)

    return notify


def join_targets(features: Iterable[Feature]) -> dict[NeedTarget, Locate]:
    """Return the functions by which the gate locates a request's thing, by the kind of thing.

    Raises:
        ManifestError: If no feature has a kind, or two do.
    """
    found = merge(feature.targets for feature in features)
    _refuse_missing("target", NeedTarget, found.keys())
    return found


def join_streams(features: Iterable[Feature]) -> dict[str, StreamSpec]:
    """Return the declarations of all streams, by their kind.

    Raises:
        ManifestError: If no feature has a kind, or two do.
    """
    found = merge({str(spec.kind): spec} for feature in features for spec in feature.streams)
    _refuse_missing("stream", StreamKind, found.keys())
    return found


def _refuse_missing(what: str, kinds: type[StrEnum], brought: Set[str]) -> None:
    if missing := [kind.value for kind in kinds if kind.value not in brought]:
        raise ManifestError(f"no feature brings the {what} {', '.join(missing)}")


def make_lookups(features: Collection[Feature], *wanted: type) -> Any:
    """Return an object with the functions of the protocols, each from the feature that owns it.

    Args:
        features: All features.
        wanted: The protocols.

    Raises:
        ManifestError: If a function, a target or a kind of streams is missing or occurs twice, or
            no protocol has a function.
    """
    brought = merge(feature.lookups for feature in features)
    asked = {
        name
        for protocol in wanted
        for name, member in vars(protocol).items()
        if callable(member) and not name.startswith("_")
    }
    if odd := asked ^ brought.keys():
        raise ManifestError(f"lookups are asked for or brought, not both: {', '.join(sorted(odd))}")
    answers: dict[str, Any] = {name: staticmethod(look) for name, look in brought.items()}
    registries = {
        "targets": join_targets(features),
        "streams": join_streams(features),
        "restates": merge(feature.restates for feature in features),
        "waiting": merge(feature.waiting for feature in features),
        "undo": merge(feature.undo for feature in features),
        "awaited": tuple(each.awaited for each in features if each.awaited is not None),
    }
    return type("Lookups", (), answers | registries)()
