"""Timed work of boards that end: asks their members, and archives what nobody renewed."""

from bbs import limits
from bbs.features.boards.end_rules import due_from, reason_at_end
from bbs.features.boards.end_views import AtEnd, EndState
from bbs.features.moderation.tending_messages import ArchiveBoard
from bbs.features.reading.views import NoticeKind
from bbs.ids import BoardId
from bbs.messages import Command, Done
from bbs.powers import Need, NeedTarget, Power
from bbs.refusals import Refused
from bbs.streams import board_stream
from bbs_server.features.boards import end_records, records
from bbs_server.features.boards.end_handlers import show
from bbs_server.handler_api import Context, Told
from bbs_server.jobs import Job, JobKind
from bbs_server.outcome import Effect, Outcome
from bbs_server.store import event_log
from bbs_server.store.api import Tx


class AskToRenew(Command[Done], frozen=True, kw_only=True):
    """Ask a slice of a board's seat holders whether it goes on; only the server sends it."""

    method = "boards.ask_to_renew"
    needs = Need(Power.DUE, on=NeedTarget.BOARD)
    board: BoardId


class EndBoard(Command[Done], frozen=True, kw_only=True):
    """End a board that nobody renewed; only the server sends it."""

    method = "boards.end"
    needs = Need(Power.DUE, on=NeedTarget.BOARD)
    board: BoardId


def ask_to_renew(tx: Tx, ctx: Context, command: AskToRenew) -> Outcome[Done]:
    """Show that a board's end is near, and tell the next of its seat holders."""
    row = end_records.find_end(tx, command.board)
    assert row is not None
    effects: tuple[Effect, ...] = ()
    if row.state != EndState.ASKED:
        due_at = due_from(row.ends_at, row.days, ctx.now)
        asked = row._replace(state=EndState.ASKED.value, due_at=due_at, told_upto=0)
        end_records.move(tx, row, asked)
        row, (_, effects) = asked, show(tx, row.board)
    holders = end_records.list_holders(tx, row.board, row.told_upto or 0)
    for holder in holders:
        told = Told(member=holder.member, board=row.board, until=row.ends_at)
        effects += tuple(ctx.readers.effects_of_notice(tx, ctx, NoticeKind.ENDS, told))
    more = len(holders) == limits.ASKED_AT_ONCE_MAX
    end_records.note_asked(tx, row.board, holders[-1].position if more else None)
    return Outcome(Done(), effects)


def end_board(tx: Tx, ctx: Context, command: EndBoard) -> Outcome[Done]:
    """Note that a board ended; what was to be forgotten ends now, and is erased in slices (P10)."""
    row = end_records.find_end(tx, command.board)
    assert row is not None
    end_records.move(tx, row, row._replace(state=EndState.ARCHIVED.value, told_upto=None))
    if row.at_end == AtEnd.FORGET:
        head = event_log.head(tx, board_stream(row.board))
        records.note_shorter_retention(tx, row.board, "posts", 0, head.seq)
        records.note_shorter_retention(tx, row.board, "lines", 0, head.lines)
    _, effects = show(tx, row.board)
    reason = reason_at_end(row.ends_at, AtEnd(row.at_end))
    archive = ctx.carry_out_due(tx, ArchiveBoard(board=row.board, reason=reason))
    return Outcome(Done(), (*effects, archive))


def ask_about_ends(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Ask the members of the next board whose end is near."""
    board = end_records.find_to_ask(tx, ctx.now)
    if board is None:
        return Outcome(Done())
    return Outcome(Done(), (ctx.carry_out_due(tx, AskToRenew(board=board)),), more=True)


def end_boards(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Archive the next board that nobody renewed; nobody writes there from then on."""
    for row in end_records.list_due(tx, ctx.proven_now):
        try:
            return Outcome(Done(), (ctx.carry_out_due(tx, EndBoard(board=row.board)),), more=True)
        except Refused:  # a community that closes does not archive boards
            continue
    return Outcome(Done())


JOBS: tuple[Job, ...] = (
    Job("ask about ends", 600.0, ask_about_ends, JobKind.ACTS),
    Job("end boards", 600.0, end_boards, JobKind.ACTS),
)
