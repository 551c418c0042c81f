"""The SQL of boards."""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Any

from bbs.clock import Ms
from bbs.features.boards.kinds import BoardKind
from bbs.features.boards.messages import Board, Visibility
from bbs.features.boards.seat_messages import SeatState
from bbs.features.boards.settings import SETTINGS, TEXT_SETTINGS
from bbs.features.boards.sight import Readers
from bbs.features.moderation.views import RestrictionKind
from bbs.ids import COMMONS, BoardId, MemberId
from bbs.refusals import NotFound
from bbs_server.features.boards import end_records, offices
from bbs_server.handler_api import Context
from bbs_server.standing import BoardFacts, ObjectLocation
from bbs_server.store import texts
from bbs_server.store.api import Tx
from bbs_server.unpack_lookups import BoardToUnpack


def locate(tx: Tx, key: BoardId) -> ObjectLocation:
    """Return a board's location: a board is on itself and has no owner."""
    return ObjectLocation(key)


_PLAIN = tuple(name for name in SETTINGS if name not in TEXT_SETTINGS)
_TEXT_COLUMNS = tuple(f"{name}_text" for name in TEXT_SETTINGS)
_WRITTEN = ("id", "kind", "number", "opened_at", "slug", *_TEXT_COLUMNS, *_PLAIN)
_OWN = ("id", "kind", "number", "norms_version", "came_as", "revision", "slug")
_READ = (*_OWN, *_TEXT_COLUMNS, *_PLAIN)
_BOARDS = f"SELECT {', '.join(_READ)} FROM boards"  # noqa: S608 - names of ours
_INSERT = f"INSERT INTO boards ({', '.join(_WRITTEN)}) VALUES ({', '.join('?' * len(_WRITTEN))})"  # noqa: S608 - names of ours
_FACTS = BoardFacts.__struct_fields__
_FACTS_OF = f"SELECT {', '.join(_FACTS)} FROM boards WHERE id = ?"  # noqa: S608 - names of ours


def _stored(value: Any) -> Any:
    """Return a setting's value in the form of its column."""
    match value:
        case Enum():
            return value.value
        case bool():
            return int(value)
    return value


_KINDS: dict[str, Any] = {"kind": BoardKind} | {
    name: each.kind for name, each in SETTINGS.items() if each.kind not in (int, str)
}


def _from_columns(names: Sequence[str], row: Sequence[Any]) -> dict[str, Any]:
    """Return the columns of a board by name, settings with the types of their values."""
    found = dict(zip(names, row, strict=True))
    for name, kind in _KINDS.items():
        if name in found:
            found[name] = kind(found[name])
    return found


def find_board_facts(tx: Tx, board: BoardId) -> BoardFacts | None:
    """Return the facts about a board that every feature needs; None if there is no such board."""
    return tx.memoize(_facts, board)


def _facts(tx: Tx, board: BoardId) -> BoardFacts | None:
    row = tx.fetch_one(_FACTS_OF, board)
    return None if row is None else BoardFacts(**_from_columns(_FACTS, row))


def insert_board(
    tx: Tx,
    ctx: texts.RandomSource,
    board: BoardId,
    at: Ms,
    settings: Mapping[str, Any],
    kind: BoardKind = BoardKind.BOARD,
) -> None:
    """Insert a board as the last in the order of opening.

    Args:
        at: When it is opened.
        settings: The value of each setting by name.
    """
    (last,) = tx.fetch_one("SELECT coalesce(max(number), 0) FROM boards") or (0,)
    words = (_text_of(tx, ctx, settings[name]) for name in TEXT_SETTINGS)
    plain = (_stored(settings[name]) for name in _PLAIN)
    tx.execute(_INSERT, board, kind.value, last + 1, at, settings["slug"], *words, *plain)


def insert_hidden_board(
    tx: Tx, ctx: texts.RandomSource, board: BoardToUnpack, settings: Mapping[str, Any]
) -> None:
    """Insert a board that is in no list and has no name yet, as a letter is (`unpacking`).

    Args:
        settings: The value of each setting by name; the slug is empty.
    """
    words = (_text_of(tx, ctx, settings[name]) for name in TEXT_SETTINGS)
    plain = (_stored(settings[name]) for name in _PLAIN)
    letter = BoardKind.LETTER.value
    tx.execute(_INSERT, board.id, letter, None, board.opened_at, None, *words, *plain)
    sql = "UPDATE boards SET norms_version = ?, threads = ?, came_as = ? WHERE id = ?"
    tx.execute(sql, board.norms_version, board.threads, " ".join(board.former_slugs), board.id)


