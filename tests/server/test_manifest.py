"""What features say they bring is put together in one order, or refused at start."""

import ast
import inspect
from collections.abc import Iterable
from types import ModuleType
from typing import Any, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from bbs import limits
from bbs.clock import DAY_MS, HOUR_MS
from bbs.discovery import ManifestError, merge
from bbs.features.boards.kinds import BoardKind
from bbs.features.boards.messages import GetBoard, Visibility
from bbs.features.boards.seat_messages import SeatChanged, TakeSeat
from bbs.features.members.messages import MemberJoined
from bbs.features.reading.views import NoticeKind
from bbs.ids import new_id
from bbs.powers import NeedTarget, Power, Role, powers_of, restrict_to_scope
from bbs.streams import StreamKind
from bbs_server.composition import LOOKUPS, make_table
from bbs_server.handler_api import FeatureLookups
from bbs_server.manifest import (
    Feature,
    ReactsTo,
    find_features,
    join_streams,
    join_targets,
    join_tells,
    make_lookups,
    order_reactions,
)
from bbs_server.standing import Actor, BoardFacts, ObjectLocator, Standing
from tests.shape.tree import parsed, python_files


def reaction(name: str) -> Any:
    """Return a reaction that does nothing and is called `name`."""

    def react(*_: object) -> tuple[()]:
        return ()

    react.__name__ = name
    return react


def house(waits: dict[str, Iterable[str]]) -> dict[str, Feature]:
    """Return features that each react to a seat, after those named."""
    return {
        name: Feature(reactions=(ReactsTo(SeatChanged, reaction(name), after=tuple(others)),))
        for name, others in waits.items()
    }


def order(features: dict[str, Feature]) -> list[str]:
    """Return the names of the reactions to a seat, in the order they run."""
    return [run.__name__ for run in order_reactions(features)[SeatChanged]]


def test_a_reaction_runs_after_those_it_names() -> None:
    """`after` decides the order, whatever the features are called."""
    assert order(house({"alder": ("birch",), "birch": ("cedar",), "cedar": ()})) == [
        "cedar",
        "birch",
        "alder",
    ]


@given(st.data())
def test_every_possible_order_is_found(data: st.DataObject) -> None:
    """Where an order is possible at all, each reaction runs once and after those it names."""
    names = data.draw(st.permutations("abcdefg"))
    waits = {
        name: data.draw(st.sets(st.sampled_from(names[:place]))) if place else set()
        for place, name in enumerate(names)
    }
    features = house({name: sorted(waits[name]) for name in sorted(waits)})
    found = order(features)
    assert sorted(found) == sorted(names)
    assert all(found.index(first) < found.index(name) for name in names for first in waits[name])
    assert found == order(features)


def test_one_feature_keeps_its_own_order() -> None:
    """Several reactions of one feature to one event run as it says them; other events stand apart."""
    features = {
        "alder": Feature(
            reactions=(
                ReactsTo(SeatChanged, reaction("second"), after=("birch",)),
                ReactsTo(MemberJoined, reaction("elsewhere")),
                ReactsTo(SeatChanged, reaction("third")),
            )
        ),
        "birch": Feature(reactions=(ReactsTo(SeatChanged, reaction("first")),)),
    }
    assert order(features) == ["first", "second", "third"]
    assert [run.__name__ for run in order_reactions(features)[MemberJoined]] == ["elsewhere"]


def test_a_circle_of_reactions_is_refused() -> None:
    """Reactions that wait for each other have no order: the server does not start."""
    with pytest.raises(ManifestError, match=r"boards\.seat_changed wait in a circle"):
        order_reactions(house({"alder": ("birch",), "birch": ("alder",)}))


def test_after_a_feature_that_does_not_react_is_refused() -> None:
    """`after` names a feature that reacts to the same event, so that no slip of the pen is lost."""
    with pytest.raises(ManifestError, match=r"alder reacts to .* after brich"):
        order_reactions(house({"alder": ("brich",), "birch": ()}))


def module(*handlers: Any) -> ModuleType:
    """Return a module of these functions, under the names they have."""
    found = ModuleType("handlers")
    for handler in handlers:
        handler.__module__ = found.__name__
        setattr(found, handler.__name__, handler)
    return found


def test_a_handler_is_found_by_its_parameters() -> None:
    """Public functions of a feature's modules handle the request of which their last parameter is."""

    def take(tx: Any, ctx: Any, command: TakeSeat) -> Any: ...
    def show(tx: Any, ctx: Any, query: GetBoard) -> Any: ...
    async def prepare(p: Any, command: TakeSeat) -> Any: ...
    def _shorten(tx: Any, ctx: Any, command: TakeSeat) -> Any: ...
    def check(command: TakeSeat) -> Any: ...

    feature = Feature(modules=(module(take, show), module(prepare, _shorten, check)))
    assert feature.commands == {TakeSeat: take}
    assert feature.queries == {GetBoard: show}
    assert feature.prepares == {TakeSeat: prepare}


def test_two_handlers_of_one_request_are_refused() -> None:
    """The server does not start if it cannot know which function handles a request."""

    def take(tx: Any, ctx: Any, command: TakeSeat) -> Any: ...
    def sit(tx: Any, ctx: Any, command: TakeSeat) -> Any: ...

    with pytest.raises(ManifestError, match="TakeSeat"):
        _ = Feature(modules=(module(take, sit),)).commands


