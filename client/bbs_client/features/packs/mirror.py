"""Writes into the mirror how members' words may go with a board, and what a lifeboat needs."""

from msgspec import Struct

from bbs.features.packs.consent_messages import BoardConsent, ClaimList, ConsentList, PackConsent
from bbs.features.packs.move_messages import MoveChanged
from bbs.features.packs.move_views import Move
from bbs_client.mirror.transaction import MirrorTransaction


class NewClaimList(Struct, frozen=True):
    """A board's claim list was fetched whole, and each page is signed."""

    board: str
    pages: tuple[ClaimList, ...]


class AllThreadsKnown(Struct, frozen=True):
    """All threads of a board that is kept whole are in the mirror, though not all of their posts."""

    board: str


class NoMove(Struct, frozen=True):
    """A board does not move, as the server said when it was asked."""

    board: str


def put_move(pen: MirrorTransaction, move: Move) -> None:
    """Store how far a board's move has come."""
    if pen.put("moves", move, "board", "moves.doc != excluded.doc"):
        pen.touch("moves", move.board)


def end_move(pen: MirrorTransaction, told: MoveChanged | NoMove) -> None:
    """Forget a move that came to nothing; where it goes on, the server is asked how (`Keeper`)."""
    if isinstance(told, MoveChanged) and told.state is not None:
        return
    if pen.run("DELETE FROM moves WHERE board = ?", told.board):
        pen.touch("moves", told.board)


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
