"""Verbs of the round: everything new, in the order the server fixed, to its end (P4)."""

from itertools import groupby

from bbs.errors import BadParams
from bbs.features.boards.messages import Board
from bbs.features.reading.messages import GetRound
from bbs.features.reading.round_text import HEADINGS, describe_newer, describe_round
from bbs.features.reading.rounds import posts_of_section
from bbs.features.reading.views import Section, Stop
from bbs.features.threads.messages import GetSkeleton, GetThread
from bbs.features.threads.tree import tree_order
from bbs.features.threads.views import Thread
from bbs.plural import counted
from bbs.sdk import lookup
from bbs.terminal import render
from bbs_client.plain.reading import show_post
from bbs_client.plain.surface import PlainSurface
from bbs_client.plain.walk import Walk

HOME_THREADS_MAX = 20


async def next_unread(plain: PlainSurface, _: str) -> None:
    """Show the next post of the round; between rounds, fix one and say how much it is first."""
    if plain.walk is None:
        await plain.passed.mark()
        shown = await plain.community.call(GetRound())
        if not shown.round.stops:
            plain.print_lines("All caught up.")
            return
        plain.walk = Walk(shown.round)
        plain.print_lines(describe_round(shown.size), "")
    await _read_on(plain, plain.walk)


async def skip(plain: PlainSurface, _: str) -> None:
    """Leave what is unread of this thread for the next round, and read on."""
    walk, thread = plain.walk, plain.thread
    left = walk.leave_out(thread=thread.id) if walk and thread else 0
    if walk is None or not left:
        raise BadParams("round", "nothing more of this thread is in it")
    plain.print_lines(f"{counted(left, 'post')} left for the next round.", "")
    await _read_on(plain, walk)


async def home(plain: PlainSurface, _: str) -> None:
    """Tell what waits, and how much it is; nothing is marked by it."""
    await plain.passed.mark()
    shown = await plain.community.call(GetRound())
    if not shown.round.stops:
        plain.print_lines("All caught up.")
        return
    plain.print_lines(describe_round(shown.size))
    listed = 0
    for section, found in groupby(shown.round.stops, lambda stop: stop.section):
        plain.print_lines(f"{HEADINGS[section]}:")
        stops = list(found)
        if section is Section.BOARD:
            plain.tell_all(_board_lines(plain, stops))
            continue
        for stop in stops[: HOME_THREADS_MAX - listed]:
            plain.print_lines(await _stop_line(plain, stop))
        if (hidden := len(stops) - (HOME_THREADS_MAX - listed)) > 0:
            plain.print_lines(f"  and {hidden} more")
        listed = min(HOME_THREADS_MAX, listed + len(stops))


async def parent(plain: PlainSurface, _: str) -> None:
    """Show the post that the one shown last answers."""
    board, thread, post = plain.board, plain.thread, plain.post
    if board is None or thread is None or post is None or post.number is None:
        raise BadParams("address", "read a post first")
    parents = await _parents(plain, thread)
    number = parents.get(post.number)
    if number is None:
        plain.print_lines("It answers no other post.")
        return
    found = await lookup.find_post(plain.community, f"{plain.place}/{number}")
    show_post(plain, board, thread, found, parents.get(number))


async def _read_on(plain: PlainSurface, walk: Walk) -> None:
    while not walk.ahead:
        await plain.passed.mark()
        if not walk.left.stops:
            await _end(plain, walk)
            return
        await _open(plain, walk, walk.next_stop())
    post = walk.ahead.pop(0)
    assert walk.thread is not None
    plain.board, plain.thread = plain.news.boards[post.board], walk.thread
    plain.in_lounge = False
    show_post(plain, plain.board, walk.thread, post, walk.parents.get(post.number or 0))


async def _open(plain: PlainSurface, walk: Walk, stop: Stop) -> None:
    """Go to a stop and line up what is in it, as the tree has it."""
    board = plain.news.boards.get(stop.board)
    if board is None:
        return
    before = plain.thread.id if plain.thread else None
    thread, posts = await lookup.posts_of_stop(plain.community, stop)
    walk.thread = thread
    walk.parents = await _parents(plain, thread)
    place = {number: at for at, (number, _) in enumerate(tree_order([*walk.parents.items()]))}
    # What was taken back since the round was fixed has nothing to read.
    walk.ahead = sorted(
        (post for post in posts if post.body is not None),
        key=lambda post: place.get(post.number or 0, 0),
    )
    if walk.ahead and thread.id != before:
        plain.print_lines(f"{board.label}/{thread.number}: {render.title_of(thread)}", "")


async def _end(plain: PlainSurface, walk: Walk) -> None:
    """Say that the round is over, and what waits for the next one."""
    plain.walk = None
    shown = (await plain.community.call(GetRound())).round
    waiting = posts_of_section(shown)
    left, newer = len(waiting & walk.fixed), len(waiting - walk.fixed)
    plain.print_lines("The round is over." if left else "All caught up.")
    if left:
        plain.print_lines(f"{counted(left, 'post')} left for the next round.")
    if newer:
        plain.print_lines(f"{describe_newer(newer)}.")


async def _parents(plain: PlainSurface, thread: Thread) -> dict[int, int | None]:
    """Return what each post of a thread answers, by number; None: the thread itself."""
    parents: dict[int, int | None] = {}
    after: int | None = 0
    while after is not None:
        page = await plain.community.call(GetSkeleton(thread=thread.id, after=after))
        parents |= {bone.number: bone.parent for bone in page.bones}
        after = page.next_after
    return parents


async def _stop_line(plain: PlainSurface, stop: Stop) -> str:
    thread = (await plain.community.call(GetThread(thread=stop.thread))).thread
    posts = counted(len(stop.numbers), "post")
    place = f"{_slug(plain.news.boards.get(stop.board))}/{thread.number}"
    return f"  {place}: {render.title_of(thread)} ({posts})"


def _board_lines(plain: PlainSurface, stops: list[Stop]) -> list[str]:
    lines = []
    for board, found in groupby(stops, lambda stop: stop.board):
        sizes = [len(stop.numbers) for stop in found]
        how_much = f"{counted(len(sizes), 'thread')}, {counted(sum(sizes), 'post')}"
        lines.append(f"  {_slug(plain.news.boards.get(board))}: {how_much}")
    return lines


def _slug(board: Board | None) -> str:
    return board.label if board else "a board"
