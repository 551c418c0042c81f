"""The SQL of what is left of files that were unpacked, refused or stopped."""

from bbs.ids import PackId
from bbs_server.features.packs.unpack_records import delete_ids
from bbs_server.store.api import Tx


def delete_file(tx: Tx, pack: PackId, limit: int) -> bool:
    """Delete a slice of what is left of a file; return whether there was anything."""
    ids = delete_ids(tx, pack, limit)
    pieces = tx.execute(
        "DELETE FROM pack_pieces WHERE pack = ? AND start IN"
        " (SELECT start FROM pack_pieces WHERE pack = ? LIMIT ?)",
        *(pack, pack, max(1, limit // 20)),
    )
    return bool(ids or pieces)


def find_leftover(tx: Tx) -> PackId | None:
    """Return a pack that came to its end and of whose file something is left; None for none."""
    sql = (
        "SELECT pack FROM unpackings u WHERE state IN ('open', 'whole', 'refused', 'stopped')"
        " AND (EXISTS (SELECT 1 FROM pack_pieces p WHERE p.pack = u.pack)"
        " OR EXISTS (SELECT 1 FROM pack_ids i WHERE i.pack = u.pack)) LIMIT 1"
    )
    found: PackId | None = tx.fetch_value(sql)
    return found
