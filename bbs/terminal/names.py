"""Add `address` and `by`, which people use, to JSON rows that name things by their ids."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from bbs.features.boards.messages import Board
from bbs.features.cases.views import CaseHead, OwnCase
from bbs.features.letters.views import Letter
from bbs.features.members.author_text import author_id
from bbs.features.members.views import (
    Author,
    Invitation,
    Member,
    Session,
    SignInKey,
)
from bbs.features.moderation.messages import Act, Thing
from bbs.features.threads.views import Line, Post, Thread
from bbs.ids import BoardId, ThreadId
from bbs.refusals import Refused
from bbs.sdk import lookup
from bbs.streams import stream_parts

if TYPE_CHECKING:
    from bbs.sdk.community import Community
    from bbs.sdk.updates import EventHappened

_ROWS = (Act, Thing, Post, Thread, Line, Board, Letter, Member, Invitation, Session, SignInKey)


class Names:
    """The slugs, handles and numbers of boards, members and threads seen so far, by id.

    A row about a thing not seen has null as its address or handle.
    """

    def __init__(self) -> None:
        self._boards: dict[str, str] = {}
        self._letters: dict[str, str] = {}
        self._members: dict[str, str] = {}
        self._threads: dict[str, int] = {}

    @classmethod
    async def load(cls, community: "Community") -> "Names":
        """Read which boards and members there are, as far as the caller may know of them."""
        names = cls()
        try:
            names.learn((await lookup.list_boards(community)).boards)
            names.learn(tuple((await lookup.list_members(community)).values()))
        except Refused:
            # A narrow token, or a member on the waiting list, may not read all names.
            pass
        return names

    def learn(self, value: Any) -> None:
        """Take in the boards, members and threads that stand anywhere in a value."""
        for each in structs_in(value):
            if isinstance(each, Board) and each.slug:
                self._boards[each.id] = each.slug
            elif isinstance(each, Member) and each.handle:
                self._members[each.id] = each.handle
            elif isinstance(each, Thread) and each.number is not None:
                self._threads[each.id] = each.number

    def learn_letters(self, letters: Mapping[BoardId, str]) -> None:
        """Take in the addresses of letters by id, as the caller addresses them."""
        self._letters.update(letters)

    def board(self, board: str | None) -> str | None:
        """Return the slug of a board by its id; None if it was not learnt."""
        return self._boards.get(board or "")

    def member(self, member: str | None) -> str | None:
        """Return the handle of a member by their id, with its @; None if it was not learnt."""
        return self._handle(member)

    def author(self, author: Author) -> str | None:
        """Return the handle of an author, with its @; None for nobody with a handle."""
        return self._author(author)

    def unknown_threads(self, value: Any) -> set[ThreadId]:
        """Return the threads that a value names and that were not learnt."""
        named = {getattr(each, "thread", None) for each in structs_in(value)}
        return {each for each in named if isinstance(each, str)} - self._threads.keys()

    def named(self, value: Any) -> Any:
        """Return a value as plain data, each row in it with its `address` and its `by`.

        A row is a struct that is or names a board, thread, post, line, member, invitation, session
        or key. Each has both fields; docs/bots.md defines them for each kind of row. If the wire
        itself has a `by`, `by_id` has its id.
        """
        return self._named(value, msgspec.to_builtins(value))

    def frame(self, happened: "EventHappened") -> dict[str, Any]:
        """Return an event as it travelled (protocol 6.1), with the address of what it is about."""
        self.learn(happened.event)
        row: dict[str, Any] = self.named(event_frame(happened))
        addresses = [self._address(held) for held in _inside(happened.event)]
        addresses.append(self._boards.get(stream_parts(happened.stream).owner))
        return {
            **row,
            "address": next(filter(None, addresses), None),
            "by": self._author(happened.author),
        }

    def _named(self, value: Any, plain: Any) -> Any:
        if isinstance(value, Struct):
            shown = dict(plain)
            fields = zip(value.__struct_fields__, value.__struct_encode_fields__, strict=True)
            for field, name in fields:
                if name in plain:
                    shown[name] = self._named(getattr(value, field), plain[name])
            return self._with_names(value, shown)
        if isinstance(value, dict) and isinstance(plain, dict):
            pairs = zip(value.values(), plain.items(), strict=True)
            return {key: self._named(each, data) for each, (key, data) in pairs}
        if isinstance(value, list | tuple) and isinstance(plain, list | tuple):
            return [self._named(*pair) for pair in zip(value, plain, strict=True)]
        return plain

    def _with_names(self, value: Struct, fields: dict[str, Any]) -> dict[str, Any]:
        if not _is_row(value):
            return fields
        if "by" in fields:
            fields["by_id"] = fields["by"]
        return {**fields, "address": self._address(value), "by": self._by(value)}

    def _address(self, value: Struct) -> str | None:
        if isinstance(value, Member):
            return self._handle(value.id)
        for inner in _inside(value):
            return self._address(inner)
        if isinstance(value, Board | Thing):
            return self._boards.get(value.id or "")
        if letter := self._letters.get(value.id if isinstance(value, Letter) else _board_of(value)):
            return _address_in(letter, value)
        board = self._boards.get(getattr(value, "board", ""))
        if isinstance(value, CaseHead | OwnCase):
            return f"{board}/case/{value.number}" if board else None
        if isinstance(value, Line):
            return f"{board}/lounge/{value.number}" if board else None
        thread = value.id if isinstance(value, Thread) else getattr(value, "thread", None)
        if isinstance(thread, int):  # words that a case has a copy of: their place then
            return f"{board}/{thread}/{getattr(value, 'number', '')}" if board else None
        if thread is None:
            member = getattr(value, "member", None)
            return self._handle(member) if board is None and isinstance(member, str) else board
        number = self._threads.get(thread)
        if isinstance(value, Post) and value.number is None:
            return None
        if not board or number is None:
            return None
        return (
            f"{board}/{number}/{value.number}" if isinstance(value, Post) else f"{board}/{number}"
        )

    def _author(self, author: Author) -> str | None:
        return self._handle(author_id(author))

    def _by(self, value: Struct) -> str | None:
        author = getattr(value, "author", None)
        if author is not None:
            return self._author(author)
        if isinstance(value, Member):
            return self._handle(value.invited_by)
        if isinstance(value, Letter):
            return self._handle(value.asked_by)
        # With a board, `member` is the holder of the seat; alone, it is the subject of a choice.
        for field in ("by", "member") if hasattr(value, "board") else ("by",):
            if isinstance(who := getattr(value, field, None), str):
                return self._handle(who)
        for inner in _inside(value):
            return self._by(inner)
        return None

    def _handle(self, member: str | None) -> str | None:
        handle = self._members.get(member or "")
        return f"@{handle}" if handle else None


_INSIDE = ("post", "line", "thread", "seat", "board", "letter", "member")
"""The fields in which a row holds or names what it is about, the most telling one first."""


def _board_of(value: Struct) -> str:
    board = getattr(value, "board", None)
    return board if isinstance(board, str) else ""


def _address_in(letter: str, value: Struct) -> str | None:
    """Return the address of a letter's post, which has no thread's number, or of the letter."""
    if not isinstance(value, Post):
        return letter
    return None if value.number is None else f"{letter}/{value.number}"


def structs_in(value: Any) -> Iterator[Struct]:
    """Yield every struct that stands anywhere in a value, the outermost first."""
    if isinstance(value, Struct):
        yield value
        value = [getattr(value, field) for field in value.__struct_fields__]
    elif isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for each in value:
            yield from structs_in(each)


def _inside(value: Struct | None) -> list[Struct]:
    """Return the things a value holds, the most telling one first."""
    held = [getattr(value, name, None) for name in _INSIDE]
    return [each for each in held if isinstance(each, Struct)]


def _is_row(value: Struct) -> bool:
    return isinstance(value, _ROWS) or any(
        isinstance(getattr(value, name, None), str | Struct) for name in (*_INSIDE, "by")
    )


def event_frame(happened: "EventHappened") -> dict[str, Any]:
    """Return an event as it travelled (protocol 6.1)."""
    return {
        "stream": happened.stream,
        "seq": happened.seq,
        "at": happened.at,
        "kind": happened.kind,
        "author": happened.author,
        "subject": happened.subject,
        "data": happened.event if happened.event is not None else {},
    }
