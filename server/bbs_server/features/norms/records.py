"""The SQL of norms: the clauses of each board, by version."""

from collections.abc import Sequence

from bbs import limits
from bbs.errors import BadParams
from bbs.features.norms.messages import Clause
from bbs.ids import BoardId
from bbs.text import check_line
from bbs_server.handler_api import Context
from bbs_server.store import texts
from bbs_server.store.api import Tx


def check_clauses(clauses: Sequence[Clause]) -> None:
    """Refuse norms unless each clause is a single line and has a why (P5).

    Raises:
        BadParams: If there is no clause, or more than `limits.NORMS_MAX`.
        TextRefused: If a clause or its why is empty or holds what one line may not.
    """
    if not 1 <= len(clauses) <= limits.NORMS_MAX:
        raise BadParams("norms", f"a board has 1 to {limits.NORMS_MAX} clauses")
    for number, clause in enumerate(clauses, start=1):
        for part, text in (("text", clause.text), ("why", clause.why)):
            check_line(text, field=f"norms.{number}.{part}", chars_max=limits.NORM_CHARS_MAX)


def insert_first_version(tx: Tx, ctx: Context, board: BoardId, clauses: Sequence[Clause]) -> None:
    """Store the first version of a board's norms; if it has one already, nothing happens.

    Raises:
        BadParams, TextRefused: As `check_clauses`.
    """
    check_clauses(clauses)
    if list_clauses(tx, board, 1):
        return
    tx.execute_many(
        "INSERT INTO norms (board, version, number, norm_text, why_text) VALUES (?, 1, ?, ?, ?)",
        [
            (
                board,
                number,
                texts.insert_text(tx, ctx, clause.text),
                texts.insert_text(tx, ctx, clause.why),
            )
            for number, clause in enumerate(clauses, start=1)
        ],
    )


def list_clauses(tx: Tx, board: BoardId, version: int) -> tuple[Clause, ...]:
    """Return the clauses of one version in the order of their numbers; empty if there is none."""
    rows = tx.fetch_all(
        "SELECT norm_text, why_text FROM norms WHERE board = ? AND version = ? ORDER BY number",
        *(board, version),
    )
    words = texts.load_bodies(tx, (key for row in rows for key in row))
    # A clause is never withdrawn: words that are missing were damaged on the disk.
    return tuple(
        Clause(text=words.get(norm, texts.DAMAGED), why=words.get(why, texts.DAMAGED))
        for norm, why in rows
    )


def clause_existed(tx: Tx, board: BoardId, version: int, number: int) -> bool:
    """Tell whether a version of a board's norms has a clause of this number."""
    sql = "SELECT 1 FROM norms WHERE board = ? AND version = ? AND number = ?"
    return tx.fetch_one(sql, board, version, number) is not None
