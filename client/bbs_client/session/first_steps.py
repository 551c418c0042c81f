"""The founder's first steps, from the mirror: for the sysop, until the community is established."""

from bbs.features.community.first_steps import FirstStep, first_steps
from bbs.ids import COMMONS
from bbs_client.session.session import Session


def steps_of(session: Session) -> tuple[FirstStep, ...]:
    """Return the reader's first steps; none for members who are not sysop, or once they are done."""
    me, commons = session.me, session.cache.board(COMMONS)
    if me is None or not me.sysop or commons is None:
        return ()
    cache, seat = session.cache, commons.seat
    boards = [row.board.id for row in cache.boards()]
    return first_steps(
        title=commons.board.title,
        norms_accepted=seat is not None and seat.norms_version >= commons.board.norms_version,
        boards=len(boards) - 1,
        invited=cache.has_invited(),
        threads=any(cache.threads(board) for board in boards),
        members=len(session.members),
    )
