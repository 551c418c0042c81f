"""Arriving: guards for newcomers, posts that wait for a moderator, and notes (protocol 21)."""

from typing import ClassVar

from bbs import limits
from bbs.features.arriving.views import Guard, HeldPost, HeldState, Note, NoteLine, NoteText
from bbs.features.threads.hiding_messages import ClauseNumber
from bbs.features.threads.views import PostResult
from bbs.ids import BoardId, MemberId, NoteLineId, PostId
from bbs.messages import Command, Event, PageSize, Query, Result, Revision
from bbs.powers import Need, NeedTarget, Power, Touches

_HELD_WORDS = ("held.thread.title", "held.post.subject", "held.post.body")


class GuardList(Result, frozen=True, kw_only=True):
    """Guards that are on, in the order in which they end."""

    guards: tuple[Guard, ...]


class ListGuards(Query[GuardList], frozen=True, kw_only=True):
    """Read which guards are on for the member, on every board. From a device only."""

    method: ClassVar[str] = "arriving.guards"
    needs: ClassVar[Need] = Need(Power.READ, private=True)


class ListNewcomers(Query[GuardList], frozen=True, kw_only=True):
    """Read for whom guards are on, on a board; for its moderators. Errors: `not_found`."""

    method: ClassVar[str] = "arriving.newcomers"
    needs: ClassVar[Need] = Need(Power.HEAR, on=NeedTarget.BOARD)
    board: BoardId


class HeldList(Result, frozen=True, kw_only=True):
    """Posts that wait, in the order of writing.

    Attributes:
        more: Whether more wait behind them.
    """

    held: tuple[HeldPost, ...]
    more: bool = False


class ListHeldPosts(Query[HeldList], frozen=True, kw_only=True):
    """Read the posts about which the member may decide now, with their words. From a device only.

    These are the posts on the boards that the member moderates. Moderators of the commons also get
    those that have waited for `APPROVAL_ASK_HOURS` on boards that are not private.

    Attributes:
        board: Those on one board alone; None for all boards.
    """

    method: ClassVar[str] = "arriving.held"
    needs: ClassVar[Need] = Need(Power.READ, private=True)
    board: BoardId | None = None
    limit: PageSize = limits.PAGE_ITEMS_DEFAULT


class PublishPost(Command[PostResult], frozen=True, kw_only=True):
    """Publish a post that a guard holds. The board's log names who did it, not whose post (P8).

    Moderators of the commons may do it once the post has waited for `APPROVAL_ASK_HOURS`, but not
    on a private board. Errors: `not_found`, `device_needed`, `conflict` while an earlier post of the
    same member waits in that thread, if it was declined, and with another revision; `gone`.

    Attributes:
        if_revision: The post's revision that the sender read; None for any.
    """

    method: ClassVar[str] = "arriving.publish"
    needs: ClassVar[Need] = Need(Power.REVIEW, on=NeedTarget.BOARD, by_person=True)
    board: BoardId
    post: PostId
    if_revision: Revision | None = None


class DeclinePost(Command[PostResult], frozen=True, kw_only=True):
    """Decline a post that a guard holds, by a clause or with a word. The log names who did it, not
    whose post (P8).

    Its author is told, and reads the words for `DECLINED_DAYS`, to write it anew. The clause and
    the word become a line of the note. Errors: `not_found`, `device_needed`,
    `conflict` and `gone` as of publishing, `text_refused`, `protocol.bad_params` with neither, or if
    there was no such clause.

    Attributes:
        norm: The clause of the board's norms, by its number in the version in force when the post
            was written.
        word: What the moderator tells the author; the readers of the note read it.
        if_revision: As of `arriving.publish`.
    """

    method: ClassVar[str] = "arriving.decline"
    needs: ClassVar[Need] = Need(Power.REVIEW, on=NeedTarget.BOARD, by_person=True)
    text_paths: ClassVar[tuple[str, ...]] = ("word",)
    board: BoardId
    post: PostId
    norm: ClauseNumber | None = None
    word: NoteText | None = None
    if_revision: Revision | None = None


class NoteList(Result, frozen=True, kw_only=True):
    """Notes, those opened first before the others."""

    notes: tuple[Note, ...]


