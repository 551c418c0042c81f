"""Views of a member's export, and of leaving, with the answers they come in."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Raw

from bbs.clock import Instant
from bbs.features.threads.views import Line, Post, PostRevision, Thread
from bbs.ids import BoardId, PostId
from bbs.leave_words import LeaveWords as LeaveWords
from bbs.messages import Number, Result, Revision, View


class LeavingState(StrEnum):
    """How far a leaving has come. Changes: see `LEAVING_TRANSITIONS`."""

    LEAVING = "leaving"  # the member can still come back
    BACK = "back"  # the member came back, and the leaving is forgotten
    ERASING = "erasing"  # the choice is being carried out, which nobody stops any more
    ERASED = "erased"  # nothing is left to do


SectionName = Annotated[str, Meta(max_length=32, pattern="^[a-z_]{1,32}$")]

ExportPlace = Annotated[str, Meta(max_length=1_024, pattern="^[a-z_]{1,32}:[ -~]{0,991}$")]
"""The place where the next page of an export begins. A client sends it back unchanged."""


class ExportSection(View, frozen=True, kw_only=True):
    """A kind of data that the community stores about a member.

    Attributes:
        name: Its name, and the name of its file.
        about: Its content, in a sentence.
    """

    name: SectionName
    about: str


class LeftOut(View, frozen=True, kw_only=True):
    """Data about the member that an export does not contain.

    Attributes:
        what: Its name in the table of personal data.
        why: The reason, in a sentence.
    """

    what: str
    why: str


class ExportedRow(View, frozen=True, kw_only=True):
    """One thing of a section.

    Attributes:
        row: An object whose fields depend on the section (docs/reference/personal-data.md).
    """

    section: SectionName
    row: Raw


class OwnPost(View, frozen=True, kw_only=True):
    """A post in its author's export.

    Attributes:
        address: Its address; None while it is held, and on a board that its author may not read.
        thread_address: The address of its thread; None as for `address`, and while the thread has
            no number.
        title: The thread's title; None once it is gone, and for another member's thread on a board
            that the author may not read.
        answers: The handle of the member it answers; None if it answers no member.
        answers_number: The number of the post it answers; None if it answers the thread.
    """

    address: str | None = None
    thread_address: str | None = None
    title: str | None = None
    answers: str | None = None
    answers_number: Number | None = None
    post: Post


class OwnWording(View, frozen=True, kw_only=True):
    """An earlier wording of a post, which is kept as long as the post."""

    post: PostId
    wording: PostRevision


class OwnThread(View, frozen=True, kw_only=True):
    """A thread that the member began; `address` as of `OwnPost`."""

    address: str | None = None
    thread: Thread


class OwnLine(View, frozen=True, kw_only=True):
    """A line that the member said in a lounge; `address` as of `OwnPost`."""

    address: str | None = None
    line: Line


class ExportContents(Result, frozen=True, kw_only=True):
    """The sections of an export, in the order of its pages, and what is left out."""

    sections: tuple[ExportSection, ...]
    left_out: tuple[LeftOut, ...] = ()


class ExportPage(Result, frozen=True, kw_only=True):
    """A part of an export.

    Attributes:
        next_after: Pass it as `after` for the next page; None at the end.
    """

    rows: tuple[ExportedRow, ...]
    next_after: ExportPlace | None = None


class LeavingPart(View, frozen=True, kw_only=True):
    """How much the member wrote on one board, or in one letter, that they leave.

    Attributes:
        board: The board, or the letter.
        posts: Posts whose words are there, held ones too.
        lines: Lines of the lounge whose words are there.
        threads: Threads that the member began.
    """

    board: BoardId
    posts: int = 0
    lines: int = 0
    threads: int = 0


class Leaving(View, frozen=True, kw_only=True):
    """That the member left a board, a letter or the community, and until when they can come back.

    Attributes:
        board: The board or letter; None for the community.
        words: What becomes of the words.
        erase_at: When the choice is carried out for good, by the server's proven time (P10).
        posts, lines: How much they had written there.
        back_from: From when on they can come back, if they did so too often within a day; else None.
    """

    board: BoardId | None = None
    words: LeaveWords
    state: LeavingState = LeavingState.LEAVING
    left_at: Instant
    erase_at: Instant
    posts: int = 0
    lines: int = 0
    back_from: Instant | None = None
    revision: Revision = 1


class LeavingResult(Result, frozen=True, kw_only=True):
    """The leaving after the command.

    Attributes:
        boards: What the member had written, by board; boards where they wrote nothing are left out.
    """

    leaving: Leaving
    boards: tuple[LeavingPart, ...] = ()


class LeavingList(Result, frozen=True, kw_only=True):
    """What the member left and can come back to, and what is being erased; the community first."""

    leavings: tuple[Leaving, ...]
