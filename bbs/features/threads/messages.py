"""Threads: titled discussions that are trees of posts, and the lounge, a board's live chat."""

from typing import Annotated, ClassVar

from msgspec import Meta

from bbs import limits
from bbs.clock import Instant
from bbs.features.threads.thanks_views import Thanks, ThanksPage
from bbs.features.threads.views import (
    History,
    ImportResult,
    Line,
    LinePage,
    LineResult,
    Mail,
    Post,
    PostPage,
    PostResult,
    RecentPage,
    Skeleton,
    StartThreadResult,
    Thread,
    ThreadPage,
    ThreadResult,
    Title,
)
from bbs.ids import BoardId, LineId, OpId, PostId, ThreadId
from bbs.messages import Command, Done, Event, Number, PageSize, Place, Query, Revision, Seq
from bbs.powers import Need, NeedTarget, Power

Body = Annotated[str, Meta(max_length=limits.BODY_BYTES_MAX)]
LineBody = Annotated[str, Meta(max_length=limits.LINE_BODY_CHARS_MAX * 4)]


class ListThreads(Query[ThreadPage], frozen=True, kw_only=True):
    """List a board's threads, newest first. Errors: `not_found`."""

    method: ClassVar[str] = "threads.list"
    needs: ClassVar[Need] = Need(Power.READ, on=NeedTarget.BOARD)
    board: BoardId
    before: Number | None = None
    limit: PageSize = limits.PAGE_ITEMS_DEFAULT


class GetThread(Query[ThreadResult], frozen=True, kw_only=True):
    """Read a thread without its posts. Errors: `not_found`."""

    method: ClassVar[str] = "threads.get"
    needs: ClassVar[Need] = Need(Power.READ, on=NeedTarget.THREAD)
    thread: ThreadId


class ListPosts(Query[PostPage], frozen=True, kw_only=True):
    """Read a page of a thread. Errors: `not_found`.

    Attributes:
        after: Return posts with higher numbers, the lowest first; 0 for the first page.
        before: Instead: return the nearest `limit` posts with lower numbers.
    """

    method: ClassVar[str] = "threads.posts"
    needs: ClassVar[Need] = Need(Power.READ, on=NeedTarget.THREAD)
    thread: ThreadId
    after: Annotated[int, Meta(ge=0)] = 0
    before: Number | None = None
    limit: PageSize = limits.PAGE_ITEMS_DEFAULT


class ListRecent(Query[RecentPage], frozen=True, kw_only=True):
    """Read a board's posts in the order of its stream, newest first. Errors: `not_found`.

    Attributes:
        before: Return only posts with a lower seq.
        above: Return only posts with a higher seq, such as a member's floor.
    """

    method: ClassVar[str] = "threads.recent"
    needs: ClassVar[Need] = Need(Power.READ, on=NeedTarget.BOARD)
    board: BoardId
    before: Seq | None = None
    above: Seq = 0
    limit: PageSize = limits.PAGE_ITEMS_DEFAULT


class GetSkeleton(Query[Skeleton], frozen=True, kw_only=True):
    """Read the tree of a whole thread, without its words. Errors: `not_found`."""

    method: ClassVar[str] = "threads.skeleton"
    needs: ClassVar[Need] = Need(Power.READ, on=NeedTarget.THREAD)
    thread: ThreadId
    after: Annotated[int, Meta(ge=0)] = 0


class GetHistory(Query[History], frozen=True, kw_only=True):
    """Read every wording of a post. Errors: `not_found`, `gone` once it was withdrawn or faded."""

    method: ClassVar[str] = "threads.history"
    needs: ClassVar[Need] = Need(Power.READ, on=NeedTarget.POST)
    post: PostId


class ListHeld(Query[RecentPage], frozen=True, kw_only=True):
    """Read the member's own held posts on a board, and their threads, oldest first.

    Errors: `not_found`.
    """

    method: ClassVar[str] = "threads.held"
    needs: ClassVar[Need] = Need(Power.READ, on=NeedTarget.BOARD)
    board: BoardId