def update_board(tx: Tx, board: BoardId, settings: Mapping[str, Any]) -> None:
    """Write settings except texts, and raise the revision; `replace_texts` writes texts.

    Args:
        settings: Values by name; texts among them are ignored.
    """
    for column in _PLAIN:
        if (value := settings.get(column)) is not None:
            sql = f"UPDATE boards SET {column} = ? WHERE id = ?"  # noqa: S608 - names of ours
            tx.execute(sql, _stored(value), board)
    tx.execute("UPDATE boards SET revision = revision + 1 WHERE id = ?", board)


def set_norms_version(tx: Tx, board: BoardId, version: int) -> None:
    """Store the version of a board's norms in force, and raise the board's revision."""
    sql = "UPDATE boards SET norms_version = ?, revision = revision + 1 WHERE id = ?"
    tx.execute(sql, version, board)


_TEXTS_OF = f"SELECT {', '.join(_TEXT_COLUMNS)} FROM boards WHERE id = ?"  # noqa: S608 - names of ours


def text_ids(tx: Tx, board: BoardId) -> dict[str, str | None]:
    """Return the ids of a board's texts, by name."""
    row = tx.fetch_one(_TEXTS_OF, board)
    assert row is not None
    return dict(zip(TEXT_SETTINGS, row, strict=True))


def _text_of(tx: Tx, ctx: texts.RandomSource, body: str) -> str | None:
    """Store a text and return its id; None for an empty one, which a board may have of some."""
    return texts.insert_text(tx, ctx, body) if body else None


def replace_texts(tx: Tx, ctx: Context, board: BoardId, words: Mapping[str, str]) -> None:
    """Store texts of a board under new ids and delete those under the old ones (P10).

    Args:
        words: The new texts by name, of those in `TEXT_SETTINGS`.
    """
    old = text_ids(tx, board)
    for column in TEXT_SETTINGS:
        if (body := words.get(column)) is not None:
            sql = f"UPDATE boards SET {column}_text = ? WHERE id = ?"  # noqa: S608 - names of ours
            tx.execute(sql, _text_of(tx, ctx, body), board)
    texts.delete_texts(tx, [old[name] for name in words])


def note_shorter_retention(tx: Tx, board: BoardId, kind: str, kept_ms: Ms, upto: int) -> None:
    """Record that text ends sooner: `threads` hides it at once and erases it in slices (P10).

    Args:
        kind: `posts` or `lines`.
        kept_ms: The longest time that a text lasts after publication, in ms.
        upto: The seq of the last post, or the number of the last line, that it applies to.
    """
    # This row replaces every earlier one that lets text last as long or longer.
    tx.execute(
        "DELETE FROM shortenings WHERE board = ? AND kind = ? AND ms >= ?", board, kind, kept_ms
    )
    tx.execute(
        "INSERT INTO shortenings (board, kind, ms, upto, below) VALUES (?, ?, ?, ?, ?)",
        *(board, kind, kept_ms, upto, upto + 1),
    )


def _board_views(tx: Tx, rows: Sequence[Sequence[Any]]) -> list[Board]:
    found = [_from_columns(_READ, row) for row in rows]
    # The slug's own text is for events; the column `boards.slug`, for look-ups, has the same value.
    keys = {name: f"{name}_text" for name in TEXT_SETTINGS if name != "slug"}
    ends = end_records.find_ends(tx, None if len(found) > 1 else [board["id"] for board in found])
    words = texts.load_bodies(tx, [board[key] for board in found for key in keys.values()])
    views: list[Board] = []
    for board in found:
        fields = {name: value for name, value in board.items() if name not in _TEXT_COLUMNS}
        fields |= {name: words.get(board[key]) for name, key in keys.items()}
        fields |= {"came_as": tuple(board["came_as"].split())}
        fields |= {"number": board["number"] or 0, "end": ends.get(board["id"])}
        views.append(Board(**fields))
    return views


def find_board(tx: Tx, key: BoardId) -> Board | None:
    """Return a board as its readers see it."""
    found = _board_views(tx, tx.fetch_all(f"{_BOARDS} WHERE id = ?", key))
    return found[0] if found else None


def get_board(tx: Tx, key: BoardId) -> Board:
    """Return a board that is known to exist."""
    found = find_board(tx, key)
    if found is None:
        raise NotFound(what="board")
    return found


