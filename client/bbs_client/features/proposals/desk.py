"""Commands that wait for the reader's key, at the moderators' desk (protocol 15)."""

from bbs.features.proposals.messages import WaitsFor
from bbs_client.actions.desk import DeskItem, DeskSection
from bbs_client.actions.proposals import answer_waiting, fetch_waiting
from bbs_client.actions.surface import Surface
from bbs_client.mirror.file import BoardRow
from bbs_client.session.proposals import Word, list_waiting, place_of
from bbs_client.session.session import Session

_NAME = "What waits for your key"
_OF_OFFICE = (WaitsFor.SECOND_KEY, WaitsFor.MODERATORS)
"""What only members in office agree to; all seat holders have a say in the rest."""


async def _fetch(session: Session, _: BoardRow) -> tuple[DeskItem, ...]:
    """Return what waits for the reader's key, on whichever board."""
    await fetch_waiting(session)
    return tuple(
        DeskItem(
            section=_NAME,
            id=each.proposal.id,
            board=each.proposal.board,
            heading=f"{place_of(session, each.proposal)}  {each.told}",
            since=each.proposal.moved_at,
            rows=each.about,
            then=f"{each.wait[:1].upper()}{each.wait[1:]}.",
            words=each.words,
            due=each.proposal.until,
        )
        for each in list_waiting(session)
        if each.proposal.way in _OF_OFFICE and Word.AGREE in each.words
    )


async def _do(surface: Surface, item: DeskItem, word: str) -> None:
    for each in list_waiting(surface.session):
        if each.proposal.id == item.id:
            await answer_waiting(surface, each, Word(word))


SECTION = DeskSection(_NAME, _fetch, _do, is_whole=True)
