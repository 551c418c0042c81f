"""The round: everything new, in one order, one key after another, to its end (P4)."""

from bbs.features.reading.round_text import describe_size
from bbs.features.reading.rounds import CatchUpMode
from bbs.plural import counted
from bbs_client.actions.surface import Question, Step, Surface

CATCH_UP_WAYS = {
    CatchUpMode.FROM_START: ("from the start", "Everything that waits, oldest first."),
    CatchUpMode.DIGEST: ("a digest", "Of each thread you do not follow, only the first new post."),
    CatchUpMode.TODAY: ("from today on", "What came before today counts as read."),
}
"""The ways to begin a round after a long time away: name and meaning."""

CATCH_UP_KEPT = "What mentions or answers you, and what you follow, is shown in any case."


class CatchUpQuestion(Question[CatchUpMode], frozen=True):
    """Asks how to begin after a long time away.

    Attributes:
        size: The number of unread posts, in a sentence of ours.
    """

    size: str


async def page_on(surface: Surface, _: str) -> None:
    """Read on: by a page in the open thing, and from its end to the next unread post."""
    if not surface.step(Step.PAGE):
        await read_on(surface)


async def next_unread(surface: Surface, _: str) -> None:
    """Go to the next unread post: one at a time through the round."""
    if not surface.step(Step.UNREAD):
        await read_on(surface)


async def skip(surface: Surface, _: str) -> None:
    """Leave the unread posts of this thread for the next round, and read on."""
    left = surface.session.rounds.skip(surface.thread_here())
    if not left:
        surface.notify("Nothing of this thread is in the round.")
        return
    surface.notify(f"{counted(left, 'post')} left for the next round.")
    await read_on(surface)


async def peek(surface: Surface, _: str) -> None:
    """Look without marking posts as read; a second time, posts that the reader passes count again."""
    rounds, thread = surface.session.rounds, surface.thread_here()
    peeking = surface.in_thread and rounds.peeked is not None
    if not surface.in_thread:
        surface.show_thread(thread)
    rounds.peeked = None if peeking else thread
    surface.notify("No longer peeking." if peeking else "Peeking: nothing is marked read.")
    surface.refresh()


async def home(surface: Surface, _: str) -> None:
    """Show the new posts and their number, without marking anything."""
    surface.session.rounds.ended = None
    surface.show_home()


async def read_on(surface: Surface) -> None:
    """Go to the next post of the round; without a round, home, and from there into a new one (P4).

    Cancelling is safe: passed posts are marked, and the round goes on from there.
    """
    rounds = surface.session.rounds
    if surface.in_thread and rounds.peeked is not None:
        # The peek ends with its thread.
        rounds.peeked = None
        surface.show_board(surface.board_here().board.id)
        surface.refresh()
    elif rounds.progress is None and surface.at_home:
        await _begin(surface)
    else:
        stop = rounds.here()
        while stop is not None and not surface.show_stop(stop):
            # A post that counts and cannot be shown yet would stop the reader for ever.
            rounds.skip(stop.thread)
            stop = rounds.here()
        if stop is None:
            surface.show_home()


async def _begin(surface: Surface) -> None:
    rounds = surface.session.rounds
    shown = await rounds.fix()
    if not shown.stops:
        says = "Nothing new for you." if rounds.ended is None else "This is the end."
        surface.notify(f"{says} {surface.key_of('home')} home, {surface.key_of('boards')} boards.")
        return
    mode: CatchUpMode | None = CatchUpMode.FROM_START
    if rounds.should_offer_catch_up(shown):
        mode = await surface.ask(CatchUpQuestion(describe_size(rounds.size(shown))))
    if mode is not None:
        rounds.begin(shown, mode)
        await read_on(surface)
