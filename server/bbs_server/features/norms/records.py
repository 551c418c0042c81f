"""The SQL of norms: the clauses of each board, by version."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from bbs.clock import Ms
from bbs.features.norms.messages import Clause
from bbs.ids import BoardId
from bbs.rows import columns, marks
from bbs_server.handler_api import Context
from bbs_server.store import texts
from bbs_server.store.api import Tx


class ClauseRow(NamedTuple):
    """A clause of a version as it is stored. Texts that a version took over have the same ids there."""

    board: BoardId
    version: int
    number: int
    norm_text: str
    why_text: str
    example_text: str | None
    judgement: int


class VersionRow(NamedTuple):
    """A version of a board's norms as it is stored."""

    board: BoardId
    version: int
    since: Ms
    act: str | None = None
    reason_text: str | None = None


def insert_version(tx: Tx, ctx: Context, version: VersionRow, clauses: Sequence[Clause]) -> None:
    """Store a version of a board's norms; if that version is there already, nothing happens.

    Args:
        clauses: Checked by `bbs.features.norms.rules.check_clauses`.
    """
    if find_version(tx, version.board, version.version) is not None:
        return
    sql = f"INSERT INTO norms_versions ({columns(VersionRow)}) VALUES ({marks(VersionRow)})"  # noqa: S608 - names of ours
    tx.execute(sql, *version)
    known = _texts_by_body(tx, version.board, version.version - 1)

    def stored(body: str) -> str:
        return known.get(body) or texts.insert_text(tx, ctx, body)

    rows = [
        ClauseRow(
            *(version.board, version.version, number, stored(clause.text), stored(clause.why)),
            None if clause.example is None else stored(clause.example),
            int(clause.judgement),
        )
        for number, clause in enumerate(clauses, start=1)
    ]
    sql = f"INSERT INTO norms ({columns(ClauseRow)}) VALUES ({marks(ClauseRow)})"  # noqa: S608 - names of ours
    tx.execute_many(sql, rows)


def _texts_by_body(tx: Tx, board: BoardId, version: int) -> dict[str, str]:
    """Return the ids of a version's texts: what is not changed is not stored again."""
    rows = list_clause_rows(tx, board, version)
    keys = [key for row in rows for key in (row.norm_text, row.why_text, row.example_text)]
    return {body: key for key, body in texts.load_bodies(tx, keys).items()}


def find_version(tx: Tx, board: BoardId, version: int) -> VersionRow | None:
    """Return a version of a board's norms without its clauses; None if there is none."""
    sql = "FROM norms_versions WHERE board = ? AND version = ?"
    return tx.select_one(VersionRow, sql, board, version)


def list_versions(tx: Tx, board: BoardId) -> list[VersionRow]:
    """Return the versions of a board's norms, the newest first."""
    sql = "FROM norms_versions WHERE board = ? ORDER BY version DESC"
    return tx.select(VersionRow, sql, board)


def list_clause_rows(tx: Tx, board: BoardId, version: int) -> list[ClauseRow]:
    """Return the clauses of one version as they are stored, in the order of their numbers."""
    sql = "FROM norms WHERE board = ? AND version = ? ORDER BY number"
    return tx.select(ClauseRow, sql, board, version)


def list_clauses(tx: Tx, board: BoardId, version: int) -> tuple[Clause, ...]:
    """Return the clauses of one version in the order of their numbers; empty if there is none."""
    rows = list_clause_rows(tx, board, version)
    keys = [key for row in rows for key in (row.norm_text, row.why_text, row.example_text)]
    words = texts.load_bodies(tx, keys)
    # A clause is never withdrawn: words that are missing were damaged on the disk.
    return tuple(
        Clause(
            text=words.get(row.norm_text, texts.DAMAGED),
            why=words.get(row.why_text, texts.DAMAGED),
            example=row.example_text and words.get(row.example_text, texts.DAMAGED),
            judgement=bool(row.judgement),
        )
        for row in rows
    )


def count_cited(
    tx: Tx, board: BoardId, version: int, cited: Mapping[tuple[int, int], int]
) -> tuple[int, ...]:
    """Return how often each clause of a version was cited, in any version with the same text.

    Args:
        cited: By version and number, as `FeatureLookups.cited_clauses` returns it.
    """
    counts: dict[str, int] = {}
    for each in {each for each, _ in cited}:
        for row in list_clause_rows(tx, board, each):
            times = cited.get((each, row.number), 0)
            counts[row.norm_text] = counts.get(row.norm_text, 0) + times
    return tuple(counts.get(row.norm_text, 0) for row in list_clause_rows(tx, board, version))


def clause_existed(tx: Tx, board: BoardId, version: int, number: int) -> bool:
    """Tell whether a version of a board's norms has a clause of this number."""
    sql = "SELECT 1 FROM norms WHERE board = ? AND version = ? AND number = ?"
    return tx.fetch_one(sql, board, version, number) is not None


def version_at(tx: Tx, board: BoardId, at: Ms) -> int:
    """Return the version of a board's norms that was in force at a moment.

    Args:
        at: In ms. Before there were any it is the first: imported words may be older than the board.
    """
    sql = "SELECT coalesce(max(version), 1) FROM norms_versions WHERE board = ? AND since <= ?"
    return int(tx.fetch_value(sql, board, at))


def is_judgement(tx: Tx, board: BoardId, version: int, number: int) -> bool:
    """Tell whether a clause of a version is a matter of judgement: two people have to cite it."""
    sql = "SELECT judgement FROM norms WHERE board = ? AND version = ? AND number = ?"
    return bool(tx.fetch_value(sql, board, version, number))
