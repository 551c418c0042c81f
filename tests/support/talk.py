"""Talk on a board, as most conversations of the tests need it: who sits there, threads and answers."""

from typing import NamedTuple

from bbs.features.boards.seat_messages import TakeSeat
from bbs.features.threads.messages import StartThread, WritePost
from bbs.ids import BoardId, PostId, ThreadId, new_id
from tests.support.moot import Line, Moot


class Begun(NamedTuple):
    """A thread and its first post."""

    thread: ThreadId
    post: PostId


async def seated(moot: Moot, handle: str, board: BoardId) -> Line:
    """Sign somebody up and seat them."""
    line = await moot.join(handle)
    await line.ask(TakeSeat(board=board, norms_version=1))
    return line


async def start(line: Line, board: BoardId, body: str = "B", title: str = "T") -> Begun:
    """Start a thread."""
    begun = Begun(new_id(), new_id())
    await line.ask(
        StartThread(board=board, thread=begun.thread, post=begun.post, title=title, body=body)
    )
    return begun


async def write(
    line: Line, thread: ThreadId, body: str = "B", parent: PostId | None = None
) -> PostId:
    """Answer a thread; return the post's id."""
    post = new_id()
    await line.ask(WritePost(thread=thread, post=post, parent=parent, body=body))
    return post
