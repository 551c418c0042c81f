"""The SQL of packs on their way to being boards, and of what stays beside such a board."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from bbs.clock import Ms
from bbs.features.packs.unpack_messages import PIECE_BYTES, Unpacking, UnpackState
from bbs.features.packs.unpack_rules import ON_ITS_WAY, check_move
from bbs.features.packs.views import PackKind
from bbs.ids import BoardId, PackId, ThreadId
from bbs.rows import columns, marks, view_of
from bbs_server.store import texts
from bbs_server.store.api import Tx


class UnpackingRow(NamedTuple):
    """A pack on its way, as it is stored.

    Attributes:
        arrived, checked: How many bytes.
        place: The first byte of the file that is no row yet; `thread` is the thread before it.
        found: What the check found out (`Found`), as JSON; None before.
    """

    pack: PackId
    board: BoardId
    slug: str
    size: int
    file_digest: str
    moved: int
    began_at: Ms
    state: str = UnpackState.RECEIVING.value
    arrived: int = 0
    checked: int = 0
    place: int = 0
    thread: ThreadId | None = None
    found: str | None = None
    why_text: str | None = None


class PackRow(NamedTuple):
    """A board that came as a pack.

    Attributes:
        digest: Of the pack's last check: what its server signed.
        heading, settings, signatures: The lines of the pack, as JSON.
        key: The key with which its home signed; None for a lifeboat.
        visibility: What the board gets when it opens.
        whole_at: When all of it was written, in ms; None before.
        opened_at: When its readers came to see it, in ms; None before.
        seq: Of the board's stream once it was open; None before.
        seqs_after: Of the board's stream, below the first of its posts: 0 unless it came home.
        acts_upto: The number of the last act of this server's own log among those from before.
        has_ended: Whether words of the pack ended before the board opened.
    """

    board: BoardId
    digest: str
    kind: str
    heading: str
    settings: str
    signatures: str
    key: str | None
    moved: int
    posts: int
    visibility: str
    whole_at: Ms | None = None
    opened_at: Ms | None = None
    seq: int | None = None
    seqs_after: int = 0
    acts_upto: int = 0
    has_ended: int = 0

    @property
    def posts_upto(self) -> int:
        """The seq of the last post that came."""
        return self.seqs_after + self.posts


class PackAuthorRow(NamedTuple):
    """An author of a thread that came in a pack; a nameless author has neither handle nor name."""

    imported: str
    board: BoardId
    thread: ThreadId
    place: int
    home: int
    handle: str | None
    name: str | None


class PackTagRow(NamedTuple):
    """A claim tag of an author of a thread."""

    board: BoardId
    thread: ThreadId
    tag: str
    imported: str


class PackLineRow(NamedTuple):
    """What the row of a thread or post does not say of its line in the pack.

    Attributes:
        state: The line's.
        imported: Whether it was imported there: here all of them are.
        elsewhere: Whether it was written on another board, and names no version of the norms.
        moved_to: The thread of this board that took its posts.
    """

    id: str
    board: BoardId
    state: str
    imported: int
    elsewhere: int = 0
    moved_to: ThreadId | None = None


class PackIdRow(NamedTuple):
    """A post of a pack that is being checked; `at` is when it was published."""

    pack: PackId
    id: str
    at: Ms
    place: int
    is_same: int = 0


def find_unpacking(tx: Tx, pack: PackId) -> UnpackingRow | None:
    """Return a pack on its way, or one that came to its end; None if there is none."""
    return tx.select_one(UnpackingRow, "FROM unpackings WHERE pack = ?", pack)


def find_on_its_way(tx: Tx) -> UnpackingRow | None:
    """Return the pack that arrives, is checked, written or cleared; None if there is none."""
    states = sorted(state.value for state in ON_ITS_WAY)
    sql = f"FROM unpackings WHERE state IN ({','.join('?' * len(states))}) LIMIT 1"
    return tx.select_one(UnpackingRow, sql, *states)


def find_of_board(tx: Tx, board: BoardId) -> UnpackingRow | None:
    """Return the pack from which a board comes, if it is written or waits; None otherwise."""
    sql = "FROM unpackings WHERE board = ? AND state IN ('writing', 'whole', 'clearing')"
    return tx.select_one(UnpackingRow, sql, board)


def insert_unpacking(tx: Tx, row: UnpackingRow) -> None:
    """Insert a pack that begins to arrive, in place of what it came to before."""
    old = find_unpacking(tx, row.pack)
    if old is not None:
        texts.delete_texts(tx, [old.why_text])
        tx.execute("DELETE FROM unpackings WHERE pack = ?", row.pack)
    tx.execute(
        f"INSERT INTO unpackings ({columns(UnpackingRow)}) VALUES ({marks(UnpackingRow)})",  # noqa: S608 - names of ours
        *row,
    )


def update_unpacking(tx: Tx, row: UnpackingRow, **changes: Any) -> UnpackingRow:
    """Write changes of a pack; return its new row.

    Raises:
        Conflict: For a move that `PACK_TRANSITIONS` does not have.
    """
    state = changes.get("state")
    if state is not None:
        check_move(UnpackState(row.state), UnpackState(str(state)))
    row = row._replace(**changes)
    tx.execute(
        "UPDATE unpackings SET state = ?, arrived = ?, checked = ?, place = ?, thread = ?, found = ?,"
        " why_text = ? WHERE pack = ?",
        *(row.state, row.arrived, row.checked, row.place, row.thread, row.found),
        *(row.why_text, row.pack),
    )
    return row


def view(tx: Tx, row: UnpackingRow) -> Unpacking:
    """Return a pack as the sysop sees it."""
    return view_of(
        Unpacking,
        row,
        state=UnpackState(row.state),
        written=row.place,
        moved=bool(row.moved),
        why=texts.load_bodies(tx, [row.why_text]).get(row.why_text or ""),
    )


def insert_piece(tx: Tx, pack: PackId, start: int, data: bytes) -> None:
    """Store a piece of a file."""
    tx.execute("INSERT INTO pack_pieces (pack, start, bytes) VALUES (?, ?, ?)", pack, start, data)


def read_bytes(tx: Tx, pack: PackId, place: int) -> bytes:
    """Return the bytes of a file from a place to the end of the piece that it is in; empty at the end."""
    start = place // PIECE_BYTES * PIECE_BYTES
    sql = "SELECT bytes FROM pack_pieces WHERE pack = ? AND start = ?"
    piece: bytes | None = tx.fetch_value(sql, pack, start)
    return b"" if piece is None else bytes(piece)[place - start :]


def read_lines(tx: Tx, pack: PackId, place: int) -> Iterator[tuple[bytes, int]]:
    """Yield the lines of a file from a place on, without their ends, each with the place behind it."""
    rest, at = b"", place
    while piece := read_bytes(tx, pack, at):
        at += len(piece)
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            place += len(line) + 1
            yield line, place


def insert_ids(tx: Tx, rows: Iterable[PackIdRow]) -> None:
    """Store posts that a check came upon."""
    sql = f"INSERT INTO pack_ids ({columns(PackIdRow)}) VALUES ({marks(PackIdRow)})"  # noqa: S608 - names of ours
    tx.execute_many(sql, rows)


def list_without_seq(tx: Tx, pack: PackId, after: tuple[Ms, int], limit: int) -> list[PackIdRow]:
    """Return up to `limit` posts that have no seq yet, by time, those after a time and place."""
    # One comparison, so that the index begins there.
    sql = "FROM pack_ids WHERE pack = ? AND (at, place) > (?, ?) ORDER BY at, place LIMIT ?"
    return tx.select(PackIdRow, sql, pack, *after, limit)


def last_with_seq(tx: Tx, pack: PackId) -> tuple[int, Ms, int]:
    """Return the highest seq given, and time and place of its post; zeros before the first."""
    sql = (
        "SELECT seq, at, place FROM pack_ids WHERE pack = ? AND seq IS NOT NULL"
        " ORDER BY seq DESC LIMIT 1"
    )
    seq, at, place = tx.fetch_one(sql, pack) or (0, -(2**62), 0)
    return seq, at, place


def set_seqs(tx: Tx, pack: PackId, rows: Iterable[tuple[int, str]]) -> None:
    """Give posts their seqs, (seq, id) each."""
    sql = "UPDATE pack_ids SET seq = ? WHERE pack = ? AND id = ?"
    tx.execute_many(sql, [(seq, pack, key) for seq, key in rows])


def seq_of(tx: Tx, pack: PackId, post: str) -> int:
    """Return the seq that a post of a checked pack gets."""
    sql = "SELECT seq FROM pack_ids WHERE pack = ? AND id = ?"
    return int(tx.fetch_value(sql, pack, post))


def insert_pack(tx: Tx, row: PackRow) -> None:
    """Store that a board comes from a pack."""
    sql = f"INSERT INTO packs ({columns(PackRow)}) VALUES ({marks(PackRow)})"  # noqa: S608 - names of ours
    tx.execute(sql, *row)


def find_pack(tx: Tx, board: BoardId) -> PackRow | None:
    """Return the pack that a board came from; None for a board that was opened here."""
    return tx.select_one(PackRow, "FROM packs WHERE board = ?", board)


def is_lifeboats(tx: Tx, board: BoardId) -> bool:
    """Return whether a board came as a lifeboat."""
    pack = find_pack(tx, board)
    return pack is not None and pack.kind == PackKind.LIFEBOAT


def set_whole(tx: Tx, board: BoardId, at: Ms) -> None:
    """Write that all of a board is there, in ms."""
    tx.execute("UPDATE packs SET whole_at = ? WHERE board = ?", at, board)


def set_open(tx: Tx, board: BoardId, at: Ms, seq: int) -> None:
    """Write when a board's readers came to see it, in ms, and the seq of its stream by then."""
    tx.execute("UPDATE packs SET opened_at = ?, seq = ? WHERE board = ?", at, seq, board)