def test_lookups_are_complete() -> None:
    """A lookup that is asked for and not brought, or brought and not asked for, is refused."""
    features = [feature for name, feature in find_features().items() if name != "norms"]
    with pytest.raises(ManifestError, match="clause_existed"):
        make_lookups(features, *LOOKUPS)
    more = Feature(lookups={"clause_existed": reaction("a"), "weather": reaction("b")})
    with pytest.raises(ManifestError, match="weather"):
        make_lookups((*features, more), *LOOKUPS)


REGISTRIES = {
    "targets": (join_targets, NeedTarget.POST),
    "streams": (join_streams, StreamKind.LOUNGE),
    "notices": (join_tells, NoticeKind.WORDS),
}
"""What features bring by kind: what joins it, and a kind that `threads` brings."""


@pytest.mark.parametrize("registry", REGISTRIES)
def test_kinds_are_brought_by_one_feature_each(registry: str) -> None:
    """The server does not start if nobody says where a thing is, who hears a stream or whom a notice
    is for; or two do."""
    features = find_features()
    threads = features.pop("threads")
    join: Any = REGISTRIES[registry][0]
    kind = REGISTRIES[registry][1].value
    with pytest.raises(ManifestError, match=f"brings the {registry.removesuffix('s')} .*{kind}"):
        join(features.values())
    with pytest.raises(ManifestError, match=f"two features bring .*{kind}"):
        join((*features.values(), threads, threads))


SEATED = {Role.MEMBER, Role.SEATED, Role.MODERATOR, Role.CORRESPONDENT}
HEARD_BY = {
    StreamKind.BOARD: SEATED,
    StreamKind.LOUNGE: SEATED,
    StreamKind.DESK: {Role.MODERATOR},
    StreamKind.MEMBER: set(Role),
    StreamKind.ACTS: set(),
    StreamKind.CASE: set(),  # its handlers stand in rows
    StreamKind.NOTE: set(),  # its readers stand in rows: tests/features/arriving/test_notes.py
}
"""Who hears the streams of a board, or of their own; of the kind nobody listens to, nobody."""


@pytest.mark.parametrize("kind", StreamKind)
def test_who_hears_a_stream(kind: StreamKind) -> None:
    """Each kind is heard by whoever may read its events, by no token that reaches less (P11, 6.1)."""
    spec = make_table().readers.streams[kind]
    me, board = new_id(), new_id()
    device = Actor(me, new_id(), seated=True)
    token = structs.replace(device, scope=frozenset({Power.READ}))
    facts = BoardFacts(board, "garden", BoardKind.BOARD, Visibility.MEMBERS, 30, 48, 0, 1)
    for role in Role:
        powers = powers_of(role, frozenset())
        for actor in (device, token):
            standing = Standing(facts, role, restrict_to_scope(powers, actor.scope))
            owner, known = (board, standing) if spec.of_board else (me, None)
            reaches = actor is device or kind in (StreamKind.BOARD, StreamKind.LOUNGE)
            heard = role in HEARD_BY[kind] and reaches
            assert spec.hears(actor, owner, known) == heard, (role, actor.scope)
            assert not spec.hears(actor, new_id(), None)  # another member's, or of no board


def test_how_long_streams_keep_events() -> None:
    """A board's log ends with its posts, a lounge's with its lines, acts by themselves (P8, P10)."""
    streams = make_table().readers.streams
    short = BoardFacts(new_id(), "garden", BoardKind.BOARD, Visibility.MEMBERS, 7, 12, 0, 1)
    kept = {kind: spec.kept_ms(short if spec.of_board else None) for kind, spec in streams.items()}
    assert kept == {
        StreamKind.BOARD: 7 * DAY_MS,
        StreamKind.LOUNGE: 12 * HOUR_MS,
        StreamKind.DESK: limits.STREAM_DAYS * DAY_MS,
        StreamKind.MEMBER: limits.STREAM_DAYS * DAY_MS,
        StreamKind.ACTS: limits.ACT_DAYS * DAY_MS,
        StreamKind.NOTE: limits.STREAM_DAYS * DAY_MS,
        StreamKind.CASE: limits.STREAM_DAYS * DAY_MS,
    }
    for_ever = streams[StreamKind.BOARD].kept_ms(structs.replace(short, retention_days=0))
    assert for_ever == limits.STREAM_DAYS * DAY_MS


def test_the_pipeline_knows_no_kinds() -> None:
    """The pipeline asks the registries: what it says of a kind by itself, no feature can change."""
    for path in python_files("server/bbs_server/pipeline"):
        named = {
            ast.unparse(node) for node in ast.walk(parsed(path)) if isinstance(node, ast.Attribute)
        }
        assert not {f"StreamKind.{kind.name}" for kind in StreamKind} & named, path
        things = set(NeedTarget) - {NeedTarget.COMMUNITY}  # which names no thing
        assert not {f"NeedTarget.{kind.name}" for kind in things} & named, path


ASKED = [
    (name, member)
    for protocol in (FeatureLookups, ObjectLocator)
    for name, member in vars(protocol).items()
    if callable(member) and not name.startswith("_")
]


@pytest.mark.parametrize(("name", "wanted"), ASKED)
def test_lookups_answer_what_is_asked(name: str, wanted: Any) -> None:
    """What a feature brings takes the arguments of the protocol and returns its type."""
    brought = merge(feature.lookups for feature in find_features().values())[name]
    arguments = [p for p in inspect.signature(wanted).parameters if p != "self"]
    inspect.signature(brought).bind(*arguments)
    assert get_type_hints(brought)["return"] == get_type_hints(wanted)["return"]