class ListLines(Query[LinePage], frozen=True, kw_only=True):
    """Read a page of a lounge; without `before`, its newest lines. Errors: `not_found`."""

    method: ClassVar[str] = "threads.lines"
    needs: ClassVar[Need] = Need(Power.READ, on=NeedTarget.BOARD)
    board: BoardId
    before: Number | None = None
    limit: PageSize = limits.PAGE_ITEMS_DEFAULT


class StartThread(Command[StartThreadResult], frozen=True, kw_only=True):
    """Start a thread with its first post. Errors: `boards.seat_needed`, `norms.accept_first`,
    `text_refused`, `gone` if the post id was withdrawn before.
    """

    method: ClassVar[str] = "threads.start"
    needs: ClassVar[Need] = Need(Power.WRITE, on=NeedTarget.BOARD)
    board: BoardId
    thread: ThreadId
    post: PostId
    title: Title
    body: Body


class WritePost(Command[PostResult], frozen=True, kw_only=True):
    """Answer a post or a thread. Errors: `boards.seat_needed`, `norms.accept_first`,
    `text_refused`, `not_found` if the parent is not in the thread, `gone` if the post id was
    withdrawn before.
    """

    method: ClassVar[str] = "threads.post"
    needs: ClassVar[Need] = Need(Power.WRITE, on=NeedTarget.THREAD)
    thread: ThreadId
    post: PostId
    parent: PostId | None = None
    body: Body


class EditPost(Command[PostResult], frozen=True, kw_only=True):
    """Edit the member's own post; earlier wordings of a published post stay readable.

    Errors: `not_allowed`, `gone`, `conflict` if `if_revision` is not the current one,
    `arriving.link_guarded` if it adds a link while the guard of links is on for its author.
    """

    method: ClassVar[str] = "threads.edit"
    needs: ClassVar[Need] = Need(Power.WRITE, on=NeedTarget.POST, own=True)
    post: PostId
    body: Body
    if_revision: Revision | None = None


class WithdrawPost(Command[PostResult], frozen=True, kw_only=True):
    """Withdraw the member's own post: erase all its wordings; a marker stays (P9, P10).

    Withdrawing a thread's first post erases the thread's title, too. Repeating it changes nothing.
    Errors: `not_allowed`, `gone` if it has faded.
    """

    method: ClassVar[str] = "threads.withdraw"
    needs: ClassVar[Need] = Need(Power.READ, on=NeedTarget.POST, own=True)
    post: PostId


class Retitle(Command[ThreadResult], frozen=True, kw_only=True):
    """Change the title of the member's own thread.

    Errors: `not_allowed`, `gone`, `conflict`, `arriving.link_guarded` as of editing.
    """

    method: ClassVar[str] = "threads.retitle"
    needs: ClassVar[Need] = Need(Power.WRITE, on=NeedTarget.THREAD, own=True)
    thread: ThreadId
    title: Title
    if_revision: Revision | None = None


class Say(Command[LineResult], frozen=True, kw_only=True):
    """Say a line in a board's lounge. Errors: `boards.seat_needed`, `norms.accept_first`,
    `text_refused`.
    """

    method: ClassVar[str] = "threads.say"
    needs: ClassVar[Need] = Need(Power.WRITE, on=NeedTarget.BOARD)
    board: BoardId
    line: LineId
    body: LineBody


class Unsay(Command[LineResult], frozen=True, kw_only=True):
    """Withdraw the member's own line: erase its words. Errors: `not_allowed`, `gone` if faded."""

    method: ClassVar[str] = "threads.unsay"
    needs: ClassVar[Need] = Need(Power.READ, on=NeedTarget.LINE, own=True)
    line: LineId


class ImportPosts(Command[ImportResult], frozen=True, kw_only=True):
    """Import posts from elsewhere, parents first. They cause no unread post, mention or round.

    Logged on the board (P8). Errors: `text_refused`, `not_found` for a parent.

    Attributes:
        batch: The same id for all commands of one import, by which the log tells them as one.
    """

    method: ClassVar[str] = "threads.import"
    needs: ClassVar[Need] = Need(Power.IMPORT, on=NeedTarget.BOARD)
    board: BoardId
    posts: Annotated[tuple[Mail, ...], Meta(min_length=1, max_length=100)]
    batch: OpId | None = None


