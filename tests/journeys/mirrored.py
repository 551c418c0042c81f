"""What a mirror holds, ready to be compared with what another holds."""

from typing import Any

import msgspec

from bbs.clock import to_ms
from bbs.features.moderation.views import Restriction
from bbs.features.reading.rules import is_default
from bbs.features.reading.views import Choice
from tests.journeys.community import Front

MIRRORED = (
    "members",
    "boards",
    "seats",
    "threads",
    "posts",
    "post_words",
    "lines",
    "marks",
    "floors",
    "choices",
    "thanks",
    "restrictions",
    "letters",
    "blocks",
    "pack_consents",
)
_DROPPED = {"key", "unread", "fresh", "words"}
_NEWS = {"seq", "last_at"}  # of letters: as far as a mirror heard
_KEPT = {("post_words", "words")}


def dump(front: Front, boards: set[str]) -> dict[str, list[Any]]:
    """Return what a mirror holds of some boards, ready to be compared."""
    found: dict[str, list[Any]] = {}
    for table in MIRRORED:
        cursor = front.cache._db.execute(f"SELECT * FROM {table}")  # our own table names
        names = [column[0] for column in cursor.description]
        rows = []
        for row in cursor.fetchall():
            fields = {name: value for name, value in zip(names, row, strict=True)}
            if fields.get("board", fields["id"] if table == "boards" else None) not in (
                None,
                *boards,
            ):
                continue
            if table == "choices":
                # An undone one stays until all are fetched; each says since which revision it stands.
                del fields["revision"]
                if is_default(msgspec.json.decode(fields["doc"], type=Choice)):  # type: ignore[arg-type]  # a union
                    continue
            if table == "seats" and fields["state"] == "left":
                continue  # a mirror keeps it so that an older page cannot seat anybody again
            if table == "restrictions" and _is_over(front, fields["doc"]):
                continue  # kept likewise: an older page may tell a later end of it
            kept = {
                name: value
                for name, value in fields.items()
                if (name not in _DROPPED or (table, name) in _KEPT)
                and (table != "letters" or name not in _NEWS)
            }
            if isinstance(kept.get("doc"), bytes):
                kept["doc"] = msgspec.json.decode(kept["doc"])
            rows.append(kept)
        found[table] = sorted(rows, key=lambda fields: msgspec.json.encode(fields, order="sorted"))
    return found


def _is_over(front: Front, doc: bytes) -> bool:
    until = msgspec.json.decode(doc, type=Restriction).until
    return until is not None and to_ms(until) <= front.cache.now_ms()
