"""Compares a SQLite database with its record of removals (P10)."""

from functools import partial
from pathlib import Path

from bbs_server.store import texts
from bbs_server.store.api import WORDS_OF_GONE_THREAD
from bbs_server.store.gone_board import GONE_BOARD
from bbs_server.store.leavers import is_known
from bbs_server.store.meta import find_meta, upsert_meta
from bbs_server.store.proven_time import ProvenTime
from bbs_server.store.removals import (
    BEHIND,
    FOLLOWED,
    Behind,
    RemovalEntry,
    Removals,
    open_removals,
)
from bbs_server.store.sqlite.unit_of_work import SqliteTx


def _is_there(tx: SqliteTx, entry: RemovalEntry) -> bool:
    """Return whether the database has texts that a line names and that no purge under way erases."""
    if texts.lengths(tx, (key for key, _ in entry.texts())):
        return True
    sql = (
        f"SELECT 1 FROM posts WHERE {WORDS_OF_GONE_THREAD}"  # noqa: S608 - constant
        " AND NOT EXISTS (SELECT 1 FROM purges g WHERE g.thread = posts.thread AND g.upto >= posts.n"
        " AND g.reason_text IS NOT NULL) LIMIT 1"
    )
    if any(tx.fetch_one(sql, *gone) is not None for gone in entry.threads):
        return True
    member = (
        "SELECT 1 FROM members WHERE id = ? AND NOT EXISTS (SELECT 1 FROM removed_members r"
        " WHERE r.member = members.id AND r.state IN ('erasing', 'erased'))"
    )
    if any(tx.fetch_one(member, gone) is not None for gone in entry.members):
        return True
    if any(tx.fetch_one(GONE_BOARD, gone.board) is not None for gone in entry.moved):
        return True
    there = "SELECT 1 FROM members WHERE id = ?"
    return any(
        tx.fetch_one(there, left.member) is not None and not is_known(tx, left)
        for left in entry.left
        if not left.back
    )


def followed(tx: SqliteTx, folder: Path, time: ProvenTime, *, founded: bool) -> Removals:
    """Open the record, and note in `meta` the lines whose texts the database still has.

    While the note is there, each opening looks at every line. Otherwise the lines of later removals
    would hide the earlier ones.
    """
    noted = find_meta(tx, BEHIND)
    record = open_removals(
        folder,
        time,
        partial(_is_there, tx),
        None if noted else find_meta(tx, FOLLOWED),
        proven_now=time.moment().proven_now,
        founded=founded,
    )
    if record.behind is not None and noted is None:
        noted = "lost" if record.behind.lost else "unsure"
        upsert_meta(tx, BEHIND, noted)
    if noted is not None:
        found = record.behind.entries if record.behind is not None else ()
        record.behind = Behind(found, lost=noted == "lost")
    return record
