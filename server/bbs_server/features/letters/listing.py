"""The list of a member's letters: what it costs grows with that member's letters alone."""

from typing import NamedTuple

from bbs.clock import Ms, optional_instant
from bbs.features.letters.messages import ListLetters
from bbs.features.letters.views import Letter, LetterHead, LetterList
from bbs.ids import BoardId
from bbs.messages import Seq
from bbs.rows import columns
from bbs.streams import StreamKind, board_stream, member_stream, stream_prefix
from bbs_server.features.letters import records
from bbs_server.features.letters.records import LetterRow
from bbs_server.handler_api import Context
from bbs_server.paging import format_page_token, parse_page_token
from bbs_server.store import event_log, tags
from bbs_server.store.api import Tx


class _HeadRow(NamedTuple):
    """Where an open letter stands: the end of its stream, and its newest post."""

    id: BoardId
    seq: Seq
    digest: bytes
    last_at: Ms | None


# Every seat in a letter is taken; so the index of seats by member is enough.
_MINE = (
    f"SELECT {columns(LetterRow, 'l')} FROM seats s JOIN letters l ON l.id = s.board"  # noqa: S608 - names of ours
    " WHERE s.member = ? AND l.state = 'open'"
    ' AND (l.moved_at, l.id COLLATE "binary") < (?, ?)'
    ' ORDER BY l.moved_at DESC, l.id COLLATE "binary" DESC LIMIT ?'
)
_FIRST = "g"  # above every id


def list_letters(tx: Tx, ctx: Context, query: ListLetters) -> LetterList:
    """Return a page of the actor's letters, those that moved last first."""
    at, key = parse_page_token(query.before)
    rows = tx.select(LetterRow, _MINE, ctx.member, at, key or _FIRST, query.limit + 1)
    shown = rows[: query.limit]
    more = len(rows) > len(shown)
    return LetterList(
        heads=_heads(tx, ctx, shown),
        requests=_requests(tx, ctx) if query.before is None else (),
        next_before=format_page_token(shown[-1].moved_at, shown[-1].id) if more else None,
        as_of=event_log.heads(tx, [member_stream(ctx.member)]),
    )


def _heads(tx: Tx, ctx: Context, rows: list[LetterRow]) -> tuple[LetterHead, ...]:
    if not rows:
        return ()
    letters = [row.id for row in rows]
    members = ctx.readers.letter_members(tx, letters)
    ends = _ends(tx, letters)
    asked = records.still_asked(tx, rows, ctx.now)
    return tuple(
        LetterHead(
            letter=records.open_view(row, members[row.id], asked[row.id], ctx.member),
            seq=ends[row.id].seq,
            tag=tags.maker_for(tx, board_stream(row.id))(ends[row.id].seq, ends[row.id].digest),
            last_at=optional_instant(ends[row.id].last_at),
        )
        for row in rows
    )


def _ends(tx: Tx, letters: list[BoardId]) -> dict[BoardId, _HeadRow]:
    asked = ",".join("?" * len(letters))
    rows = tx.select(
        _HeadRow,
        "SELECT l.id, e.seq, e.digest, t.last_at FROM letters l JOIN streams e"  # noqa: S608 - only question marks
        f" ON e.stream = ? || l.id JOIN threads t ON t.id = l.thread WHERE l.id IN ({asked})",
        *(stream_prefix(StreamKind.BOARD), *letters),
    )
    return {row.id: row for row in rows}


def _requests(tx: Tx, ctx: Context) -> tuple[Letter, ...]:
    """Return what waits for the actor's answer, then what the actor asked for; newest first."""
    of_me = records.list_requests(tx, ctx.member, ctx.now)
    others = (
        records.others_asked(tx, [request.letter for request in of_me], ctx.member) if of_me else {}
    )
    found: list[Letter] = []
    for request in of_me:
        letter = records.find_letter(tx, request.letter)
        assert letter is not None
        found.append(records.asked_view(letter, request, others[request.letter]))
    by_me = records.list_asked(tx, ctx.member, ctx.now)
    return (*found, *(records.letter_view(row, ()) for row in by_me))
