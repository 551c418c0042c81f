"""Slugs and handles as the client takes them from a server: names, or nothing (P13)."""

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bbs.address import is_name
from bbs.clock import instant
from bbs.features.boards.messages import Board, OldSlug
from bbs.features.boards.settings_structs import SettingsView
from bbs.features.community.views import BoardSize
from bbs.features.members.views import Member
from bbs.features.packs.claim_views import ClaimCounts, OldName, Vouching
from bbs.features.packs.consent_messages import ClaimEntry
from bbs.features.packs.move_views import Move, Receipt
from bbs.features.packs.unpack_messages import Unpacking
from bbs.ids import COMMONS
from bbs.messages import View
from bbs_client.features.boards.reads import board_decoder

FIELDS = {
    Board: "slug",
    OldSlug: "slug",
    BoardSize: "slug",
    Member: "handle",
    ClaimCounts: "slug",
    ClaimEntry: "handle",
    Unpacking: "slug",
}
REFUSED = {OldName: "handle", Vouching: "handle", Move: "slug", Receipt: "slug"}
"""Views that do not arrive at all with a name that is none: it is a part of what was said or signed."""
REST = {
    "id": COMMONS,
    "board": COMMONS,
    "number": 1,
    "seats": 9,
    "lounge_hours": 1,
    "until": instant(0),
    "member": COMMONS,
    "threads": {},
    "hashes": ["0" * 64] * 4,
    "pack": COMMONS,
    "size": 1,
}


def _views(cls: type[View] = View) -> set[type[View]]:
    return {cls}.union(*(_views(under) for under in cls.__subclasses__()))


def test_every_view_that_carries_a_name_is_known_here() -> None:
    """A new view with a slug or a handle comes with the check of it (P13)."""
    carrying = {cls for cls in _views() if {"slug", "handle"} & set(cls.__struct_fields__)}
    assert carrying - {SettingsView} == {*FIELDS, *REFUSED}  # which is only ever a board
    for cls, field in REFUSED.items():
        assert "pattern" in msgspec.json.schema(cls)["$defs"][cls.__name__]["properties"][field]


@pytest.mark.parametrize("cls", FIELDS)
@given(st.one_of(st.text(), st.from_regex(r"[a-z0-9_$;`\n -]{1,34}", fullmatch=True)))
@example("garden")
@example("garden\n")
@example("$(touch pwned)")
def test_what_is_no_name_does_not_arrive(cls: type[View], text: str) -> None:
    """A slug or handle is None unless it has the form of one, whatever the server sent (P13)."""
    try:
        state = {"state": "open"} if cls is Unpacking else {}
        sent = msgspec.json.encode({**REST, **state, FIELDS[cls]: text})
    except UnicodeEncodeError:
        return
    view = msgspec.json.decode(sent, type=cls)
    assert getattr(view, FIELDS[cls]) == (text if is_name(text) else None)


def test_what_was_stored_is_checked_when_it_is_read() -> None:
    """A mirror that an older client filled brings no slug back that is none (P10, P13)."""
    stored = msgspec.json.encode({**REST, "slug": "\x1b]52;c;x\x07"})
    board = board_decoder.decode(stored)
    assert (board.slug, board.label) == (None, "a board")
    assert Member(id=COMMONS, handle="$x").label == "a member"
