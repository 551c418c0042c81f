"""Tending threads: what a board's moderators do to keep it readable, each with a reason (P5, P8)."""

from typing import ClassVar

from bbs.features.moderation.views import Reason
from bbs.features.threads.views import Post, Thread, ThreadResult, Title
from bbs.gravity import Grave, ends_sooner, puts_out_of_reach
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


class MoveThread(Command[ThreadResult], frozen=True, kw_only=True):
    """Move a thread to another board that the member moderates, too. Logged on both boards (P8).

    Its posts keep their ids and get their numbers in a new thread there; its address leads on for
    whoever may read that board. Nobody comes to read what they could not read before: `conflict` says
    who would, and it says so of an unlisted board. Posts end when they would, or when they would there
    if that is sooner. It may wait for others (protocol 15) if words end sooner or not everybody can
    read them there. Errors: `not_found`, `text_refused`, `boards.no_room`, `proposals.waits`,
    `conflict` also while an answer is held, the thread is locked, its first post or a whole thread is
    hidden, a command about its words waits, or the other board is closed to writing.

    Attributes:
        to_board: The board it goes to.
        becomes: The id of the thread that it is there.
    """

    method: ClassVar[str] = "threads.move_to_board"
    needs: ClassVar[Need] = Need(Power.TEND, on=NeedTarget.THREAD, also=NeedTarget.TO_BOARD)
    text_paths: ClassVar[tuple[str, ...]] = ("reason",)
    grave: ClassVar[tuple[Grave, ...]] = (
        Grave("retention_days", "posts would end sooner", ends_sooner, erases=True),
        Grave(
            "out_of_reach",
            "words would be out of reach of some who read them now",
            puts_out_of_reach,
            erases=True,
        ),
    )
    thread: ThreadId
    to_board: BoardId
    becomes: ThreadId
    reason: Reason


class PostsRenumbered(Event, frozen=True, kw_only=True):
    """Posts are moved: which number in one thread becomes which in another. To the board's readers.

    It comes before their `threads.moved`, so that a client carries its reader's marks over. Of a move
    between boards the readers of the one that they go to are told.

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

    Of a move to another board its readers are told of the post alone, those of the board that it left
    of the marker alone.

    Attributes:
        marker: What stands now where it stood. Within a board its seq is this event's; else it is
            the seq that the post had there.
    """

    kind: ClassVar[str] = "threads.moved"
    text_paths: ClassVar[tuple[str, ...]] = ("post.subject", "post.body", "post.author.name")
    post: Post | None = None
    marker: Post | None = None


class ThreadMerged(Event, frozen=True, kw_only=True):
    """A thread was merged with another, or moved to another board: its address leads there.

    To the board's readers; the address leads on for whoever may read that thread.
    """

    kind: ClassVar[str] = "threads.merged"
    thread: Thread


class ThreadPinned(Event, frozen=True, kw_only=True):
    """A moderator pinned a thread, or unpinned it. To the board's readers."""

    kind: ClassVar[str] = "threads.pinned"
    text_paths: ClassVar[tuple[str, ...]] = ("thread.title", "thread.author.name")
    thread: Thread
