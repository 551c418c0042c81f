"""Writes into the mirror how members' words may go with a board."""

from bbs.features.packs.consent_messages import BoardConsent, ConsentList, PackConsent
from bbs_client.mirror.transaction import MirrorTransaction


def put_consent(pen: MirrorTransaction, consent: BoardConsent) -> None:
    """Store what a member chose; of the default nothing is stored."""
    if consent.consent is PackConsent.NAMELESS:
        sql = "DELETE FROM pack_consents WHERE board = ? AND member = ?"
        pen.run(sql, consent.board, consent.member)
    else:
        pen.put("pack_consents", consent, "board, member")
    pen.touch("pack_consents", consent.board)


def keep_consents(pen: MirrorTransaction, listed: ConsentList) -> None:
    """Forget what members chose before that is not among what they chose now."""
    known = {consent.member for consent in listed.consents}
    sql = "SELECT member FROM pack_consents WHERE board = ?"
    for (member,) in pen.fetch_all(sql, listed.board):
        if member not in known:
            sql = "DELETE FROM pack_consents WHERE board = ? AND member = ?"
            pen.run(sql, listed.board, member)
    pen.touch("pack_consents", listed.board)


def drop_consents(pen: MirrorTransaction, board: str) -> None:
    """Drop what came from a board's stream."""
    pen.run("DELETE FROM pack_consents WHERE board = ?", board)
    pen.touch("pack_consents", board)
