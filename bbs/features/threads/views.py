"""Threads, posts and lines as readers see them, and the answers they come in."""

from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta

from bbs import limits
from bbs.clock import Instant
from bbs.features.members.views import Author, SystemAuthor
from bbs.features.norms.clause_text import clause_name
from bbs.features.threads.ended_there import EndedThere
from bbs.ids import BoardId, LineId, MemberId, PostId, ThreadId
from bbs.messages import Number, Result, Revision, Seq, View
from bbs.powers import Way

Title = Annotated[str, Meta(max_length=limits.TITLE_CHARS_MAX * 4)]


class ContentState(StrEnum):
    """The state of a post or line. A withdrawn, faded or purged text never returns (P10); a hidden
    one may."""

    HELD = "held"  # not published yet; only its author and the desk know of it
    PUBLISHED = "published"
    HIDDEN = "hidden"  # stored, and shown only to its author and to the members who decide about it
    WITHDRAWN = "withdrawn"  # erased by its author: a marker without words
    FADED = "faded"  # erased by time, the board's or that of hidden words: a marker without words
    PURGED = "purged"  # erased by the sysop by a law that the log names: a marker
    MOVED = "moved"  # a marker where it stood, or the thread it stood in, which leads on

    @property
    def word(self) -> str:
        """Why words or a title are not shown."""
        # Published, but without text: it is over by a clock that the server does not believe yet.
        return "hidden" if self is ContentState.PUBLISHED else self.value

    @property
    def marker(self) -> str:
        """What stands in place of words or of a title that is not shown, in brackets."""
        return f"({self.word})"


def is_untitled(thread: "Thread") -> bool:
    """Return whether nobody gave a thread a title yet, as that of a letter, which opens by itself."""
    published = thread.state is ContentState.PUBLISHED
    return published and thread.title is None and isinstance(thread.author, SystemAuthor)


GONE = frozenset(
    {ContentState.WITHDRAWN, ContentState.FADED, ContentState.PURGED, ContentState.MOVED}
)
"""The states in which the words are gone for good."""


class Approval(StrEnum):
    """Why a held post waits for a moderator, and that one declined it (protocol 21.3)."""

    FIRST_POSTS = "first_posts"  # its author's first posts on the board wait
    LINKS = "links"  # it has a link, and its author is a newcomer
    LOCKED_DOWN = "locked_down"  # the community is locked down, and it is a first or a guarded post
    BEHIND = "behind"  # it stands in a thread whose first post waits
    DECLINED = "declined"  # a moderator declined it; its author can copy the words


class Thread(View, frozen=True, kw_only=True):
    """A titled discussion.

    Attributes:
        number: Its number on the board; None until its first post is published.
        title: None once its words are gone, and while they are hidden.
        posts: The number of its newest published post.
        last_at: When that post was published; for an imported post, when it was written.
        via: How its title came: by a device, or by a script.
        pinned: Whether a moderator pinned it to the head of the board's list.
        moved_to: The thread with which it was merged, or which it is on another board: its address
            leads there. None otherwise.
        ended_there: As `Post` has it, of a title.
    """

    id: ThreadId
    board: BoardId
    number: Number | None = None
    author: Author
    title: str | None = None
    at: Instant
    posts: int = 0
    last_at: Instant | None = None
    state: ContentState = ContentState.PUBLISHED
    imported: bool = False
    via: Way = Way.DEVICE
    pinned: bool = False
    moved_to: ThreadId | None = None
    ended_there: EndedThere | None = None
    revision: Revision = 1


