"""Claims on boards that came with packs, at the sysop's desk: how many, and nobody's name (protocol 31.8)."""

from bbs.errors import UnknownMethod
from bbs.features.packs.claim_messages import GetClaims
from bbs.features.packs.claim_text import describe_counts
from bbs.features.packs.claim_views import ClaimCounts, ClaimState
from bbs_client.actions.desk import DeskItem, DeskSection
from bbs_client.actions.surface import Surface
from bbs_client.mirror.file import BoardRow
from bbs_client.safe_text import safe_line
from bbs_client.session.session import Session

_NAME = "Claims of old words"
_OPEN = (ClaimState.INVITED, ClaimState.TAKING, ClaimState.DISPUTED)


async def _fetch(session: Session, _: BoardRow) -> tuple[DeskItem, ...]:
    """Ask for the claims that wait or are disputed, on whichever board; for the sysop alone."""
    if session.me is None or not session.me.sysop:
        return ()
    try:
        found = (await session.connection.call(GetClaims())).claims
    except UnknownMethod:  # an older server knows of no packs
        return ()
    return tuple(_item(session, counts) for counts in found if _waits(counts))


def _waits(counts: ClaimCounts) -> bool:
    return bool(counts.disputed) or any(counts.threads.get(state) for state in _OPEN)


def _item(session: Session, counts: ClaimCounts) -> DeskItem:
    return DeskItem(
        section=_NAME,
        id=counts.board,
        board=counts.board,
        heading=f"Claims on {safe_line(counts.slug, 'a board without an address')}",
        since=session.now(),
        rows=tuple(describe_counts(counts)),
        is_quiet=not counts.disputed,
    )


async def _do(_surface: Surface, _item: DeskItem, _word: str) -> None:
    """Do nothing: nobody in an office decides about claims."""


SECTION = DeskSection(_NAME, _fetch, _do, is_whole=True, is_last=True)
