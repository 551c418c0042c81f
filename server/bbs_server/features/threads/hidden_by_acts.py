"""Which act hid words, and which words an act hid: for appeals (protocol 23.4)."""

from typing import NamedTuple

from bbs.clock import Ms
from bbs.features.moderation.messages import ThingKind
from bbs.ids import MemberId
from bbs_server.case_lookups import HiddenByAct
from bbs_server.features.threads.rows import MEMBER
from bbs_server.store import texts
from bbs_server.store.api import Tx


class _Hidden(NamedTuple):
    kind: str
    thing: str


_AUTHOR = (
    "SELECT author FROM posts WHERE id = ? AND author_kind = ?"
    " UNION ALL SELECT author FROM lines WHERE id = ? AND author_kind = ?"
)
_WORDS = (
    "SELECT body_text, fades_at FROM posts WHERE id = ?"
    " UNION ALL SELECT body_text, fades_at FROM lines WHERE id = ?"
)


def hidden_by_act(tx: Tx, act: str) -> HiddenByAct | None:
    """Return the words that an act hid, while they are hidden; None for none."""
    sql = "FROM hidings WHERE act = ? AND norm IS NOT NULL AND ended_at IS NULL"
    row = tx.select_one(_Hidden, sql, act)
    if row is None:
        return None
    author = tx.fetch_value(_AUTHOR, row.thing, MEMBER, row.thing, MEMBER)
    return HiddenByAct(ThingKind(row.kind), row.thing, author)


def hiding_act(tx: Tx, kind: ThingKind, thing: str) -> str | None:
    """Return the act by which words are hidden by a clause now; None if they are not."""
    sql = (
        "SELECT act FROM hidings WHERE kind = ? AND thing = ? AND norm IS NOT NULL"
        " AND ended_at IS NULL"
    )
    act: str | None = tx.fetch_value(sql, kind.value, thing)
    return act


def acts_hiding(tx: Tx, member: MemberId) -> list[str]:
    """Return the acts by which words of a member are hidden by a clause now."""
    rows = tx.fetch_all(
        "SELECT h.act FROM hidings h JOIN posts p ON p.id = h.thing AND h.kind = 'post'"
        " WHERE h.act IS NOT NULL AND h.ended_at IS NULL AND p.author = ? AND p.author_kind = ?"
        " UNION SELECT h.act FROM hidings h JOIN lines l ON l.id = h.thing AND h.kind = 'line'"
        " WHERE h.act IS NOT NULL AND h.ended_at IS NULL AND l.author = ? AND l.author_kind = ?",
        *(member, MEMBER, member, MEMBER),
    )
    return [act for (act,) in rows]


class _Words(NamedTuple):
    body_text: str | None
    fades_at: Ms | None


def words_hidden_by(tx: Tx, act: str, now: Ms) -> str | None:
    """Return the words that an act hid, for who decides about an appeal; None once they are gone."""
    found = hidden_by_act(tx, act)
    if found is None:
        return None
    row = tx.select_one(_Words, _WORDS, found.thing, found.thing)
    if row is None or row.body_text is None or (row.fades_at is not None and row.fades_at <= now):
        return None
    return texts.load_bodies(tx, [row.body_text]).get(row.body_text)