class Post(View, frozen=True, kw_only=True):
    """One contribution to a thread.

    Attributes:
        number: Its number in the thread; None until published.
        parent: The post it answers; None for the first, and for an answer to the thread.
        at: When it was written; for an imported post, the time that the import gives.
        visible_at: When it was or will be published.
        fades_at: When its words fade; None if they never fade or the post was withdrawn.
        seq: Its place in the board's stream; None until published. Posts above a member's floor
            are new to that member (P4).
        norms_version: The version of the norms in force when its wording was written (P5).
        norms_board: The board of those norms, where that is not the post's: it was written there, and
            moved since. None otherwise.
        subject: Its own subject if it differs from the thread's title, as mails of a list have;
            None otherwise, and once the words are gone.
        body: Markdown; None once the words are gone, and while they are hidden.
        edits: How often its author edited it after it was published.
        edited_via: How the last of these edits came: by a device, or by a script.
        mentions: Members whose handles it contains and who may read it.
        answers: The member whose post it answers or, without a parent, who began the thread;
            None if that is its own author or not a member.
        imported: Whether it was written elsewhere; such posts are never unread.
        via: How it came: by a device, or by a script.
        moved_to: Of a marker the post that stood there, to which its address leads; None otherwise.
        ended_there: Of a marker that says `withdrawn` and came with its board in a pack, how its words
            ended where the board stood; None otherwise, and if its author took them back (29.10).
        norm: While it is hidden by a clause of the norms, the clause's number in `norms_version`.
        of_commons: Whether that is a clause of the commons' norms, by its number when it was written.
        hold_until: While a moderator holds it urgently, when that ends (protocol 24).
        of_removed: Whether it is hidden with all that its author wrote, who was removed.
        approval: Of a held post, why it waits for a moderator; it is published at `visible_at` if
            none decides before. None for a post that only the board's hold keeps back.
    """

    id: PostId
    board: BoardId
    thread: ThreadId
    number: Number | None = None
    parent: PostId | None = None
    author: Author
    at: Instant
    visible_at: Instant
    fades_at: Instant | None = None
    seq: Seq | None = None
    norms_version: int = 1
    norms_board: BoardId | None = None
    subject: str | None = None
    body: str | None = None
    state: ContentState = ContentState.PUBLISHED
    edits: int = 0
    edited_at: Instant | None = None
    edited_via: Way = Way.DEVICE
    mentions: tuple[MemberId, ...] = ()
    answers: MemberId | None = None
    imported: bool = False
    via: Way = Way.DEVICE
    moved_to: PostId | None = None
    ended_there: EndedThere | None = None
    norm: int | None = None
    of_commons: bool = False
    hold_until: Instant | None = None
    of_removed: bool = False
    approval: Approval | None = None
    revision: Revision = 1

    @property
    def norm_name(self) -> str:
        """What the clause is called by which it is hidden; empty while it is not."""
        if self.norm is None:
            return ""
        named = clause_name(self.norm, of_commons=self.of_commons)
        return named if self.of_commons or self.norms_board is None else f"{named} of another board"

    @property
    def words_via(self) -> Way:
        """How its words came: by a script if one wrote the post, or edited it last."""
        return Way.SCRIPT if Way.SCRIPT in (self.via, self.edited_via) else self.via


class Line(View, frozen=True, kw_only=True):
    """One line of a lounge.

    Attributes:
        number: Its number in the lounge.
        body: Plain text of one or more lines; None once the words are gone, and while they are hidden.
        via: How it came: by a device, or by a script.
        norm: While it is hidden by a clause, the clause's number when the line was said.
        of_commons: Whether that is a clause of the commons' norms.
        hold_until: While a moderator holds it urgently, when that ends (protocol 24).
        of_removed: Whether it is hidden with all that its author wrote, who was removed.
    """

    id: LineId
    board: BoardId
    number: Number
    author: Author
    at: Instant
    fades_at: Instant
    body: str | None = None
    state: ContentState = ContentState.PUBLISHED
    mentions: tuple[MemberId, ...] = ()
    via: Way = Way.DEVICE
    norm: int | None = None
    of_commons: bool = False
    hold_until: Instant | None = None
    of_removed: bool = False
    revision: Revision = 1

    @property
    def norm_name(self) -> str:
        """What the clause is called by which it is hidden; empty while it is not."""
        return "" if self.norm is None else clause_name(self.norm, of_commons=self.of_commons)


def end_word(thing: Thread | Post | Line) -> str:
    """Return why the words or the title of something are not shown, for a line of text."""
    there = None if isinstance(thing, Line) else thing.ended_there
    return thing.state.word if there is None else there.word


class SkeletonPost(View, frozen=True, kw_only=True, array_like=True):
    """One post of a skeleton, as an array: number, parent's number, author, state, imported, seq."""

    number: Number
    parent: Number | None
    author: Author
    state: ContentState
    imported: bool
    seq: Seq


