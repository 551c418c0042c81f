"""The round in lines: one post after the other, and at its end what is left for the next (P4)."""

from itertools import groupby

from bbs.errors import FolkmootError
from bbs.features.reading import rounds
from bbs.features.reading.messages import GetRound
from bbs.features.reading.round_text import HEADINGS, describe_newer, describe_round
from bbs.features.reading.views import Section, Stop
from bbs.plural import counted
from bbs.terminal import render
from bbs_client.actions.round import read_on
from bbs_client.plain.reading import show_post
from bbs_client.plain.surface import PlainSurface

HOME_THREADS_MAX = 20


async def catch_up(plain: PlainSurface) -> None:
    """Let the mirror hear what the server has now; offline, what is here has to do.

    What was read or muted since the last stop leaves the round. Cancelling is safe.
    """
    cache, progress = plain.session.cache, plain.session.rounds.progress
    if progress is not None:
        progress.shown = rounds.remaining_round(progress.shown, cache.waiting(), cache.wishes())
    elif plain.session.online:
        try:
            vector = (await plain.session.connection.call(GetRound())).round.vector
        except FolkmootError:
            return
        await plain.news.until(lambda: cache.has_reached(vector))


async def show_home(plain: PlainSurface) -> None:
    """Say that a round is over, or list what waits and how much it is."""
    reader = plain.session.rounds
    if reader.ended is not None:
        reader.ended = None
        await _show_end(plain)
        return
    status = reader.status()
    if not status.shown.stops:
        plain.lines.tell("All caught up.")
        return
    plain.lines.tell(describe_round(status.size))
    listed = 0
    for section, found in groupby(status.shown.stops, lambda stop: stop.section):
        plain.lines.tell(f"{HEADINGS[section]}:")
        stops = list(found)
        if section is Section.BOARD:
            plain.lines.tell_all(_board_lines(plain, stops))
            continue
        plain.lines.tell_all(_stop_line(plain, stop) for stop in stops[: HOME_THREADS_MAX - listed])
        if (hidden := len(stops) - (HOME_THREADS_MAX - listed)) > 0:
            plain.lines.tell(f"  and {hidden} more")
        listed = min(HOME_THREADS_MAX, listed + len(stops))
    if status.newer:
        plain.lines.tell(f"{describe_newer(status.newer)}.")


async def _show_end(plain: PlainSurface) -> None:
    """Say what a round that is over left for the next one."""
    await catch_up(plain)
    waiting = rounds.posts_of_section(plain.session.rounds.status().shown)
    left, newer = len(waiting & plain.fixed), len(waiting - plain.fixed)
    plain.fixed = set()
    plain.lines.tell("The round is over." if left else "All caught up.")
    if left:
        plain.lines.tell(f"{counted(left, 'post')} left for the next round.")
    if newer:
        plain.lines.tell(f"{describe_newer(newer)}.")


async def show_stop(plain: PlainSurface, stop: Stop) -> None:
    """Show the next post of a stop, in the order of the tree; the first of a round after its size."""
    cache, progress = plain.session.cache, plain.session.rounds.progress
    assert progress is not None
    if not plain.fixed:
        plain.fixed = rounds.posts_of_section(progress.shown)
        size = plain.session.rounds.size(progress.shown)
        plain.lines.tell(describe_round(size), "")
    if cache.missing(stop.thread):
        await plain.session.connection.open_thread(stop.thread)
    order = cache.tree(stop.thread).numbers
    numbers = [number for number in order if number in stop.numbers][:1]
    post = next(iter(cache.posts(stop.thread, numbers)), None)
    if post is None or post.body is None:
        # What is counted and has nothing to read would hold the reader for ever.
        left_out = numbers or stop.numbers
        progress.shown = rounds.without_posts(progress.shown, stop.thread, left_out)
        await read_on(plain)
        return
    if stop.thread != plain.here.thread:
        plain.lines.tell(_head(plain, stop), "")
    show_post(plain, post)


def _head(plain: PlainSurface, stop: Stop) -> str:
    row = plain.session.cache.thread(stop.thread)
    slug = plain.session.slug(stop.board)
    return f"{slug}/{row.thread.number}: {render.title_of(row.thread)}" if row else slug


def _stop_line(plain: PlainSurface, stop: Stop) -> str:
    return f"  {_head(plain, stop)} ({counted(len(stop.numbers), 'post')})"


def _board_lines(plain: PlainSurface, stops: list[Stop]) -> list[str]:
    lines = []
    for board, found in groupby(stops, lambda stop: stop.board):
        sizes = [len(stop.numbers) for stop in found]
        how_much = f"{counted(len(sizes), 'thread')}, {counted(sum(sizes), 'post')}"
        lines.append(f"  {plain.session.slug(board)}: {how_much}")
    return lines
