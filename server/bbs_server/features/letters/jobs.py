"""Timed work of letters: requests are carried, and what is over is erased."""

from bbs import limits
from bbs.features.letters.messages import LetterChanged
from bbs.features.letters.rules import AskedState
from bbs.features.letters.views import LetterState
from bbs.features.members.views import MemberAuthor
from bbs.ids import BoardId
from bbs.messages import Done
from bbs.rows import columns
from bbs.streams import board_stream, member_stream
from bbs_server.features.letters import records
from bbs_server.features.letters.records import LetterRow, RequestRow
from bbs_server.handler_api import Context
from bbs_server.jobs import Job, JobKind
from bbs_server.outcome import AppendEvent, Effect, Outcome
from bbs_server.store.api import Tx
from bbs_server.store.hops import in_time

_SENT = (
    f"SELECT {columns(RequestRow)} FROM letter_requests WHERE state = 'sent'"  # noqa: S608 - names of ours
    ' ORDER BY until, letter COLLATE "binary", place LIMIT ?'
)
"""The earliest first: of two requests to the same person the first one reaches them."""
_TAKEN_BACK = (
    f"SELECT {columns(RequestRow, 'r')} FROM letters l JOIN letter_requests r ON r.letter = l.id"  # noqa: S608 - names of ours
    " WHERE l.state = 'ended' AND r.state = 'asked' LIMIT ?"
)
_ON_RECORD = (
    "SELECT 1 FROM acts WHERE board = ? UNION ALL SELECT 1 FROM notices WHERE board = ?"
    " UNION ALL SELECT 1 FROM proposals WHERE board = ? LIMIT 1"
)


def carry_requests(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Tell people of requests, and of those that were taken back.

    Here and not in the command, so that a command does the same whoever is asked.
    """
    effects: list[Effect] = []
    sent = tx.select(RequestRow, _SENT, limits.SLICE_ROWS)
    for request in in_time(tx, sent):
        effects += _carry(tx, ctx, request)
    taken_back = tx.select(RequestRow, _TAKEN_BACK, limits.SLICE_ROWS)
    for request in in_time(tx, taken_back):
        effects.append(_told(tx, records.update_request(tx, request, AskedState.DECLINED)))
    return Outcome(Done(), tuple(effects), more=bool(sent or taken_back))


def _carry(tx: Tx, ctx: Context, request: RequestRow) -> list[Effect]:
    letter = records.find_letter(tx, request.letter)
    assert letter is not None
    if not _reaches(tx, ctx, letter, request):
        records.update_request(tx, request, AskedState.UNHEARD)
        return []
    return [_told(tx, records.update_request(tx, request, AskedState.ASKED))]


def _reaches(tx: Tx, ctx: Context, letter: LetterRow, request: RequestRow) -> bool:
    """Return whether anybody is told of a request."""
    member = request.member
    return (
        member is not None
        and letter.state != LetterState.ENDED.value
        and not records.blocks(tx, member, letter.asked_by)
        and not records.was_asked_before(tx, letter.asked_by, member, ctx.now)
    )


def _told(tx: Tx, request: RequestRow) -> AppendEvent:
    letter = records.find_letter(tx, request.letter)
    assert letter is not None
    assert request.member is not None
    others = records.others_asked(tx, [letter.id], request.member)[letter.id]
    view = records.asked_view(letter, request, others)
    author = MemberAuthor(id=letter.asked_by)
    stream = member_stream(request.member)
    return AppendEvent(stream, LetterChanged(letter=view), letter.id, author=author)


def erase_ended(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Erase a slice of a letter that nobody is in any more (P10).

    Where the sysop purged in it, the record of that has its own time (P8): until then rows stay, without
    words.
    """
    sql = "SELECT id FROM letters WHERE state = 'ended' AND thread IS NOT NULL LIMIT ?"
    for (letter,) in tx.fetch_all(sql, limits.SLICE_ROWS):
        free = tx.fetch_one(_ON_RECORD, letter, letter, letter) is None
        slice_ = ctx.readers.erase_letter_threads(tx, letter, rows_too=free)
        if slice_.done and not _erase_events(tx, letter):
            _erase_rest(tx, ctx, letter)
        if slice_.done or slice_.more:
            return Outcome(Done(), more=True)
    return Outcome(Done())


def _erase_events(tx: Tx, letter: BoardId) -> bool:
    """Delete a slice of a letter's events; return whether there were any."""
    oldest = "SELECT seq FROM events WHERE stream = ? ORDER BY seq LIMIT ?"
    sql = f"DELETE FROM events WHERE stream = ? AND seq IN ({oldest})"  # noqa: S608 - constant
    stream = board_stream(letter)
    return tx.execute(sql, stream, stream, limits.SLICE_ROWS) > 0


def _erase_rest(tx: Tx, ctx: Context, letter: BoardId) -> None:
    tx.execute("DELETE FROM streams WHERE stream = ?", board_stream(letter))
    ctx.readers.erase_letter_board(tx, letter)
    tx.execute("UPDATE letters SET thread = NULL WHERE id = ?", letter)
    tx.execute(
        "DELETE FROM letters WHERE id = ?"
        " AND NOT EXISTS (SELECT 1 FROM letter_requests r WHERE r.letter = letters.id)",
        letter,
    )


def forget_requests(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Delete requests that are over, and letters that are asked for no more."""
    sql = "SELECT letter FROM letter_requests WHERE until <= ? ORDER BY until LIMIT ?"
    over = dict.fromkeys(tx.fetch_all(sql, ctx.proven_now, limits.SLICE_ROWS))
    for (letter,) in in_time(tx, list(over)):
        tx.execute("DELETE FROM letter_requests WHERE letter = ?", letter)
        tx.execute(
            "DELETE FROM letters WHERE id = ? AND state <> 'open' AND thread IS NULL", letter
        )
    return Outcome(Done(), more=bool(over))


JOBS: tuple[Job, ...] = (
    Job("carry requests for letters", 2.0, carry_requests, JobKind.TELLS),
    Job("erase ended letters", 5.0, erase_ended, JobKind.TIDIES),
    Job("forget requests for letters", 3_600.0, forget_requests, JobKind.TIDIES),
)