class PostRevision(View, frozen=True, kw_only=True):
    """One wording of a post, with the moment it was written.

    Attributes:
        via: How it came: by a device, or by a script.
        norms_version: The version of the norms in force then (P5).
        norms_board: The board of those norms, where that is not the post's; None otherwise.
    """

    revision: Revision
    at: Instant
    body: str | None
    via: Way = Way.DEVICE
    norms_version: int = 1
    norms_board: BoardId | None = None


class ThreadPage(Result, frozen=True, kw_only=True):
    """Threads of a board by number, newest first (P1).

    Attributes:
        next_before: Pass it as `before` for the next page; None at the end.
        pinned: On the first page, all pinned threads of the board in the same order; those with high
            numbers stand among `threads` too.
    """

    threads: tuple[Thread, ...]
    pinned: tuple[Thread, ...] = ()
    next_before: Number | None = None


class PurgeResult(Result, frozen=True, kw_only=True):
    """How much a purge erased.

    Attributes:
        posts: Number of posts, held ones too; for a thread also those that were markers before.
        lines: Number of lines.
        left: Number of posts not hidden yet, which only servers of 0.1.0 leave: purge again.
    """

    posts: int
    lines: int = 0
    left: int = 0


class ThreadResult(Result, frozen=True, kw_only=True):
    """A thread in its current state."""

    text_paths: ClassVar[tuple[str, ...]] = ("thread.title",)
    thread: Thread


class PostPage(Result, frozen=True, kw_only=True):
    """Posts in the order of their numbers.

    Attributes:
        more_after: Whether there are posts with higher numbers than the last one here.
        more_before: Whether there are posts with lower numbers than the first one here.
    """

    thread: Thread
    posts: tuple[Post, ...]
    more_after: bool = False
    more_before: bool = False


class RecentPage(Result, frozen=True, kw_only=True):
    """Posts of a whole board in the order of publishing, newest first, and their threads.

    Attributes:
        next_before: Pass it as `before` for the next page; None at the end.
    """

    posts: tuple[Post, ...]
    threads: tuple[Thread, ...]
    next_before: Seq | None = None


class Skeleton(Result, frozen=True, kw_only=True):
    """The tree of a thread, without words.

    Attributes:
        next_after: Pass it as `after` for the rest; None at the end.
    """

    thread: Thread
    bones: tuple[SkeletonPost, ...]
    next_after: Number | None = None


class LinePage(Result, frozen=True, kw_only=True):
    """Lines of a lounge in the order of their numbers.

    Attributes:
        more_before: Whether there are older lines than the first one here.
    """

    lines: tuple[Line, ...]
    more_before: bool = False


class History(Result, frozen=True, kw_only=True):
    """All wordings of a post, oldest first."""

    revisions: tuple[PostRevision, ...]


class PostResult(Result, frozen=True, kw_only=True):
    """The post after the command.

    Attributes:
        copy_kept: Whether a case keeps a copy of words that were taken back (protocol 22.2).
    """

    text_paths: ClassVar[tuple[str, ...]] = ("post.subject", "post.body")
    post: Post
    copy_kept: bool = False


class StartThreadResult(Result, frozen=True, kw_only=True):
    """The new thread and its first post."""

    text_paths: ClassVar[tuple[str, ...]] = ("thread.title", "post.subject", "post.body")
    thread: Thread
    post: Post


class LineResult(Result, frozen=True, kw_only=True):
    """The line after the command."""

    text_paths: ClassVar[tuple[str, ...]] = ("line.body",)
    line: Line


class Mail(View, frozen=True, kw_only=True):
    """One post to import.

    Attributes:
        id: Made from the message's own id, so that a second import adds nothing.
        title: Its subject without `Re:`. The first post's is the thread's title; others keep theirs
            if it differs from that, and it may be empty.
        author: The name of the message's sender, made safe.
    """

    id: PostId
    thread: ThreadId
    parent: PostId | None = None
    title: Title = ""
    author: Annotated[str, Meta(max_length=limits.NAME_CHARS_MAX * 4)]
    at: Instant
    body: Annotated[str, Meta(max_length=limits.IMPORT_BODY_BYTES_MAX)]


class ImportResult(Result, frozen=True, kw_only=True):
    """How many posts an import added, and how many were there already."""

    added: int
    known: int
