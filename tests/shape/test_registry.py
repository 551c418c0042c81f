"""The registry is complete: every message is handled, told, documented, and folded somewhere."""

import inspect
import re
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any, get_type_hints

import click
import pytest

from bbs.cli.lazy_group import LazyGroup, load
from bbs.cli.main import cli
from bbs.features.boards.settings_structs import SettingsAtOpening, SettingsChange
from bbs.messages import Command, Ephemeral, Event, Query, Request, Result
from bbs.powers import ROLE_POWERS, SYSOP_POWERS, TOKEN_POWERS, NeedTarget, Power, Role
from bbs.wire.error_codec import all_errors
from bbs.wire.messages import Discover
from bbs.wire.registry import (
    EPHEMERALS,
    EVENTS,
    FEATURES,
    REQUESTS,
    message_modules,
    result_type,
)
from bbs_client.mirror.apply import WRITERS
from bbs_client.mirror.fold import shown_fields
from bbs_server.app import CONVERSATIONS
from bbs_server.composition import make_table
from tests.shape.tree import ROOT, parsed

TABLE = make_table()
_CODE = re.compile(r"`([a-z_]+(?:\.[a-z_]+)?)`")


def declared(base: type) -> set[type]:
    """Return every class below `base` that the shared code declares as a message."""
    found: set[type] = set()
    heap: list[type] = [base]
    while heap:
        below: list[type] = heap.pop().__subclasses__()
        for cls in below:
            heap.append(cls)
            # A module is gone that another test made and took away: the example of a new feature.
            if cls.__module__.startswith("bbs.") and cls.__module__ in sys.modules:
                found.add(cls)
    return found


def errors_named(request: type[Request[Any]]) -> list[str]:
    """Return the codes a request's docstring names after `Errors:`."""
    _, _, named = inspect.cleandoc(request.__doc__ or "").partition("Errors:")
    return _CODE.findall(named.partition("Attributes:")[0])


@pytest.mark.parametrize("request_type", REQUESTS.values(), ids=REQUESTS)
def test_every_request_is_handled(request_type: type[Request[Any]]) -> None:
    """Each request of the registry has exactly one handler, reader or conversation."""
    if request_type is Discover:
        return  # the dispatcher answers it from the registry itself
    tables: list[Any] = [TABLE.commands, TABLE.queries, CONVERSATIONS]
    assert sum(request_type in table for table in tables) == 1
    if request_type in TABLE.commands:
        assert issubclass(request_type, Command)
    if request_type in TABLE.queries:
        assert issubclass(request_type, Query)


def test_nothing_else_is_handled() -> None:
    """No handler waits for a request that cannot arrive, no reaction for an unknown event.

    What is due is the server's own: its commands are no messages, and nobody can send them.
    """
    handled = {*TABLE.commands, *TABLE.queries, *CONVERSATIONS, *TABLE.prepares, *TABLE.foresees}
    due = {request for request in handled if request.needs.power is Power.DUE}
    assert handled - due == set(REQUESTS.values()) - {Discover}
    assert set(TABLE.reactions) <= set(EVENTS.values())


def test_every_message_is_registered() -> None:
    """Each request, event and ephemeral that is declared can travel."""
    generic = {Command, Query, SettingsAtOpening, SettingsChange}
    assert declared(Request) - generic <= set(REQUESTS.values())
    assert declared(Event) <= set(EVENTS.values())
    assert declared(Ephemeral) <= set(EPHEMERALS.values())


@pytest.mark.parametrize("method", REQUESTS)
def test_every_request_is_described(method: str) -> None:
    """Each request says in a sentence what it does, names errors that exist, and has a result."""
    request = REQUESTS[method]
    sentence = inspect.cleandoc(request.__doc__ or "").partition("\n\n")[0]
    assert "." in sentence
    fields = set(request.__struct_fields__)
    assert not set(errors_named(request)) - fields - set(all_errors())
    assert issubclass(result_type(request), Result)
    assert method.partition(".")[0] in (*FEATURES, "hello", "sync", "rpc")


@pytest.mark.parametrize("kind", [*EVENTS, *EPHEMERALS])
def test_every_event_says_who_is_told(kind: str) -> None:
    """Each event and ephemeral is described, and the words it holds are fields it has."""
    told = EVENTS.get(kind) or EPHEMERALS[kind]
    assert (told.__doc__ or "").strip()
    for path in getattr(told, "text_paths", ()):
        place: Any = told
        for step in path.split(".")[:-1]:
            place = _hint(place, step)
        assert path.rpartition(".")[2] in _fields(place), path


def _hint(place: Any, step: str) -> Any:
    """Return the type of a field of a struct, or of the member of a union of structs that has it."""
    members = getattr(place, "__args__", (place,))
    owner = next(each for each in members if step in getattr(each, "__struct_fields__", ()))
    return get_type_hints(owner)[step]


def _fields(place: Any) -> set[str]:
    """Return the fields of a struct, or of any member of a union of structs."""
    members = getattr(place, "__args__", (place,))
    return {name for member in members for name in getattr(member, "__struct_fields__", ())}


@pytest.mark.parametrize("method", REQUESTS)
def test_every_need_can_be_met(method: str) -> None:
    """The power a request needs is somebody's, and the field it is about is one it has."""
    request = REQUESTS[method]
    need = request.needs
    held = frozenset().union(*ROLE_POWERS.values(), SYSOP_POWERS)
    assert need.power in held
    if need.on not in (NeedTarget.COMMUNITY, NeedTarget.COMMONS):
        names = need.on.value in request.__struct_fields__
        # A hold is of the matter of the case that it names.
        assert names or isinstance(getattr(request, need.on.value, None), property)
    assert not need.own or need.on in (NeedTarget.THREAD, NeedTarget.POST, NeedTarget.LINE)


