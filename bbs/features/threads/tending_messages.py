"""Tending threads: what a board's moderators do to keep it readable, each with a reason (P5, P8)."""

from typing import ClassVar

from bbs.features.moderation.views import Reason
from bbs.features.threads.views import Post, Thread, ThreadResult, Title
from bbs.ids import BoardId, PostId, ThreadId
from bbs.messages import Command, Event, Number, Revision
from bbs.powers import Need, NeedTarget, Power


class PinThread(Command[ThreadResult], frozen=True, kw_only=True):
    """Pin a thread to the head of its board's list. Logged on the board (P8).

    Pinned threads stand in the order of the list among themselves (P1). Pinning a pinned thread
    changes nothing. Errors: `not_found`, `text_refused`, `conflict` while its first post is held,
    `full` if `PINS_MAX` threads of the board are pinned.
    """

    method: ClassVar[str] = "threads.pin"
    needs: ClassVar[Need] = Need(Power.TEND, on=NeedTarget.THREAD)
    thread: ThreadId
    reason: Reason


class UnpinThread(Command[ThreadResult], frozen=True, kw_only=True):
    """Take a pinned thread from the head of its board's list. Logged on the board (P8).

    Errors: `not_found`, `text_refused`.
    """

    method: ClassVar[str] = "threads.unpin"
    needs: ClassVar[Need] = Need(Power.TEND, on=NeedTarget.THREAD)
    thread: ThreadId
    reason: Reason


class ChangeTitle(Command[ThreadResult], frozen=True, kw_only=True):
    """Change the title of another member's thread. Logged on the board (P8).

    The act shows only that the title changed. A notice shows the thread's author the title before,
    as long as the thread has a title. Errors: `not_found`, `text_refused`, `gone`, `conflict` while
    its first post is held or if `if_revision` is not the current one.
    """

    method: ClassVar[str] = "threads.change_title"
    needs: ClassVar[Need] = Need(Power.TEND, on=NeedTarget.THREAD)
    thread: ThreadId
    title: Title
    reason: Reason
    if_revision: Revision | None = None


class MovePosts(Command[ThreadResult], frozen=True, kw_only=True):
    """Move a post and all answers below it to another thread of its board. Logged there (P8).

    The posts get numbers after the last one there, and a marker at each old place leads to the new
    one. The server moves a large branch in several steps. The result is the thread they go to.
    Errors: `not_found`, `text_refused`, `conflict` for a thread's first post, for the thread they
    stand in, and where another move or a purge of one of the threads is not over.

    Attributes:
        to: The thread they go to.
    """

    method: ClassVar[str] = "threads.move"
    needs: ClassVar[Need] = Need(Power.TEND, on=NeedTarget.POST)
    post: PostId
    to: ThreadId
    reason: Reason


class SplitThread(Command[ThreadResult], frozen=True, kw_only=True):
    """Make a new thread of a post and all answers below it. Logged on the board (P8).

    Errors: `not_found`, `text_refused`, `boards.no_room`, `conflict` as for moving posts.

    Attributes:
        thread: The id of the new thread.
        title: Its title.
    """

    method: ClassVar[str] = "threads.split"
    needs: ClassVar[Need] = Need(Power.TEND, on=NeedTarget.POST)
    post: PostId
    thread: ThreadId
    title: Title
    reason: Reason


class MergeThread(Command[ThreadResult], frozen=True, kw_only=True):
    """Move all posts of a thread to another of its board, to which its address leads. Logged there (P8).

    Its title becomes the subject of its first post. Errors: `not_found`, `text_refused`, `conflict` as
    for moving posts.

    Attributes:
        into: The thread they go to.
    """

    method: ClassVar[str] = "threads.merge"
    needs: ClassVar[Need] = Need(Power.TEND, on=NeedTarget.THREAD)
    thread: ThreadId
    into: ThreadId
    reason: Reason


class PostsRenumbered(Event, frozen=True, kw_only=True):
    """Posts are moved: which number in one thread becomes which in another. To the board's readers.

    It comes before their `threads.moved`, so that a client carries its reader's marks over.

    Attributes:
        numbers: Of each post the number that it had in `thread`, and the one it gets in `to`.
    """

    kind: ClassVar[str] = "threads.renumbered"
    board: BoardId
    thread: ThreadId
    to: ThreadId
    numbers: tuple[tuple[Number, Number], ...]


class ThreadGrew(Event, frozen=True, kw_only=True):
    """Posts are moved to a thread, which is new where it was split off. To the board's readers.

    It comes before their `threads.moved`.
    """

    kind: ClassVar[str] = "threads.grew"
    text_paths: ClassVar[tuple[str, ...]] = ("thread.title", "thread.author.name")
    thread: Thread


class PostMoved(Event, frozen=True, kw_only=True):
    """A post was moved to another thread. To the board's readers.

    Attributes:
        marker: The marker at its old place; its seq is this event's.
    """

    kind: ClassVar[str] = "threads.moved"
    text_paths: ClassVar[tuple[str, ...]] = ("post.subject", "post.body", "post.author.name")
    post: Post
    marker: Post


class ThreadMerged(Event, frozen=True, kw_only=True):
    """A thread was merged with another, to which its address leads. To the board's readers."""

    kind: ClassVar[str] = "threads.merged"
    thread: Thread


class ThreadPinned(Event, frozen=True, kw_only=True):
    """A moderator pinned a thread, or unpinned it. To the board's readers."""

    kind: ClassVar[str] = "threads.pinned"
    text_paths: ClassVar[tuple[str, ...]] = ("thread.title", "thread.author.name")
    thread: Thread