class ListNotes(Query[NoteList], frozen=True, kw_only=True):
    """Read which notes the member reads, as newcomer, host or moderator. From a device only."""

    method: ClassVar[str] = "arriving.notes"
    needs: ClassVar[Need] = Need(Power.READ, private=True)


class NoteResult(Result, frozen=True, kw_only=True):
    """A note with all its lines, in their order."""

    note: Note
    lines: tuple[NoteLine, ...]


class GetNote(Query[NoteResult], frozen=True, kw_only=True):
    """Read a note. From a device only. Errors: `not_found`, for all but its readers.

    Attributes:
        note: The newcomer whose note it is.
    """

    method: ClassVar[str] = "arriving.note"
    needs: ClassVar[Need] = Need(Power.READ, private=True)
    note: MemberId


class NoteLineResult(Result, frozen=True, kw_only=True):
    """The line after the command."""

    text_paths: ClassVar[tuple[str, ...]] = ("line.text",)
    line: NoteLine


class SayInNote(Command[NoteLineResult], frozen=True, kw_only=True):
    """Write a line into a note. From a device only; no guard and no silence stands against it.

    Sent again with the same `line`, it changes nothing. Errors: `not_found`, for all but its readers;
    `text_refused`, `conflict` if the id is taken, or the note has `NOTE_LINES_MAX` lines.

    Attributes:
        note: The newcomer whose note it is.
        line: The id of the new line.
    """

    method: ClassVar[str] = "arriving.say"
    needs: ClassVar[Need] = Need(Power.READ, private=True, touches=Touches.OWN_WORDS)
    note: MemberId
    line: NoteLineId
    text: NoteText


class UnsayInNote(Command[NoteLineResult], frozen=True, kw_only=True):
    """Take back the member's own line of a note: its words are erased (P9). From a device only.

    Errors: `not_found`, also for the line of another.
    """

    method: ClassVar[str] = "arriving.unsay"
    needs: ClassVar[Need] = Need(Power.READ, private=True, touches=Touches.OWN_WORDS)
    note: MemberId
    line: NoteLineId


class GuardChanged(Event, frozen=True, kw_only=True):
    """A guard for the member began, counted a post, or ended. To the newcomer only."""

    kind: ClassVar[str] = "arriving.guard"
    guard: Guard


class NoteOpened(Event, frozen=True, kw_only=True):
    """A note began: it says first who reads it.

    To the note's stream; to the newcomer and the host themselves, and to the desk of the board,
    which do not listen to that stream yet.
    """

    kind: ClassVar[str] = "arriving.note_opened"
    note: Note


class NoteChanged(Event, frozen=True, kw_only=True):
    """The host stopped reading a note, or its end is known now. To the note's readers."""

    kind: ClassVar[str] = "arriving.note_changed"
    note: Note


class NoteSaid(Event, frozen=True, kw_only=True):
    """A reader of a note wrote a line into it, or declined a post by it. To the note's readers."""

    kind: ClassVar[str] = "arriving.said"
    text_paths: ClassVar[tuple[str, ...]] = ("line.text",)
    line: NoteLine


class NoteUnsaid(Event, frozen=True, kw_only=True):
    """A line of a note was taken back: drop its words. To the note's readers."""

    kind: ClassVar[str] = "arriving.unsaid"
    line: NoteLine


class PostAsked(Event, frozen=True, kw_only=True):
    """A post has waited for `APPROVAL_ASK_HOURS`: the commons' moderators are asked, too.

    To the desk of the post's own board; to that of the commons without words, which
    `arriving.held` has as long as they may decide.
    """

    kind: ClassVar[str] = "arriving.asked"
    text_paths: ClassVar[tuple[str, ...]] = _HELD_WORDS
    held: HeldPost


class PostDecided(Event, frozen=True, kw_only=True):
    """A post does not wait any more: it was published, declined or withdrawn.

    To the desk of its board, and to that of the commons if it was asked.

    Attributes:
        state: How it ended.
    """

    kind: ClassVar[str] = "arriving.decided"
    post: PostId
    board: BoardId
    state: HeldState
