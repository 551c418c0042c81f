"""How words may go with a board that somebody takes along, in sentences for both surfaces (protocol 29)."""

from bbs.features.boards.kinds import BoardKind
from bbs.features.packs.consent_messages import PackConsent
from bbs.features.packs.consent_text import CONSENT_EFFECTS
from bbs.ids import COMMONS, BoardId
from bbs_client.mirror.file import BoardRow
from bbs_client.safe_text import safe_line
from bbs_client.session.session import Session

NAMES_SHOWN_MAX = 8  # in a sentence; more are counted
_HEADS = {
    PackConsent.NAMED: "With their names go the words of",
    PackConsent.LEFT_OUT: "Not at all go the words of",
}


def may_be_taken(row: BoardRow) -> bool:
    """Return whether a board can be taken along: neither the commons nor a letter can."""
    return row.board.id != COMMONS and row.board.kind is not BoardKind.LETTER


def own_consent(session: Session, board: BoardId) -> PackConsent:
    """Return what the reader chose for a board."""
    return session.cache.consents(board).get(session.cache.reader or "", PackConsent.NAMELESS)


def describe_own_consent(session: Session, row: BoardRow, key: str) -> str:
    """Return how the reader's words may go with a board, and the key that changes it.

    Args:
        session: The reader's session.
        row: The board.
        key: The key or verb that changes it.

    Returns:
        Empty for a board that nobody takes along.
    """
    if not may_be_taken(row):
        return ""
    effect = CONSENT_EFFECTS[own_consent(session, row.board.id)]
    return (
        f"If this board is ever taken along, in a pack or a lifeboat, {effect}. {key} changes that."
    )


def describe_consents(session: Session, board: BoardId) -> list[str]:
    """Return what others chose for a board, a sentence for each choice; empty if nobody chose anything."""
    chosen: dict[PackConsent, list[str]] = {}
    for member, consent in session.cache.consents(board).items():
        known = session.members.get(member)
        if member != session.cache.reader and known is not None:
            chosen.setdefault(consent, []).append(safe_line(known.label))
    told = []
    for consent, head in _HEADS.items():
        if names := sorted(chosen.get(consent, ())):
            told.append(f"{head} {_several(names)}.")
    return [*told, "Those of all others go without a name."] if told else []


def _several(names: list[str]) -> str:
    if (more := len(names) - NAMES_SHOWN_MAX) > 0:
        names = [*names[:NAMES_SHOWN_MAX], f"{more} more"]
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
