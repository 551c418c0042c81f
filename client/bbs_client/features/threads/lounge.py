"""Lines of lounges: how they are written into the mirror, and how they end."""

from msgspec.structs import replace

from bbs.clock import HOUR_MS, Ms, instant, to_ms
from bbs.features.members.author_text import author_id
from bbs.features.threads.hiding_messages import HiddenEnded
from bbs.features.threads.messages import LoungeFaded
from bbs.features.threads.views import Line
from bbs_client.features.threads.reads import line_decoder
from bbs_client.mirror.rows import encode
from bbs_client.mirror.transaction import MirrorTransaction


def put_line(pen: MirrorTransaction, line: Line) -> None:
    """Keep a line of a lounge, unless it is known to be further in its life."""
    if not pen.has_board(line.board):
        return
    line = _shortened_line(pen, line)
    doc = encode(line)
    if pen.is_news("lines", line, doc):
        pen.put(
            "lines",
            line,
            "id",
            author=author_id(line.author),
            words=line.body is not None,
            for_me=pen.me in line.mentions,
            doc=doc,
        )
        pen.touch("lines", line.board)


def _shortened_line(pen: MirrorTransaction, line: Line) -> Line:
    """Return a line as the board's changes since it was said leave it (P10).

    The board's stream tells of a shorter retention, the lounge's of the line: in any order.
    """
    hours = pen.fetch_value(
        "SELECT min(lounge_hours) FROM shortenings WHERE board = ? AND at >= ?",
        line.board,
        to_ms(line.at),
    )
    if hours is None:
        return line
    end = instant(to_ms(line.at) + hours * HOUR_MS)
    return replace(line, fades_at=end) if end < line.fades_at else line


def fade_lounge(pen: MirrorTransaction, told: LoungeFaded) -> None:
    """Drop every line of a lounge that has faded."""
    drop_faded_lines(pen, to_ms(told.until), told.board, False)


def drop_faded_lines(
    pen: MirrorTransaction, until_ms: Ms, board: str | None, everywhere: bool
) -> None:
    """Drop the lines of a lounge that have faded by a time, or those of all (P10)."""
    sql = "DELETE FROM lines WHERE fades_at <= ? AND (board = ? OR ?) RETURNING board"
    gone = pen.fetch_all(sql, until_ms, board, everywhere)
    for (faded,) in gone:
        pen.touch("lines", faded)
    pen.erased |= bool(gone)


def drop_hidden_line(pen: MirrorTransaction, told: HiddenEnded) -> None:
    """Drop a line that was hidden, and that nobody restored in time (P10)."""
    if told.line is not None:
        for (board,) in pen.fetch_all("DELETE FROM lines WHERE id = ? RETURNING board", told.line):
            pen.touch("lines", board)


def drop_lines(pen: MirrorTransaction, board: str) -> None:
    """Drop the lines that a lounge's stream told of."""
    pen.run("DELETE FROM lines WHERE board = ?", board)
    pen.touch("lines", board)


def shorten_lines(pen: MirrorTransaction, board: str, hours: int, at_ms: Ms) -> None:
    """Shorten the lines that are here, and remember it for those that another stream tells late."""
    pen.run(
        "DELETE FROM shortenings WHERE board = ? AND at <= ? AND lounge_hours >= ?",
        board,
        at_ms,
        hours,
    )
    pen.run(
        "INSERT INTO shortenings VALUES (?, ?, ?) ON CONFLICT(board, at) DO UPDATE"
        " SET lounge_hours = min(shortenings.lounge_hours, excluded.lounge_hours)",
        board,
        at_ms,
        hours,
    )
    rows = pen.fetch_all(
        "SELECT id, at, doc FROM lines WHERE board = ? AND at <= ? AND fades_at > at + ?",
        *(board, at_ms, hours * HOUR_MS),
    )
    for key, at, doc in rows:
        end = at + hours * HOUR_MS
        line = replace(line_decoder.decode(doc), fades_at=instant(end))
        pen.run("UPDATE lines SET fades_at = ?, doc = ? WHERE id = ?", end, encode(line), key)
        pen.touch("lines", board)
