"""The SQL of a community's end: one row while one is announced."""

from bbs.clock import Ms, instant, to_ms
from bbs.features.community.views import Closing
from bbs_server.acting import At
from bbs_server.store import texts
from bbs_server.store.engine import Tx


def closing(tx: Tx) -> Closing | None:
    """Return the announced end; None where there is none."""
    row = tx.one("SELECT no_new_at, read_only_at, closed_at FROM closing")
    if row is None:
        return None
    no_new_at, read_only_at, closed_at = row
    return Closing(
        no_new_at=instant(no_new_at),
        read_only_at=instant(read_only_at),
        closed_at=instant(closed_at),
    )


def reason(tx: Tx) -> str | None:
    """Return why the end was announced; None where there is none."""
    row = tx.one("SELECT reason_text FROM closing")
    return None if row is None else texts.load(tx, row).get(row[0])


def put(tx: Tx, at: At, planned: Closing, why: str) -> None:
    """Keep an announced end in place of any before."""
    drop(tx)
    moments: tuple[Ms, ...] = tuple(
        map(to_ms, (planned.no_new_at, planned.read_only_at, planned.closed_at))
    )
    tx.run(
        "INSERT INTO closing (one, no_new_at, read_only_at, closed_at, reason_text)"
        " VALUES (1, ?, ?, ?, ?)",
        *(*moments, texts.keep(tx, at, why)),
    )


def drop(tx: Tx) -> None:
    """Forget an announced end."""
    row = tx.one("SELECT reason_text FROM closing")
    if row is not None:
        tx.run("DELETE FROM closing")
        texts.drop(tx, row)
