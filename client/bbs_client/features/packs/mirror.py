"""Writes into the mirror how members' words may go with a board, and what a lifeboat needs."""

from msgspec import Struct

from bbs.features.packs.consent_messages import BoardConsent, ClaimList, ConsentList, PackConsent
from bbs_client.mirror.transaction import MirrorTransaction


class NewClaimList(Struct, frozen=True):
    """A board's claim list was fetched whole, and each page is signed."""

    board: str
    pages: tuple[ClaimList, ...]


class AllThreadsKnown(Struct, frozen=True):
    """All threads of a board that is kept whole are in the mirror, though not all of their posts."""

    board: str


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


def drop_log(pen: MirrorTransaction, board: str) -> None:
    """Drop what came from a board's stream; a claim list came by itself, and stays."""
    for table in ("pack_consents", "kept_boards"):
        pen.run(f"DELETE FROM {table} WHERE board = ?", board)  # noqa: S608 - our own names
    pen.touch("pack_consents", board)


def keep_claim_list(pen: MirrorTransaction, listed: NewClaimList) -> None:
    """Replace a board's claim list."""
    pen.run("DELETE FROM claim_lists WHERE board = ?", listed.board)
    for number, page in enumerate(listed.pages):
        pen.put("claim_lists", page, "board, page", page=number)
    pen.touch("claim_lists", listed.board)


def note_threads(pen: MirrorTransaction, known: AllThreadsKnown) -> None:
    """Note that no thread of a board is missing: its stream tells of new ones."""
    pen.run("INSERT OR IGNORE INTO kept_boards(board) VALUES (?)", known.board)
    pen.touch("kept_boards", known.board)