def test_roles_grow() -> None:
    """From stranger to moderator a role may do whatever the one before may (powers.md)."""
    order = (Role.STRANGER, Role.WAITING, Role.OUTSIDER, Role.OFFERED, Role.MEMBER)
    ladder = [ROLE_POWERS[role] for role in (*order, Role.SEATED, Role.MODERATOR)]
    assert len(ROLE_POWERS) == len(Role) == len(ladder) + 3
    assert all(lower <= higher for lower, higher in pairwise(ladder))
    assert ROLE_POWERS[Role.CORRESPONDENT] < ROLE_POWERS[Role.SEATED], "in a letter nobody has more"
    assert ROLE_POWERS[Role.SUSPENDED] < ROLE_POWERS[Role.MEMBER], "who is suspended reads nothing"
    assert ROLE_POWERS[Role.WAITING] < ROLE_POWERS[Role.SUSPENDED], "two doors stay open"


def test_tokens_reach_no_account() -> None:
    """No token can have a power over its owner's account, who moderates, or the words of others (3.7)."""
    assert not TOKEN_POWERS & {Power.DOORS, Power.RECOVER, Power.KNOCK, Power.SIT}
    assert not TOKEN_POWERS & {Power.APPOINT, Power.HAND_OVER, Power.HIDE, Power.AMEND}
    for request in REQUESTS.values():
        may_have = request.needs.power in TOKEN_POWERS and not request.needs.private
        if request.method.startswith("members.") and may_have:
            assert request.needs.power in (Power.READ, Power.INVITE)


def test_features_have_one_name_everywhere() -> None:
    """A feature is called the same on all sides, and every folder is a registered feature."""
    for folder in ("bbs", "server/bbs_server", "client/bbs_client"):
        found = {
            path.name
            for path in (ROOT / folder / "features").iterdir()
            if path.is_dir() and path.name != "__pycache__"
        }
        assert found == set(FEATURES), folder


def test_every_feature_has_its_files() -> None:
    """A feature has messages, a server side, and a manifest for the client's mirror."""
    for name in FEATURES:
        assert (ROOT / "bbs/features" / name / "messages.py").exists()
        assert list((ROOT / "server/bbs_server/features" / name).glob("[!_]*.py")), name
        assert (ROOT / "client/bbs_client/features" / name / "feature.py").exists(), name


def test_every_event_is_folded() -> None:
    """The client's mirror knows every event and ephemeral that changes what it shows."""
    # These tell of ways in, of power used, of the server: nothing that a mirror keeps.
    elsewhere = {
        "boards.application_at_desk",  # the desk asks for what waits: it keeps no answers
        "members.invited",
        "members.invitation_revoked",
        "members.session_started",
        "members.session_ended",
        "server.notice",
        "server.stopping",
        "moderation.acted",
        "threads.renumbered",  # the session marks what its reader has read
        "moderation.recorded",
        *(
            "cases.waits",
            "cases.changed",
            "cases.report_changed",
            "cases.about_you",
            "cases.appeal_changed",
            "cases.appeal_waits",
        ),  # pages ask for them
        "letters.changed",
        "letters.blocks_changed",
        "letters.news",
        *("arriving.asked", "arriving.decided"),  # the posts that wait are asked for, never kept
        "packs.move_changed",  # the board's page asks where it goes
        "packs.vouching_changed",  # pages ask for them
        "batches.changed",  # the desk asks for batches: none is kept
        "community.handed_over",  # every connection ends with it, and the next hello tells the epoch
        "packs.board_unpacked",  # the first event of a board: no mirror has the board by then
        "norms.amended",  # the board tells its version, and the clauses are fetched
    }
    told: dict[str, type] = {**EVENTS, **EPHEMERALS}
    unknown = {kind for kind, cls in told.items() if cls not in WRITERS and not shown_fields(cls)}
    assert unknown <= elsewhere, "fold it, or name it here with what no mirror keeps"


def _commands(group: click.Group, context: click.Context) -> list[tuple[str, click.Command]]:
    found: list[tuple[str, click.Command]] = []
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None, name
        path = f"{context.command_path} {name}"
        found.append((path, command))
        if isinstance(command, click.Group):
            found += _commands(command, click.Context(command, info_name=name, parent=context))
    return found


@pytest.mark.parametrize("name", cli.table)
def test_every_command_is_there(name: str) -> None:
    """Each command of the table can be loaded, and it and all below it have help."""
    entry = cli.table[name]
    command = load(entry.target)
    assert isinstance(command, click.Command)
    assert entry.help.endswith(".")
    found = [(name, command)]
    if isinstance(command, LazyGroup | click.Group):
        found += _commands(command, click.Context(command, info_name=name))
    assert not [path for path, part in found if not (part.help or "").strip()]


def test_message_modules_hold_no_logic() -> None:
    """A feature's messages are data: no function stands among them."""
    for name in FEATURES:
        modules = message_modules(name)
        assert modules, f"{name} has no messages"
        for module in modules:
            tree = parsed(Path(str(module.__file__)))
            assert not [node for node in tree.body if type(node).__name__ == "FunctionDef"], module
