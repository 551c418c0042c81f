"""The welcome of a newcomer: shown after joining, and again on request."""

from bbs_client.actions.first_steps import take_step
from bbs_client.actions.program import TourQuestion
from bbs_client.actions.surface import Question, Surface
from bbs_client.session.welcome import note_seen

TOUR = "tour"
"""The answer of who goes on to the tour."""


class WelcomeQuestion(Question[str], frozen=True):
    """Shows the welcome, and asks what to do first: the id of a step, or `TOUR`."""


async def welcome(surface: Surface, _: str) -> None:
    """Show where the reader has arrived, and do the first step that they choose.

    Raises:
        FolkmootError: If the step fails.
    """
    answer = await surface.ask(WelcomeQuestion())
    note_seen(surface.session)
    if answer == TOUR:
        await surface.ask(TourQuestion(brief=False, has_banner=False))
    elif answer:
        await take_step(surface, answer)
