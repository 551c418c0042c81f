"""What the commands of the lounge do: lines of live chat, which fade soon."""

from collections.abc import Sequence

from msgspec.structs import replace

from bbs.clock import HOUR_MS, instant
from bbs.features.members.views import MemberAuthor
from bbs.features.threads import rules
from bbs.features.threads.messages import LineSaid, LineUnsaid, Say, Unsay
from bbs.features.threads.moves import Move
from bbs.features.threads.views import Line, LineResult
from bbs.refusals import Conflict
from bbs.streams import lounge_stream
from bbs_server.features.threads import pace, post_text, records, sizes, word_states
from bbs_server.features.threads.rows import (
    LINE_MENTIONS,
    LINES,
    MEMBER,
    PUBLISHED,
    LineMention,
    LineRow,
)
from bbs_server.handler_api import Context
from bbs_server.outcome import AppendEvent, Outcome
from bbs_server.store.api import AnyTable, RowKey, Tx


def say(tx: Tx, ctx: Context, command: Say) -> Outcome[LineResult]:
    """Say a line, which is published at once."""
    rules.check_line_body(command.body)
    rules.check_not_letter(ctx.board.kind)
    if tx.get(LINES, command.line) is not None:
        raise Conflict(what="a line with this id exists")
    board = ctx.board
    text = post_text.store_text(tx, ctx, board.id, command.body)
    row = LineRow(
        id=command.line,
        board=board.id,
        number=sizes.next_line(tx, board.id),
        author_kind=MEMBER,
        author=ctx.member,
        at=ctx.now,
        fades_at=ctx.now + board.lounge_hours * HOUR_MS,
        body_text=text,
        state=PUBLISHED,
        mentions=post_text.mentions(tx, ctx, command.body),
        norms_version=board.norms_version,
        revision=1,
        via=ctx.acting.via,
    )
    tx.upsert(LINES, (row.id,), row)
    pace.note_writing(tx, ctx)
    for member in row.mentions.split():
        mention = LineMention(member, row.at, row.id)
        tx.upsert(LINE_MENTIONS, mention, mention)
    bare = _view_of_new(row)
    line = replace(bare, body=command.body)
    emit = AppendEvent(
        *(lounge_stream(row.board), LineSaid(line=line), row.id, {"line.body": text}),
        bare=LineSaid(line=bare),
    )
    return Outcome(LineResult(line=line), (emit,), told=True)


def _view_of_new(row: LineRow) -> Line:
    """Return the view, without its words, of a line as it is said, when nothing can hide it."""
    return Line(
        id=row.id,
        board=row.board,
        number=row.number,
        author=MemberAuthor(id=row.author),
        at=instant(row.at),
        fades_at=instant(row.fades_at),
        mentions=tuple(row.mentions.split()),
        via=records.WAYS[row.via],
        revision=row.revision,
    )


def keys_of_new_line(command: Say) -> Sequence[tuple[AnyTable, RowKey]]:
    """Tell which rows `say` looks up by their keys."""
    return ((LINES, (command.line,)),)


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