class Thank(Command[Done], frozen=True, kw_only=True):
    """Thank a post's author privately: only the author sees the thanks, with member and post (P2).

    A second thanks for a post changes nothing. Errors: `not_found`, `gone`,
    `threads.nobody_to_thank` for the member's own posts, imported ones and those of former members.
    """

    method: ClassVar[str] = "threads.thank"
    needs: ClassVar[Need] = Need(Power.READ, on=NeedTarget.POST, private=True)
    post: PostId


class ListThanks(Query[ThanksPage], frozen=True, kw_only=True):
    """List the thanks the member got, newest first. No call lists the thanks a member gave."""

    method: ClassVar[str] = "threads.thanks"
    needs: ClassVar[Need] = Need(Power.READ, private=True)
    before: Place | None = None
    limit: PageSize = limits.PAGE_ITEMS_DEFAULT


class ThreadPublished(Event, frozen=True, kw_only=True):
    """The server published a thread with its first post. To the board's readers."""

    kind: ClassVar[str] = "threads.started"
    text_paths: ClassVar[tuple[str, ...]] = (
        "thread.title",
        "thread.author.name",
        "post.subject",
        "post.body",
        "post.author.name",
    )
    thread: Thread
    post: Post


class PostPublished(Event, frozen=True, kw_only=True):
    """The server published a post, the last of its thread. To the board's readers."""

    kind: ClassVar[str] = "threads.posted"
    text_paths: ClassVar[tuple[str, ...]] = ("post.subject", "post.body", "post.author.name")
    post: Post


class PostEdited(Event, frozen=True, kw_only=True):
    """An author edited a post. To the board's readers."""

    kind: ClassVar[str] = "threads.edited"
    text_paths: ClassVar[tuple[str, ...]] = ("post.subject", "post.body")
    post: Post


class PostWithdrawn(Event, frozen=True, kw_only=True):
    """An author withdrew a post: drop all its wordings, and the title with a first post (P10)."""

    kind: ClassVar[str] = "threads.withdrawn"
    post: Post


class ThreadRetitled(Event, frozen=True, kw_only=True):
    """An author changed the title of a thread. To the board's readers."""

    kind: ClassVar[str] = "threads.retitled"
    text_paths: ClassVar[tuple[str, ...]] = ("thread.title",)
    thread: Thread


class PostHeld(Event, frozen=True, kw_only=True):
    """An author wrote a post that is held, or edited or withdrew it while it was held.

    To its author and the board's desk only. `thread` is set for a thread's first post.
    """

    kind: ClassVar[str] = "threads.held"
    text_paths: ClassVar[tuple[str, ...]] = ("thread.title", "post.subject", "post.body")
    post: Post
    thread: Thread | None = None


class AuthorThanked(Event, frozen=True, kw_only=True):
    """A member thanked the author of a post. To the post's author only (P2).

    The server treats the thanking member's id like words: it is erased with the post.
    """

    kind: ClassVar[str] = "threads.thanked"
    text_paths: ClassVar[tuple[str, ...]] = ("thanks.by",)
    thanks: Thanks


class PostsFaded(Event, frozen=True, kw_only=True):
    """Everything on the board whose `fades_at` is not after `until` has lost its words (P10).

    A thread whose first post has faded loses its title.
    """

    kind: ClassVar[str] = "threads.faded"
    board: BoardId
    until: Instant


class LineSaid(Event, frozen=True, kw_only=True):
    """A member said a line. To the lounge's readers."""

    kind: ClassVar[str] = "threads.said"
    text_paths: ClassVar[tuple[str, ...]] = ("line.body",)
    line: Line


class LineUnsaid(Event, frozen=True, kw_only=True):
    """An author withdrew a line: drop its words. To the lounge's readers."""

    kind: ClassVar[str] = "threads.unsaid"
    line: Line


class LoungeFaded(Event, frozen=True, kw_only=True):
    """Every line of the lounge whose `fades_at` is not after `until` is gone. To its readers."""

    kind: ClassVar[str] = "threads.lounge_faded"
    board: BoardId
    until: Instant
