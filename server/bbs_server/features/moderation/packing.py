"""What a pack takes of a board's log: the acts as they are stored, with what proves them (protocol 29)."""

from collections.abc import Iterable

import msgspec
from msgspec import Raw
from msgspec.structs import replace

from bbs.clock import instant
from bbs.features.moderation.messages import ActRecorded
from bbs.features.moderation.naming import without_names
from bbs.features.packs.views import PackAct, PackWord
from bbs.ids import BoardId
from bbs.streams import acts_stream
from bbs_server.store import event_log, texts
from bbs_server.store.api import Tx

_recorded = msgspec.json.Decoder(ActRecorded)
_paths = msgspec.json.Decoder(dict[str, str])


def last_act_to_pack(tx: Tx, board: BoardId, prefix: str) -> int:
    """Return the number of the last act of a board that is no act of packing; 0 for none.

    Args:
        prefix: How the methods begin whose acts at the end of the log are left out.
    """
    stream = acts_stream(board)
    seq = event_log.head(tx, stream).seq
    while row := tx.select_one(
        event_log.StoredEvent, "FROM events WHERE stream = ? AND seq = ?", stream, seq
    ):
        if not _recorded.decode(row.data).act.method.startswith(prefix):
            return row.seq
        seq -= 1
    return 0


def acts_to_pack(tx: Tx, board: BoardId, after: int, upto: int, limit: int) -> list[PackAct]:
    """Return acts of a board above a number as lines of its pack; their home is not set.

    Args:
        upto: The number of the last one.
    """
    stream = acts_stream(board)
    head = event_log.head(tx, stream)
    rows = tx.select(
        event_log.StoredEvent,
        "FROM events WHERE stream = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?",
        *(stream, after, upto, limit),
    )
    keys = [_paths.decode(row.texts) for row in rows]
    words = _words(tx, (key for paths in keys for key in paths.values()))
    found = [_line(row, paths, words) for row, paths in zip(rows, keys, strict=True)]
    if found and found[0].seq == head.base_seq + 1 and head.base_seq:
        found[0] = replace(found[0], before=head.base_digest.hex())
    return found


def _words(tx: Tx, keys: Iterable[str]) -> dict[str, PackWord]:
    bodies = texts.load_bodies(tx, keys)
    salts = {key: texts.salt_of(tx, [key]) for key in bodies}
    return {
        key: PackWord(id=key, body=body, salt=salt.hex())
        for key, body in bodies.items()
        if (salt := salts[key]) is not None
    }


def _line(row: event_log.StoredEvent, paths: dict[str, str], words: dict[str, PackWord]) -> PackAct:
    author, data = row.author.encode(), bytes(row.data)
    recorded = _recorded.decode(data)
    if recorded.by_office:
        told = without_names(recorded.act)
        author = msgspec.json.encode(told.author)
        data = msgspec.json.encode(ActRecorded(act=told, by_office=True))
    return PackAct(
        seq=row.seq,
        at=instant(row.at),
        kind=row.kind,
        author=Raw(author),
        subject=row.subject,
        data=Raw(data),
        texts=paths,
        digest=row.digest.hex(),
        is_sealed=recorded.by_office,
        words=tuple(words[key] for key in dict.fromkeys(paths.values()) if key in words),
    )