def insert_author(tx: Tx, row: PackAuthorRow) -> None:
    """Store an author of a thread that came in a pack."""
    sql = f"INSERT INTO pack_authors ({columns(PackAuthorRow)}) VALUES ({marks(PackAuthorRow)})"  # noqa: S608 - names of ours
    tx.execute(sql, *row)


def insert_tags(tx: Tx, rows: Iterable[PackTagRow]) -> None:
    """Store the claim tags of an author."""
    sql = f"INSERT INTO pack_tags ({columns(PackTagRow)}) VALUES ({marks(PackTagRow)})"  # noqa: S608 - names of ours
    tx.execute_many(sql, rows)


def list_authors(tx: Tx, thread: ThreadId) -> list[PackAuthorRow]:
    """Return the authors with whom a thread came in a pack, in the order of their lines."""
    sql = (
        "FROM pack_authors WHERE board = (SELECT board FROM threads WHERE id = ?)"
        " AND thread = ? ORDER BY place"
    )
    return tx.select(PackAuthorRow, sql, thread, thread)


def find_author(tx: Tx, imported: str) -> PackAuthorRow | None:
    """Return an author who came in a pack; None for one of an import of mails."""
    return tx.select_one(PackAuthorRow, "FROM pack_authors WHERE imported = ?", imported)


