"""Where the reader stands whose seat begins with questions: asked, waiting for the desk, or declined."""

from bbs.features.boards.application_messages import ApplicationState, OwnApplication
from bbs.features.boards.seat_messages import SeatState
from bbs_client.mirror.reads import BoardRow
from bbs_client.session.session import Session


def is_asked(row: BoardRow) -> bool:
    """Return whether a board asks questions before it gives the reader a seat."""
    return row.seat is None and bool(row.board.questions)


def is_applying(row: BoardRow) -> bool:
    """Return whether answers of the reader wait for the desk of a board."""
    return row.seat is not None and row.seat.state is SeatState.APPLIED


def describe_application(session: Session, row: BoardRow) -> str:
    """Return how the reader's application on a board stands, a sentence; empty if nothing is open.

    Who was declined is told until they may ask again.
    """
    own = _last(session, row)
    if is_applying(row):
        if own is None or own.state is not ApplicationState.OPEN:
            return "Your answers wait for the desk."
        return _sentence(session, own)
    if row.seat is not None or own is None or own.decision is None:
        return ""
    again = own.decision.again_from
    return "" if again is None or again <= session.now() else _sentence(session, own)


def _last(session: Session, row: BoardRow) -> OwnApplication | None:
    found = [own for own in session.cache.applications() if own.board == row.board.id]
    return found[-1] if found else None


def _sentence(session: Session, own: OwnApplication) -> str:
    # Late: the first painting names no application.
    from bbs.terminal.application_text import describe_own_application

    says = describe_own_application(own, session.times.moment)
    return f"{says[:1].upper()}{says[1:]}."