def list_boards(tx: Tx) -> list[Board]:
    """Return every board by number, readable by the actor or not; letters are in no list."""
    return _board_views(tx, tx.fetch_all(f"{_BOARDS} WHERE kind <> 'letter' ORDER BY number"))


def count_boards(tx: Tx) -> int:
    """Return the number of boards, without letters."""
    count: int = tx.fetch_value("SELECT count(*) FROM boards WHERE kind <> 'letter'")
    return count


def list_readable_boards(
    tx: Tx, ctx: Context
) -> list[tuple[BoardId, Visibility, SeatState | None]]:
    """Return all boards the actor may read, by number, with the state of their seat on each; then letters.

    The assembly and the system read none.
    """
    found = list_readable(tx, ctx)
    if not found:  # the commons is among them, for everybody who reads anything
        return []
    private, seated = Visibility.PRIVATE, SeatState.SEATED
    return [*found, *((letter, private, seated) for letter in list_own_letters(tx, ctx))]


def list_readable(tx: Tx, ctx: Context) -> list[tuple[BoardId, Visibility, SeatState | None]]:
    """Return what `list_readable_boards` does, without letters: somebody may have hundreds."""
    actor = ctx.actor
    if actor is None or not actor.seated:
        return []
    suspended = ctx.readers.restricted_boards(tx, RestrictionKind.SUSPENDED, actor.member, ctx.now)
    if COMMONS in suspended:
        return []
    moved = ctx.readers.restricted_boards(tx, RestrictionKind.MOVED, None, ctx.now)
    # The letters of others are not looked at: a server may have many.
    rows = tx.fetch_all(
        "SELECT b.id, b.visibility, s.state FROM boards b"
        " LEFT JOIN seats s ON s.board = b.id AND s.member = ?"
        " WHERE b.kind <> 'letter' AND (b.visibility <> 'private' OR s.state = 'seated'"
        " OR b.id IN (SELECT o.board FROM offices o WHERE o.member = ? AND o.office = 'visitor'))"
        " ORDER BY b.number",
        *(actor.member, actor.member),
    )
    visited = offices.visited_boards(tx, actor.member, ctx.now) if actor.scope is None else ()
    private, seated = Visibility.PRIVATE.value, SeatState.SEATED.value
    return [
        (board_id, Visibility(visibility), None if state is None else SeatState(state))
        for board_id, visibility, state in rows
        if (actor.boards is None or board_id in actor.boards)
        and board_id not in suspended
        and board_id not in moved
        and (visibility != private or state == seated or board_id in visited)
    ]


def list_own_letters(tx: Tx, ctx: Context) -> list[BoardId]:
    """Return the letters that the actor is in, by id; none for a token, which is for programs."""
    if ctx.acting.scope is not None:
        return []
    rows = tx.fetch_all(
        "SELECT b.id FROM seats s JOIN boards b ON b.id = s.board"
        " WHERE s.member = ? AND s.state = 'seated' AND b.kind = 'letter'"
        ' ORDER BY b.id COLLATE "binary"',
        ctx.member,
    )
    return [letter for (letter,) in rows]


def list_boards_shown(tx: Tx, ctx: Context) -> list[BoardId]:
    """Return the boards that the actor may read and need not name, by number.

    An unlisted board is included only for its seat holders.
    """
    return [
        board
        for board, visibility, seat in list_readable_boards(tx, ctx)
        if visibility is not Visibility.UNLISTED or seat is SeatState.SEATED
    ]


def readers_of(tx: Tx, ctx: Context, board: BoardFacts) -> Readers:
    """Return who may read a board: who sits there, and who is suspended on it alone.

    A suspension on the commons holds on every board alike.
    """
    seated = tx.fetch_all("SELECT member FROM seats WHERE board = ? AND state = 'seated'", board.id)
    suspended = ctx.readers.restricted_members(tx, RestrictionKind.SUSPENDED, board.id, ctx.now)
    return Readers(
        board.visibility,
        frozenset(member for (member,) in seated),
        frozenset() if board.id == COMMONS else suspended,
    )


def filter_readers(tx: Tx, about: BoardFacts, members: Iterable[MemberId]) -> frozenset[MemberId]:
    """Return those of `members` who may read a board."""
    on = about.id if about.visibility is Visibility.PRIVATE else COMMONS
    sql = "SELECT 1 FROM seats WHERE board = ? AND member = ? AND state = 'seated'"
    return frozenset(member for member in members if tx.fetch_one(sql, on, member))