def tags_of(tx: Tx, thread: ThreadId, imported: str) -> tuple[str, ...]:
    """Return the claim tags of an author who came in a pack, in their order."""
    rows = tx.fetch_all(
        "SELECT tag FROM pack_tags WHERE thread = ? AND imported = ?", thread, imported
    )
    return tuple(sorted(tag for (tag,) in rows))


def delete_author(tx: Tx, imported: str) -> None:
    """Forget an author who came in a pack, and the tags by which they could claim."""
    thread = tx.fetch_value("SELECT thread FROM pack_authors WHERE imported = ?", imported)
    tx.execute("DELETE FROM pack_tags WHERE thread = ? AND imported = ?", thread, imported)
    tx.execute("DELETE FROM pack_authors WHERE imported = ?", imported)


def insert_line(tx: Tx, row: PackLineRow) -> None:
    """Store what the row of a thread or post does not say of its line."""
    sql = f"INSERT INTO pack_lines ({columns(PackLineRow)}) VALUES ({marks(PackLineRow)})"  # noqa: S608 - names of ours
    tx.execute(sql, *row)


def find_lines(tx: Tx, ids: Iterable[str]) -> dict[str, PackLineRow]:
    """Return what is stored of the lines of some threads or posts, by id: at most a page of them."""
    asked = list(ids)
    sql = f"FROM pack_lines WHERE id IN ({','.join('?' * len(asked))})"
    return {row.id: row for row in tx.select(PackLineRow, sql, *asked)}


