"""The table of actions at work: what each key does in each place, by every preset of keys."""

import string
from collections.abc import Collection
from typing import Any, NamedTuple

import pytest
from msgspec.structs import replace
from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode
from textual.events import Event, Key
from textual.keys import key_to_character
from textual.widget import Widget
from textual.widgets import Input, TextArea

from bbs.features.batches.messages import BatchList, BatchPage, GetBatch, ListBatches
from bbs.features.boards.application_messages import (
    Answered,
    Application,
    ApplicationList,
    ApplicationState,
    ListApplications,
)
from bbs.features.boards.seat_messages import ListSeats, Seat, SeatList, SeatState
from bbs.features.cases.messages import CaseList, CaseResult, GetCase, ListCases
from bbs.features.cases.own_messages import ListOwnCases, OwnCaseList
from bbs.features.cases.reporting_messages import ListOwnReports, OwnReportList
from bbs.features.members.about_messages import GetProfile, MemberProfile
from bbs.features.members.messages import InvitationResult, Invite, ListInvitations
from bbs.features.members.views import Invitation, Invitations
from bbs.features.moderation.messages import ActPage, GetLog
from bbs.features.moderation.numbers_messages import GetNumbers, NumbersResult
from bbs.features.moderation.standing_messages import ListRestricted, RestrictedList
from bbs.features.norms.messages import GetNorms
from bbs.ids import new_id
from bbs.messages import Request
from bbs_client.actions.action import KeyScope
from bbs_client.actions.table import ACTIONS
from bbs_client.features.cases.screen import KEYS as SHEET_KEYS
from bbs_client.keymap import DEFAULT, PRESETS, preset
from bbs_client.keys import CHARACTERS, NAMED, key_name, keys_of
from bbs_client.session.session import Session
from bbs_client.tui.app import FolkmootApp
from bbs_client.widgets.dialog import Opened
from bbs_client.widgets.page import ELSEWHERE
from tests.client.app.batches_sample import DONE, OVER
from tests.client.app.cases_sample import CASE_HEARD, NORMS, OWN
from tests.client.app.driving import connection_of, into
from tests.client.app.sample import BEN, GARDEN, NOW
from tests.client.app.test_notes import NOTE

TYPED = frozenset(map(key_name, string.ascii_letters + string.digits + string.punctuation))
KEYS = (
    *sorted(TYPED),
    *(name for name in NAMED if name != "enter"),
    "shift+tab",
    *(f"ctrl+{letter}" for letter in string.ascii_lowercase if letter not in "imh"),
    *(f"f{number}" for number in range(1, 13)),
    *("alt+a", "alt+g", "alt+h", "alt+enter"),
    *("ctrl+underscore", "ctrl+slash"),
    "enter",  # at last: sending comes to where a line is written by a message
)
"""Every key that terminals tell apart, and the combinations with Alt that presets name."""

DIALOG = frozenset(
    {"down", "up", "first", "last", "page_down", "page_on", "page_back", "enter", "back"}
)
"""What the keys of the table do in every dialog: they move, choose and close."""


