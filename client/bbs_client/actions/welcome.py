"""The welcome of a newcomer: shown after joining, and again on request."""

from bbs.ids import COMMONS
from bbs_client.actions.first_steps import take_step
from bbs_client.actions.places import show_norms, show_seat
from bbs_client.actions.program import TourQuestion
from bbs_client.actions.surface import Question, Surface
from bbs_client.session.state import is_outside
from bbs_client.session.welcome import note_seen

TOUR = "tour"
"""The answer of who goes on to the tour."""

WHILE_WAITING = ("seat", "norms", "export")
"""The actions that the welcome of who waits for a seat names; each may be its answer."""


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
    elif answer in WHILE_WAITING and is_outside(surface.session):
        await _do_outside(surface, answer)
    elif answer:
        await take_step(surface, answer)


async def _do_outside(surface: Surface, id: str) -> None:
    """Do what who waits for a seat can do: on the commons, the only board they know."""
    commons = surface.session.cache.board(COMMONS)
    if id == "export":
        from bbs_client.actions.export import export  # late: it is seldom needed

        await export(surface, "")
    elif commons is not None:
        await (show_seat if id == "seat" else show_norms)(surface, commons)
