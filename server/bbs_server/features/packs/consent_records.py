"""The SQL of consent: how members' words may go with a board."""

from bbs.features.packs.consent_messages import PackConsent
from bbs.ids import BoardId, MemberId
from bbs_server.store.api import Tx


def consents_of(tx: Tx, board: BoardId) -> dict[MemberId, PackConsent]:
    """Return what members chose for a board, by id; who is missing has not chosen (`NAMELESS`).

    Who chose `NAMELESS` after another choice is not missing: their name may stand in a pack, from which
    a last list takes it (30.8).
    """
    rows = tx.fetch_all(
        'SELECT member, consent FROM pack_consents WHERE board = ? ORDER BY member COLLATE "binary"',
        board,
    )
    return {member: PackConsent(consent) for member, consent in rows}


def consent_of(tx: Tx, board: BoardId, member: MemberId) -> PackConsent:
    """Return what a member chose for a board, `NAMELESS` if nothing."""
    sql = "SELECT consent FROM pack_consents WHERE board = ? AND member = ?"
    found: str | None = tx.fetch_value(sql, board, member)
    return PackConsent.NAMELESS if found is None else PackConsent(found)


def put_consent(tx: Tx, board: BoardId, member: MemberId, consent: PackConsent) -> None:
    """Store what a member chose for a board."""
    tx.execute(
        "INSERT INTO pack_consents (board, member, consent) VALUES (?, ?, ?)"
        " ON CONFLICT (board, member) DO UPDATE SET consent = excluded.consent",
        *(board, member, consent.value),
    )
