"""Describes applications in sentences, to who made them and to the desk. Pure."""

from collections.abc import Callable
from datetime import datetime

from bbs.features.boards.application_messages import ApplicationState, Decision, OwnApplication
from bbs.text import sanitize

Moment = Callable[[datetime], str]
"""Returns a moment as the surface writes it."""


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"


def describe_own_application(own: OwnApplication, moment: Moment = _day) -> str:
    """Return how an application of the reader's own stands, a clean sentence without its full stop.

    Args:
        moment: Writes until when the desk decides, and from when on the reader may ask again.
    """
    match own.state:
        case ApplicationState.OPEN:
            until = moment(own.due_at)
            return f"your answers wait for the desk; without a word by {until} you go on in order"
        case ApplicationState.ACCEPTED:
            return "the desk accepted your application"
        case ApplicationState.PASSED:
            return "the desk did not decide in time, so your application went on in order"
        case ApplicationState.WITHDRAWN:
            return "you withdrew your application; its answers are erased"
    return sanitize(f"the desk declined your application{_ground(own.decision, moment)}")


def _ground(decision: Decision | None, moment: Moment) -> str:
    if decision is None:
        return ""
    clause = "" if decision.norm is None else f" by norm {decision.norm}"
    word = "" if decision.word is None else f": “{decision.word}”"
    again = decision.again_from
    when = "" if again is None else f"; you may ask again from {moment(again)} on"
    return f"{clause}{word}{when}"
