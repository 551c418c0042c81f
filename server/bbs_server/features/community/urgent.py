"""Urgent notices: given by two keys, told to every seat holder in slices (P8, protocol 25.5)."""

from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from bbs import limits
from bbs.clock import instant
from bbs.features.community.notice_messages import GiveUrgentNotice
from bbs.features.moderation.messages import Acted, Change, Thing, ThingKind
from bbs.features.moderation.rules import check_reason
from bbs.features.reading.views import NoticeKind
from bbs.ids import BoardId, MemberId
from bbs.messages import Done
from bbs.refusals import Conflict
from bbs.streams import acts_stream
from bbs_server.features.community.records import ALL_TOLD, next_to_tell
from bbs_server.handler_api import Context, Told
from bbs_server.jobs import Job, JobKind
from bbs_server.outcome import AppendEvent, Did, Effect, Outcome
from bbs_server.store import event_log
from bbs_server.store.api import Tx


class _Telling(NamedTuple):
    """An urgent notice, and up to which member, by id, everybody was told of it."""

    board: BoardId
    act: int
    told_upto: MemberId


def give_urgent_notice(tx: Tx, ctx: Context, command: GiveUrgentNotice) -> Outcome[Done]:
    """Give an urgent notice on a board; its act is what everybody there is told."""
    check_reason(command.text)
    _refuse_again(tx, ctx)
    act = Did(
        thing=Thing(kind=ThingKind.BOARD, id=ctx.board.id),
        changes=(Change(field="urgent_notice", after=True),),
        reason=command.text,
    )
    return Outcome(Done(), act=act)


def _refuse_again(tx: Tx, ctx: Context) -> None:
    """Refuse a notice too soon after the last one on the board.

    Raises:
        Conflict: If it is too soon.
    """
    board = ctx.board.id
    number = tx.fetch_value("SELECT max(act) FROM urgent_notices WHERE board = ?", board)
    last = None if number is None else ctx.readers.acts(tx, board, [number]).get(number)
    if last is None:
        return
    again = last.at + timedelta(days=limits.URGENT_NOTICE_AGAIN_DAYS)
    if instant(ctx.proven_now) < again:
        what = (
            f"the last urgent notice here was given on {last.at:%Y-%m-%d}; the next one may be on"
        )
        raise Conflict(what=f"{what} {again:%Y-%m-%d}")


def tell_first(tx: Tx, ctx: Context, emit: AppendEvent) -> Iterable[Told]:
    """Tell the first slice of seat holders with the act; a job tells the others."""
    assert isinstance(emit.event, Acted)
    act = emit.event.act
    if act.method != GiveUrgentNotice.method:
        return
    members, upto = next_to_tell(tx, act.board, "")
    tx.execute(
        "INSERT INTO urgent_notices (board, act, told_upto) VALUES (?, ?, '')",
        act.board,
        act.number,
    )
    _keep_place(tx, act.board, act.number, upto)
    for member in members:
        yield Told(member=member, board=act.board, act=act, texts=emit.texts)


def tell_others(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Tell a slice of the seat holders who were not told yet of an urgent notice."""
    row = tx.select_one(_Telling, "FROM urgent_notices WHERE told_upto <> ? LIMIT 1", ALL_TOLD)
    if row is None:
        return Outcome(Done())
    members, upto = next_to_tell(tx, row.board, row.told_upto)
    _keep_place(tx, row.board, row.act, upto)
    act = ctx.readers.acts(tx, row.board, [row.act]).get(row.act)
    if act is None:
        return Outcome(Done(), more=True)
    [texts] = event_log.texts_of(tx, acts_stream(row.board), [row.act])
    effects: list[Effect] = []
    for member in members:
        told = Told(member=member, board=row.board, act=act, texts=texts)
        effects += ctx.readers.effects_of_notice(tx, ctx, NoticeKind.URGENT, told)
    return Outcome(Done(), tuple(effects), more=True)


def _keep_place(tx: Tx, board: BoardId, act: int, upto: MemberId) -> None:
    """Keep up to whom a notice was told."""
    sql = "UPDATE urgent_notices SET told_upto = ? WHERE board = ? AND act = ?"
    tx.execute(sql, upto, board, act)


JOBS: tuple[Job, ...] = (Job("tell urgent notices", 5.0, tell_others, JobKind.TELLS),)
