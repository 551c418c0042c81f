"""What a token leaves as it is, whatever it sends: the rows of others, by the tables (P6, P8)."""

from typing import Any

from bbs_server.store.api import Tx

KEPT = {
    "the words of others": (
        "SELECT p.id, t.body FROM posts p JOIN texts t ON t.id = p.body_text WHERE p.author <> :me",
        "SELECT r.post, t.body FROM revisions r JOIN texts t ON t.id = r.body_text"
        " JOIN posts p ON p.id = r.post WHERE p.author <> :me",
        "SELECT h.id, t.body FROM threads h JOIN texts t ON t.id = h.title_text WHERE h.author <> :me",
        "SELECT l.id, t.body FROM lines l JOIN texts t ON t.id = l.body_text WHERE l.author <> :me",
        "SELECT id, state FROM posts WHERE author <> :me",
    ),
    "the rights of others": (
        "SELECT id, slug, visibility, hold_s, norms_version FROM boards",
        # Who waits may move up: that takes nothing from anybody.
        "SELECT board, member, state, norms_version FROM seats WHERE state <> 'waiting'",
        "SELECT * FROM offices",
        "SELECT id, handle_text, name_text, state, password FROM members",
        "SELECT * FROM invitations",
        "SELECT stream, quota_bytes FROM streams WHERE quota_bytes > 0",
        "SELECT board, version, number, norm_text FROM norms",
    ),
    "memory": (
        "SELECT id, retention_days, lounge_hours FROM boards",
        "SELECT id, fades_at FROM posts WHERE author <> :me",
        "SELECT id, fades_at FROM lines WHERE author <> :me",
        "SELECT board, number FROM acts",
        "SELECT stream, base_seq FROM streams",
    ),
    "its owner's account": (
        "SELECT * FROM sessions",
        "SELECT * FROM keys",
        "SELECT * FROM recovery_codes",
        "SELECT board, member, state, norms_version FROM seats WHERE member = :me",
    ),
}
"""Rows that stay as they are, whatever a token sends; others may be added."""

NEVER_NEW = (
    "SELECT * FROM shortenings",
    "SELECT * FROM restrictions",
    "SELECT * FROM purges",
    "SELECT * FROM proposals",
    "SELECT * FROM votes",
)
"""Rows that a token never makes."""


def state_of(tx: Tx, me: str, queries: tuple[str, ...]) -> list[set[Any]]:
    """Return the rows of some queries, whose `:me` is the token's owner."""
    return [set(tx.fetch_all(sql.replace(":me", f"'{me}'"))) for sql in queries]


def seats_of(tx: Tx) -> dict[str, int]:
    """Return how many seats each board has."""
    return dict(tx.fetch_all("SELECT id, seats FROM boards"))
