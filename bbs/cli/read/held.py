"""`bbs read BOARD --held`: the reader's own posts that are held or were declined."""

from bbs.cli.context import CliContext
from bbs.features.threads.messages import ListHeld
from bbs.sdk import lookup
from bbs.terminal import render
from bbs.terminal.held_text import describe_held
from bbs.terminal.output import local_time
from bbs.text import sanitize


async def show_held(caller: CliContext, board: str) -> None:
    """Print the caller's own held posts on a board, oldest first, with what they wait for."""
    place = await lookup.find_board(caller.community, board)
    page = await caller.community.call(ListHeld(board=place.id))
    threads = {thread.id: thread for thread in page.threads}
    lines: list[str] = []
    for post in page.posts:
        thread = threads.get(post.thread)
        where = place.label if thread is None else render.title_of(thread)
        lines += [f"{post.id[:8]}  {local_time(post.at)}  {where}", describe_held(post, local_time)]
        lines += ["", *sanitize(post.body or "", multiline=True).split("\n"), ""]
    value = {"board": place, "threads": page.threads}
    caller.out.stream("posts", page.posts, value, lines[:-1], nothing="No post of yours is held.")
