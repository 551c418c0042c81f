"""What a desk is offered at the size at which it begins to help: once, and quietly."""

from bbs.features.boards.messages import Board
from bbs.features.community.offers import desk_offers
from bbs.features.members.views import MemberState
from bbs.profiles import answered_offers, note_answered_offer
from bbs_client.actions.boards import configure_board
from bbs_client.actions.desk import DeskItem, DeskSection
from bbs_client.actions.surface import Surface
from bbs_client.mirror.file import BoardRow
from bbs_client.safe_text import board_title
from bbs_client.session.session import Session

_NAME = "It may help now"
SET = "set it"
LEAVE = "leave it"


async def _fetch(session: Session, row: BoardRow) -> tuple[DeskItem, ...]:
    """Return what the board's desk is offered, and was not answered on this device before."""
    answered = answered_offers(session.connection.profile.name)
    return tuple(
        DeskItem(
            section=_NAME,
            id=offer.id,
            board=row.board.id,
            heading=f"For {board_title(row.board)}, at {_members(session)} members",
            since=session.now(),
            rows=(offer.says,),
            then="Without an answer nothing changes.",
            words=(SET, LEAVE),
        )
        for offer in desk_offers(row.board, _members(session))
        if offer.id not in answered
    )


async def _do(surface: Surface, item: DeskItem, word: str) -> None:
    session = surface.session
    row = session.cache.board(item.board)
    if row is None:
        return
    if word == SET:
        offers = {offer.id: offer for offer in desk_offers(row.board, _members(session))}
        await configure_board(surface, row, only=offers[item.id].settings)
        after = session.cache.board(item.board)
        if after is None or _is_open(after.board, session, item.id):
            return
    note_answered_offer(session.connection.profile.name, item.id)
    if word == LEAVE:
        surface.notify(
            f"You are not asked again; {surface.key_of('configure')} on the board sets it."
        )


def _is_open(board: Board, session: Session, offer: str) -> bool:
    return any(each.id == offer for each in desk_offers(board, _members(session)))


def _members(session: Session) -> int:
    return sum(one.state is MemberState.SEATED for one in session.members.values())


SECTION = DeskSection(_NAME, _fetch, _do)
