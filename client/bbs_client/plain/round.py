"""The round in lines: one post after the other, and at its end the posts for the next one (P4)."""

from itertools import groupby

from bbs.errors import FolkmootError
from bbs.features.reading import rounds
from bbs.features.reading.messages import GetRound
from bbs.features.reading.round_text import (
    HEADINGS,
    BoardSum,
    describe_round,
    rows_of,
)
from bbs.features.reading.views import Section, Stop
from bbs.plural import counted
from bbs.terminal import render
from bbs_client.actions.first_steps import VERBS
from bbs_client.plain.here import Here
from bbs_client.plain.reading import show_post
from bbs_client.session import round_words
from bbs_client.session.first_steps import steps_of
from bbs_client.session.session import Session

HOME_THREADS_MAX = 20


async def catch_up(here: Here) -> None:
    """Bring the mirror up to date; offline, use it as it is.

    Posts that were read or muted since the last stop leave the round. Cancelling is safe.
    """
    cache, progress = here.session.cache, here.session.rounds.progress
    if progress is not None:
        progress.shown = rounds.remaining_round(progress.shown, cache.waiting(), cache.wishes())
    elif here.session.online:
        try:
            vector = (await here.session.connection.call(GetRound())).round.vector
        except FolkmootError:
            return
        await here.news.until(lambda: cache.has_reached(vector))


async def show_home(here: Here) -> None:
    """Print that a round is over, or list the new posts and their number."""
    reader = here.session.rounds
    if reader.ended is not None:
        vector, reader.ended = reader.ended.shown.vector, None
        await _show_end(here, vector)
        return
    status = reader.status()
    if not status.shown.stops:
        here.lines.tell("All caught up.", *describe_steps(here.session))
        return
    under_way = here.session.rounds.progress is not None
    describe = round_words.describe_rest if under_way else round_words.describe_waiting
    here.lines.tell(describe(status.size))
    room = HOME_THREADS_MAX
    for section, found in groupby(rows_of(status.shown), lambda row: row.section):
        here.lines.tell(f"{HEADINGS[section]}:")
        rows = list(found)
        shown = rows if section is Section.BOARD else rows[:room]
        here.lines.tell(*(_row_line(here, row) for row in shown))
        if len(rows) > len(shown):
            here.lines.tell(f"  and {len(rows) - len(shown)} more")
        room -= len(shown)
    if status.newer:
        here.lines.tell(f"{round_words.describe_since(status.newer)}.")


def describe_steps(session: Session) -> list[str]:
    """Return a founder's or a newcomer's first steps, each with the verb for it; empty if there are none."""
    steps = steps_of(session, on_screen=False)
    lines = [
        f"  done: {step.says}" if step.done else f"  {step.says}: {VERBS[step.id]}"
        for step in steps
    ]
    return ["First steps:", *lines] if steps else []


async def _show_end(here: Here, vector: rounds.Vector) -> None:
    """Print the posts that a finished round left for the next one."""
    await catch_up(here)
    cache = here.session.cache
    newer = rounds.count_newer(cache.waiting(), cache.wishes(), vector)
    left = here.session.rounds.status().size.posts - newer
    here.lines.tell("The round is over." if left else "All caught up.")
    if left:
        here.lines.tell(round_words.describe_left(left))
    if newer:
        here.lines.tell(f"{round_words.describe_since(newer)}.")


async def show_stop(here: Here, stop: Stop) -> bool:
    """Show the next post of a stop, in the order of the tree; the first of a round after its size.

    Returns:
        False if the stop has nothing to read, so that it is left out of the round.
    """
    cache, progress = here.session.cache, here.session.rounds.progress
    assert progress is not None
    size = here.session.rounds.size(progress.shown)
    if size.posts == progress.posts:
        here.lines.tell(describe_round(size), "")
    if cache.missing(stop.thread):
        await here.session.connection.open_thread(stop.thread)
    order = cache.tree(stop.thread).numbers
    numbers = [number for number in order if number in stop.numbers][:1]
    post = next(iter(cache.posts(stop.thread, numbers)), None)
    if post is None or post.body is None:
        # A stop that counts and has nothing to read would stop the reader for ever.
        left_out = numbers or stop.numbers
        progress.shown = rounds.without_posts(progress.shown, stop.thread, left_out)
        return False
    if stop.thread != here.here.thread:
        here.lines.tell(_head(here, stop), "")
    show_post(here, post)
    return True


def _head(here: Here, stop: Stop) -> str:
    row = here.session.cache.thread(stop.thread)
    if row is None:
        return here.session.slug(stop.board)
    return ": ".join(
        filter(None, (here.session.address(row.thread), render.given_title(row.thread)))
    )


def _row_line(here: Here, row: Stop | BoardSum) -> str:
    if isinstance(row, Stop):
        return f"  {_head(here, row)} ({counted(len(row.numbers), 'post')})"
    sums = f"{counted(row.threads, 'thread')}, {counted(row.posts, 'post')}"
    return f"  {here.session.slug(row.board)}: {sums}"