class Listening(FolkmootApp):
    """The client: it only notes what keys would do, once it listens."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.listens = False
        self.heard: dict[str, list[str]] = {}
        self._key = ""

    async def on_event(self, event: Event) -> None:
        """Act at once while it listens: nothing that is only noted opens what a key could be for."""
        await (App.on_event(self, event) if self.listens else super().on_event(event))

    async def _check_bindings(self, key: str, priority: bool = False) -> bool:
        self._key = key
        return await super()._check_bindings(key, priority)

    async def _dispatch_action(self, namespace: DOMNode, action_name: str, params: Any) -> bool:
        scrolls = action_name.startswith(("scroll_", "page_"))
        targets = (getattr(namespace, f"{way}action_{action_name}", None) for way in ("_", ""))
        if not self.listens or not any(targets):
            return await super()._dispatch_action(namespace, action_name, params)
        # Whether there is something to scroll decides who the key is for.
        if scrolls and not await super()._dispatch_action(namespace, action_name, params):
            return False
        self.heard.setdefault(self._key, []).append(
            params[0] if action_name == "do" else action_name
        )
        return True


class Place(NamedTuple):
    """Where keys are pressed.

    Attributes:
        way: The keys that lead there.
        does: The actions of the table that keys do there.
        own: Its own keys, and what they do: not in the table.
        over: Those of its own keys that mean something else elsewhere.
    """

    way: tuple[str, ...]
    does: Collection[str]
    own: dict[str, str]
    over: Collection[str] = ()


def ids(*scopes: KeyScope) -> set[str]:
    """Return the actions whose keys work in these."""
    return {action.id for action in ACTIONS if action.context in scopes}


READING = ids(KeyScope.READING, KeyScope.EVERYWHERE)
WRITING = ids(KeyScope.COMPOSER, KeyScope.EVERYWHERE)
ALWAYS = {"interrupt", "redraw", "suspend"}
FOCUS = {"shift+tab": "focus_previous"}
FOCUS_BOTH = FOCUS | {"tab": "focus_next"}
FORM = DIALOG | {"send"}
PAGE = DIALOG | {"help", "keymap", "theme", "tour", "quit"} | set(ELSEWHERE)
THREAD = ("j", "2", "enter")

PLACES = {
    "home": Place(("0",), READING, FOCUS),
    "boards": Place(("b",), READING, FOCUS),
    "threads": Place(("j", "2"), READING, FOCUS),
    "thread": Place(THREAD, READING, FOCUS),
    "lounge": Place(("j", "3"), READING, FOCUS),
    "text": Place((*THREAD, "r"), WRITING - {"send_line"}, {"shift+tab": "other_field"}),
    "line": Place(
        ("j", "3", "r"), WRITING - {"send_line"}, {"shift+tab": "other_field", "enter": "send"}
    ),
    "title": Place(
        ("j", "2", "t"),
        WRITING - {"send_line", "newline", "complete", "undo_edit", "redo_edit"},
        {"shift+tab": "other_field", "tab": "end_title", "enter": "end_title"},
    ),
    "preview": Place((*THREAD, "r", "f3"), WRITING - {"send_line"}, {"shift+tab": "other_field"}),
    "outbox": Place(("o",), PAGE, FOCUS_BOTH | {"r": "retry", "e": "enter", "x": "discard"}),
    "settings": Place(("j", "j", "j", "E"), FORM, FOCUS_BOTH),
    "own settings": Place(
        ("comma",),
        PAGE,
        FOCUS_BOTH | {"r": "reset", "left": "lower_it", "right": "raise_it"},
        over=("left", "right"),
    ),
    "amend": Place(("j", "j", "j", "percent_sign"), (DIALOG - {"enter"}) | {"send"}, FOCUS_BOTH),
    "charter": Place(
        ("j", "j", "j", "E", "tab", "tab"), (DIALOG - {"enter"}) | {"send"}, FOCUS_BOTH
    ),
    "seats": Place(
        ("j", "6"),
        PAGE,
        FOCUS_BOTH | dict.fromkeys("axotms", "say"),
    ),
    "offer": Place(("j", "6", "s"), FORM, FOCUS_BOTH),
    "tend": Place((*THREAD, "Z"), DIALOG, FOCUS_BOTH),
    "tend form": Place((*THREAD, "Z", "j", "enter"), FORM, FOCUS_BOTH),
    "hide": Place((*THREAD, "dollar_sign"), FORM, FOCUS_BOTH),
    "report": Place(
        (*THREAD, "exclamation_mark"),
        FORM,
        FOCUS_BOTH | {"left": "turn", "right": "turn", "enter": "list", "space": "list"},
        over=("left", "right", "enter", "space"),
    ),
    "options": Place((*THREAD, "exclamation_mark", "enter"), DIALOG, FOCUS_BOTH),
    "reports": Place(("f8",), PAGE, FOCUS_BOTH),
    "invite": Place(("Y",), FORM, FOCUS_BOTH),
    "invitation": Place(("Y", "enter"), PAGE, FOCUS_BOTH),
    "invitations": Place(("semicolon",), PAGE, FOCUS_BOTH | {"x": "enter"}),
    "away": Place(("9",), FORM, FOCUS_BOTH),
    "profile": Place(("quotation_mark",), (DIALOG - {"enter"}) | {"send"}, FOCUS_BOTH),
    "beginning": Place(("O",), DIALOG, FOCUS_BOTH),
    "new board": Place(("O", "enter"), FORM, FOCUS_BOTH),
    "log": Place(("j", "A"), PAGE | {"copy"}, FOCUS_BOTH),
    "numbers": Place(
        ("j", "7"), PAGE, FOCUS_BOTH | dict.fromkeys(SHEET_KEYS, "say"), over=tuple(SHEET_KEYS)
    ),
    "inbox": Place(("4",), PAGE, FOCUS_BOTH),
    "letters": Place(
        ("tilde",), PAGE, FOCUS_BOTH | dict.fromkeys(("t", "a", "x", "S", "equals_sign"), "say")
    ),
    "new letter": Place(("tilde", "t"), FORM, FOCUS_BOTH),
    "blocks": Place(("equals_sign",), PAGE, FOCUS_BOTH | {"x": "unblock"}),
    "search": Place(
        ("slash",), PAGE - {"switch"} | {"copy"}, FOCUS_BOTH | {"b": "this_board"}, over=("b",)
    ),
    "norms": Place(("j", "number_sign"), PAGE, FOCUS_BOTH | {"a": "take", "v": "turn"}),
    "seat": Place(
        ("j", "S"),
        PAGE,
        FOCUS_BOTH | {"a": "take", "x": "leave", "n": "consent", "c": "claim", "v": "vouch"},
    ),
    "proposals": Place(
        ("V",),
        PAGE,
        FOCUS_BOTH
        | {
            "a": "agree",
            "o": "object",
            "x": "withdraw",
            "w": "words",
            "y": "accept",
            "n": "refuse",
        },
    ),
    "desk": Place(("d",), PAGE, FOCUS_BOTH | dict.fromkeys("12345", "say"), over="12345"),
    "decline": Place(("d", "2"), FORM, FOCUS_BOTH),
    "case": Place(
        ("d", "j", "enter"), PAGE, FOCUS_BOTH | dict.fromkeys(SHEET_KEYS, "say"), over="12345"
    ),
    "batch": Place(
        ("j", "P", "j", "enter"), PAGE, FOCUS_BOTH | dict.fromkeys(SHEET_KEYS, "say"), over="12345"
    ),
    "own case": Place(("f9",), PAGE, FOCUS_BOTH | dict.fromkeys(SHEET_KEYS, "say"), over="12345"),
    "note": Place(("8",), PAGE, FOCUS_BOTH | {"r": "say", "D": "unsay"}),
    "who": Place(("w",), DIALOG, FOCUS_BOTH | {"v": "change"}),
    "members": Place(("at",), PAGE, FOCUS_BOTH),
    "member": Place(
        (*THREAD, "u"),
        DIALOG | {"follow", "mute", "letter", "away", "profile"},
        FOCUS_BOTH | {"c": "colour"},
    ),
    "links": Place(("colon", *"links garden/1/3", "enter"), DIALOG | {"copy"}, FOCUS_BOTH),
    "about": Place((*THREAD, "i"), DIALOG, FOCUS_BOTH),
    "question": Place(("j", "C"), DIALOG, FOCUS_BOTH | {"y": "enter", "n": "back"}),
    "go to": Place(("g",), DIALOG, FOCUS_BOTH),
    "command line": Place(
        ("colon",),
        DIALOG - {"down", "up"},
        FOCUS | {"tab": "complete", "up": "earlier", "down": "later"},
    ),
}


AN_APPLICATION = Application(
    id=new_id(),
    board=GARDEN,
    number=1,
    member=BEN,
    state=ApplicationState.OPEN,
    asked_at=NOW,
    due_at=NOW,
    answers=(Answered(question="Why?", answer="Figs."),),
)
ANSWERS: dict[type[Request[Any]], Any] = {
    ListSeats: SeatList(seats=(Seat(board=GARDEN, member=BEN, state=SeatState.SEATED),)),
    Invite: InvitationResult(invitation=Invitation(id=new_id(), uses_left=1, expires_at=NOW)),
    ListInvitations: Invitations(
        invitations=(Invitation(id=new_id(), uses_left=1, expires_at=NOW),)
    ),
    GetProfile: MemberProfile(member=BEN, text="I grow leeks."),
    GetLog: ActPage(acts=()),
    GetNumbers: NumbersResult(board=GARDEN, since=NOW, until=NOW),
    ListRestricted: RestrictedList(members=()),
    ListOwnReports: OwnReportList(reports=()),
    ListCases: CaseList(cases=(CASE_HEARD.head,)),
    ListBatches: BatchList(batches=(DONE,)),
    GetBatch: BatchPage(batch=DONE, items=OVER),
    GetCase: CaseResult(case=CASE_HEARD),
    ListOwnCases: OwnCaseList(cases=(OWN,)),
    GetNorms: NORMS,
    ListApplications: ApplicationList(board=GARDEN, applications=(AN_APPLICATION,)),
}
"""What the server answers to what the dialogs ask it when they open."""


def in_office(session: Session) -> None:
    """Let the reader run the server and moderate the garden: what they may do has dialogs, too."""
    me, row = session.me, session.cache.board(GARDEN)
    assert me is not None
    assert row is not None
    assert row.seat is not None
    seat = replace(row.seat, moderator=True, revision=row.seat.revision + 1)
    session.cache.apply((replace(me, sysop=True, revision=me.revision + 1), seat, NOTE))


def expected(place: Place, app: FolkmootApp) -> dict[str, list[str]]:
    """Return what each key is to do in a place with the keys in force, and nothing for all others."""
    said = {
        key: action
        for action in sorted(place.does | ALWAYS)
        for key in keys_of(action)
        if key not in place.over
    }
    assert not said.keys() & place.own.keys(), "a key of the table is the place's own"
    wanted = {key: [action] for key, action in (said | place.own).items()}
    if isinstance(app.focused, Input | TextArea):
        first = TYPED | {"space"}
        if isinstance(app.screen, Opened):
            first |= edits(app.focused) - place.own.keys()
        wanted = {key: does for key, does in wanted.items() if key not in first}
    return wanted


def edits(field: Widget | None) -> set[str]:
    """Return the keys by which Textual's own fields are edited."""
    kind = next((kind for kind in (Input, TextArea) if isinstance(field, kind)), None)
    given = (binding for binding in kind.BINDINGS) if kind else ()
    return {key for one in given if isinstance(one, Binding) for key in one.key.split(",")}


@pytest.mark.parametrize("name", PLACES)
async def test_each_key_does_what_the_table_says_and_nothing_else(
    session: Session, name: str
) -> None:
    """In each place, with each preset, a key does its one action of the table, or what is the place's own.

    Letters are letters where text is typed. What edits a text gives way to the table in the composer,
    and goes first in the line of a dialog.
    """
    in_office(session)
    place, app = PLACES[name], Listening(session)
    connection_of(app).answers |= ANSWERS
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *place.way)
        by_default = expected(place, app)
        for chosen in PRESETS:
            app.use_keymap(preset(chosen))
            wanted = expected(place, app)
            others = {key for keys in PRESETS[chosen].values() for key in keys}
            pressed = [
                key
                for key in KEYS
                if chosen == DEFAULT
                or key in others | place.own.keys()
                or wanted.get(key) != by_default.get(key)
            ]
            app.heard, app.listens = {}, True
            for key in pressed:
                app.post_message(Key(key, CHARACTERS.get(key) or key_to_character(key)))
            await into(pilot)
            app.listens = False
            ignored = edits(app.focused) - wanted.keys()
            heard = {key: does for key, does in app.heard.items() if key not in ignored}
            assert heard == {key: does for key, does in wanted.items() if key in pressed}, chosen
