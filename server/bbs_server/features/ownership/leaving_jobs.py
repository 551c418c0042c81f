"""Carrying a leaving out in slices: letters at once, and after its days what was chosen (P9, P10)."""

from collections.abc import Iterable
from typing import Any

from bbs.features.ownership import leaving_rules
from bbs.features.ownership.views import LeaveWords, LeavingState
from bbs.ids import BoardId, MemberId
from bbs.messages import Command, Done
from bbs.powers import Need, NeedTarget, Power
from bbs.streams import board_stream, lounge_stream
from bbs_server.features.ownership import leaving, leaving_records
from bbs_server.features.ownership.leaving_records import COMMUNITY, LeavingRow
from bbs_server.forgetting import Progress, forget_slice
from bbs_server.handler_api import Context
from bbs_server.jobs import Job, JobKind
from bbs_server.manifest import list_personal_data
from bbs_server.outcome import Effect, EraseNow, Outcome
from bbs_server.personal import Leaver
from bbs_server.store import event_log
from bbs_server.store.api import Tx

RESTORED = "restored"
"""The step of a leaving that a restored database did not know: all that ends at once is there again."""
TOLD = "told"
"""The step of a leaving of which everybody was told."""


class GoOnLeaving(Command[Done], frozen=True, kw_only=True):
    """Do the next slice of a leaving; the server's own."""

    method = "ownership.go_on_leaving"
    needs = Need(Power.DUE, on=NeedTarget.COMMONS)
    member: MemberId
    of: BoardId


def go_on_leaving(tx: Tx, ctx: Context, command: GoOnLeaving) -> Outcome[Done]:
    """Leave a slice of letters, or carry out a slice of what a member chose."""
    row = leaving_records.find(tx, command.member, command.of)
    if row is None:
        return Outcome(Done())
    is_leaving = row.state == LeavingState.LEAVING
    return Outcome(Done(), tuple((_go_on_ending if is_leaving else _go_on_erasing)(tx, ctx, row)))


def _go_on_ending(tx: Tx, ctx: Context, row: LeavingRow) -> Iterable[Effect]:
    if row.step == TOLD:
        leaving_records.update(tx, row, state=LeavingState.ERASING, step="", place="")
        return ctx.readers.bar(tx, ctx, row.member) if row.board == COMMUNITY else ()
    if row.step == RESTORED:
        return _go_on_restored(tx, ctx, row)
    if row.step == leaving.ENDING:
        row, effects = leaving.end_slice(tx, ctx, row, set(row.place.split()))
        return effects
    if row.board != COMMUNITY:
        leaving_records.update(tx, row, step=TOLD)
        return ()
    left = ctx.readers.leave_letters(tx, ctx, row.member)
    effects = [*left.effects]
    told = row.told.split()
    if row.words != LeaveWords.LEFT:
        new = [letter for letter in left.letters if letter not in told]
        for letter in new:
            effects += ctx.readers.author_left(tx, ctx, row.member, letter, LeaveWords(row.words))
        told += new
    step = row.step if left.more else TOLD
    leaving_records.update(tx, row, told=" ".join(told), step=step)
    return effects


def _go_on_restored(tx: Tx, ctx: Context, row: LeavingRow) -> Iterable[Effect]:
    """Look for the boards where a leaver wrote, a slice at a time, then end all that ends at once.

    Until then `place` has how far the look has come, and behind it the boards that were found.
    """
    if row.board != COMMUNITY or row.words == LeaveWords.LEFT:
        _, effects = leaving.end_all(tx, ctx, row, {row.board} - {COMMUNITY})
        return effects
    place, *boards = row.place.split() or [""]
    found = ctx.readers.boards_written(tx, row.member, place)
    written = found.boards.union(boards)
    if found.place is not None:
        leaving_records.update(tx, row, place=" ".join([found.place, *sorted(written)]))
        return ()
    _, effects = leaving.end_all(tx, ctx, row._replace(place=""), set(written))
    return effects


def _go_on_erasing(tx: Tx, ctx: Context, row: LeavingRow) -> Iterable[Effect]:
    leaver = Leaver(row.member, row.board or None, LeaveWords(row.words))
    at = Progress(row.step, row.place)
    after, effects = forget_slice(tx, ctx, leaver, at, list_personal_data())
    if after is not None:
        leaving_records.update(tx, row, step=after.column, place=after.place)
        return effects
    if row.board == COMMUNITY:
        leaving_records.update(tx, row, state=LeavingState.ERASED, step="", place="")
    else:
        stays = row.words == LeaveWords.LEFT
        streams = (board_stream(row.board), lounge_stream(row.board))
        seq, lounge_seq = (0 if stays else event_log.head(tx, each).seq for each in streams)
        leaving_records.settle(tx, row, seq, lounge_seq)
    return (*effects, EraseNow())


def go_on(tx: Tx, ctx: Context) -> Outcome[Any]:
    """Do a slice of the first leaving in which something is to be done."""
    for row in leaving_records.list_unfinished(tx):
        if row.state != LeavingState.LEAVING or row.step != TOLD or _is_due(ctx, row):
            command = GoOnLeaving(member=row.member, of=row.board)
            return Outcome(Done(), (ctx.carry_out_due(tx, command),), more=True)
    return Outcome(Done())


def _is_due(ctx: Context, row: LeavingRow) -> bool:
    doubted = ctx.moment.doubt is not None
    return leaving_rules.is_due(row.erase_at, ctx.proven_now, doubted=doubted)


JOBS = (Job("go on with leavings", 1.0, go_on, JobKind.ACTS),)
