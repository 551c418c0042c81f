"""Letters as the people in them see them, requests, blocks and reports, and the answers they come in."""

from enum import StrEnum

from bbs.clock import Instant
from bbs.ids import BoardId, MemberId, ThreadId
from bbs.leave_words import LeaveWords as LeaveWords
from bbs.messages import Place, Result, Revision, Seq, Tag, View


class LetterState(StrEnum):
    """How a letter stands for the member who reads it. Changes: see `LETTER_TRANSITIONS`."""

    ASKED = "asked"  # nobody said yes yet, as far as the reader may know
    OPEN = "open"  # the reader has a seat in it
    ENDED = "ended"  # over for the reader: answered no, taken back, left, or the last one left


class Letter(View, frozen=True, kw_only=True):
    """A letter as one member sees it: asked for, or open.

    Whoever asked never learns more than `asked` says of those who did not say yes: neither who they
    are, nor whether they were reached.

    Attributes:
        id: Its id, which is also its board's once it is open.
        asked: How many people were asked.
        until: The end of the request: from then on it is as if nobody had been asked.
        others: Of a request to the reader: who else was asked. Of an open letter to whose request the
            reader said yes: who of them has not come in yet, until `until`; whatever they answered, so
            that a no and a block are not told. Empty otherwise.
        awaited: Of an open letter: how many were asked and have not come in, until `until`.
        members: Who is in it, in the order of entering; empty before it opens.
        thread: Its one thread; None before it opens.
    """

    id: BoardId
    state: LetterState
    asked_by: MemberId
    asked_at: Instant
    asked: int
    until: Instant
    others: tuple[MemberId, ...] = ()
    awaited: int = 0
    members: tuple[MemberId, ...] = ()
    thread: ThreadId | None = None
    revision: Revision = 1


class LetterHead(View, frozen=True, kw_only=True):
    """An open letter, with how far its stream has come.

    Attributes:
        seq, tag: The cursor of its stream at its end; a client whose cursor is the same has no news.
        last_at: When its newest post was published; None before the first.
    """

    letter: Letter
    seq: Seq = 0
    tag: Tag = ""
    last_at: Instant | None = None


class LetterResult(Result, frozen=True, kw_only=True):
    """The letter after the command, as the sender sees it."""

    letter: Letter


class LetterList(Result, frozen=True, kw_only=True):
    """The member's letters: those with the newest news first, by moment of the last change.

    Attributes:
        heads: Open letters.
        requests: On the first page, requests to the member and by the member that wait, newest first.
        next_before: Pass it as `before` for the next page; None at the end.
    """

    heads: tuple[LetterHead, ...]
    requests: tuple[Letter, ...] = ()
    next_before: Place | None = None


class BlockList(Result, frozen=True, kw_only=True):
    """Whom the member blocks."""

    members: tuple[MemberId, ...]