def insert_act(tx: Tx, board: BoardId, line: bytes) -> None:
    """Store an act from before, behind those that are there."""
    last = tx.fetch_value("SELECT max(number) FROM pack_acts WHERE board = ?", board) or 0
    sql = "INSERT INTO pack_acts (board, number, line) VALUES (?, ?, ?)"
    tx.execute(sql, board, last + 1, line)


class OldActRow(NamedTuple):
    """An act from before: its place among them, and its line in the pack."""

    number: int
    line: bytes


def list_acts(tx: Tx, board: BoardId, after: int, limit: int) -> list[OldActRow]:
    """Return up to `limit` acts of a board from before, oldest first, those after a number."""
    sql = "FROM pack_acts WHERE board = ? AND number > ? ORDER BY number LIMIT ?"
    return tx.select(OldActRow, sql, board, after, limit)


def list_newest_acts(tx: Tx, board: BoardId, before: int, limit: int) -> list[OldActRow]:
    """Return up to `limit` acts of a board from before, newest first, those below a number."""
    sql = "FROM pack_acts WHERE board = ? AND number < ? ORDER BY number DESC LIMIT ?"
    return tx.select(OldActRow, sql, board, before, limit)


_DELETE_BESIDE = (
    "DELETE FROM pack_tags WHERE (thread, tag, imported) IN"
    " (SELECT thread, tag, imported FROM pack_tags WHERE board = ? LIMIT ?)",
    "DELETE FROM pack_authors WHERE imported IN"
    " (SELECT imported FROM pack_authors WHERE board = ? LIMIT ?)",
    "DELETE FROM pack_lines WHERE id IN (SELECT id FROM pack_lines WHERE board = ? LIMIT ?)",
    "DELETE FROM pack_acts WHERE (board, number) IN"
    " (SELECT board, number FROM pack_acts WHERE board = ? LIMIT ?)",
)


def delete_beside(tx: Tx, board: BoardId, limit: int) -> bool:
    """Delete up to `limit` rows beside a board that does not come to be; return whether there were any."""
    return any(tx.execute(sql, board, limit) for sql in _DELETE_BESIDE)


def delete_pack(tx: Tx, board: BoardId) -> bool:
    """Delete that a board comes from a pack; return whether it did."""
    return tx.execute("DELETE FROM packs WHERE board = ?", board) > 0


def delete_ids(tx: Tx, pack: PackId, limit: int) -> bool:
    """Delete up to `limit` posts that a check came upon; return whether there were any."""
    sql = (
        "DELETE FROM pack_ids WHERE pack = ? AND id IN"
        " (SELECT id FROM pack_ids WHERE pack = ? LIMIT ?)"
    )
    return bool(tx.execute(sql, pack, pack, limit))
