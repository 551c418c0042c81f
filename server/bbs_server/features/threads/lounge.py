"""What the commands of the lounge do: lines of live chat, which fade soon."""

from bbs.clock import HOUR_MS
from bbs.features.threads import rules
from bbs.features.threads.messages import LineSaid, LineUnsaid, Say, Unsay
from bbs.features.threads.moves import Move
from bbs.features.threads.views import LineResult
from bbs.refusals import Conflict
from bbs.streams import lounge_stream
from bbs_server.features.threads import post_text, records, word_states
from bbs_server.handler_api import Context
from bbs_server.outcome import AppendEvent, Outcome
from bbs_server.store.api import Tx


def say(tx: Tx, ctx: Context, command: Say) -> Outcome[LineResult]:
    """Say a line, which is published at once."""
    rules.check_line_body(command.body)
    if tx.fetch_one("SELECT 1 FROM lines WHERE id = ?", command.line) is not None:
        raise Conflict(what="a line with this id exists")
    board = ctx.board.id
    text = post_text.store_text(tx, ctx, board, command.body)
    called = post_text.mentions(tx, ctx, command.body)
    tx.execute("UPDATE boards SET lines = lines + 1 WHERE id = ?", board)
    tx.execute(
        "INSERT INTO lines (id, board, number, author_kind, author, at, fades_at, body_text, state,"
        " mentions, norms_version, via) SELECT ?, id, lines, 'member', ?, ?, ?, ?, 'published', ?,"
        " norms_version, ? FROM boards"
        " WHERE id = ?",
        *(command.line, ctx.member, ctx.now, ctx.now + ctx.board.lounge_hours * HOUR_MS, text),
        *(called, ctx.acting.via, board),
    )
    if called:
        tx.execute_many(
            "INSERT INTO line_mentions (member, at, line) VALUES (?, ?, ?)",
            [(member, ctx.now, command.line) for member in called.split()],
        )
    line = records.get_line(tx, command.line)
    emit = AppendEvent(lounge_stream(board), LineSaid(line=line), line.id, {"line.body": text})
    return Outcome(LineResult(line=line), (emit,))


def unsay(tx: Tx, ctx: Context, command: Unsay) -> Outcome[LineResult]:
    """Withdraw the actor's line."""
    row = records.line_row(tx, command.line)
    assert row is not None
    to = word_states.check_line(row, Move.WITHDRAW, ctx.moment)
    if to is None:
        return Outcome(LineResult(line=records.get_line(tx, row.id)))
    post_text.erase_line(tx, row.board, row.id, row.body_text, to.value)
    line = records.get_line(tx, row.id)
    emit = AppendEvent(lounge_stream(line.board), LineUnsaid(line=line), line.id)
    return Outcome(LineResult(line=line), (emit,))
