"""A claimant who is a member: their words, the seat that is kept for them, the office that comes back."""

from collections.abc import Iterable
from hashlib import sha256
from typing import ClassVar, NamedTuple

from bbs.features.boards.seat_messages import SeatChanged, SeatState
from bbs.features.members.messages import MemberJoined, SignUp
from bbs.features.moderation.messages import Change, Thing, ThingKind
from bbs.ids import BoardId, MemberId
from bbs.messages import Command, Done
from bbs.powers import Need, NeedTarget, Power
from bbs_server.features.packs import claim_records
from bbs_server.handler_api import Context
from bbs_server.outcome import UNCHANGED, AppendEvent, Did, Effect, Outcome, WakeJobs
from bbs_server.store.api import Tx


class TakenUp(NamedTuple):
    """Claims that are a member's now.

    Attributes:
        threads: In how many threads.
    """

    board: BoardId
    threads: int
    effects: tuple[Effect, ...]


def take_up(tx: Tx, ctx: Context, code: str, member: MemberId) -> TakenUp | None:
    """Let the claims that wait for a code be a member's; None if none wait, or not any more.

    Those of an author who has an account here wait for that account alone.
    """
    hashed = sha256(code.encode()).digest()
    rows = [
        row
        for row in claim_records.claims_by_code(tx, hashed)
        if (row.until is None or row.until > ctx.now) and row.member in (None, member)
    ]
    if not rows:
        return None
    claim_records.give_to_member(tx, hashed, member)
    ctx.readers.end_claimant_invitation(tx, ctx, hashed)
    board = rows[0].board
    effects = ctx.readers.offer_kept_seat(tx, ctx, board, member)
    threads = sum(row.thread != board for row in rows)
    return TakenUp(board, threads, (*effects, WakeJobs()))


def take_up_on_joining(tx: Tx, ctx: Context, emit: AppendEvent) -> Iterable[Effect]:
    """Give a new member, who came with the code of a claim, what they claimed."""
    assert isinstance(emit.event, MemberJoined)
    if not isinstance(ctx.request, SignUp):
        return ()
    taken = take_up(tx, ctx, ctx.request.code, emit.event.member.id)
    return () if taken is None else taken.effects


class ReturnOffice(Command[Done], frozen=True, kw_only=True):
    """Give a claimant the office back that they held when the board moved; only the server sends it."""

    method: ClassVar[str] = "packs.return_office"
    needs: ClassVar[Need] = Need(Power.DUE, on=NeedTarget.BOARD)
    board: BoardId
    member: MemberId


def return_office(tx: Tx, ctx: Context, command: ReturnOffice) -> Outcome[Done]:
    """Make a claimant moderator again. The log says so, as of every office (P8)."""
    act = ctx.new_id()
    effects = ctx.readers.return_office(tx, ctx, command.board, command.member, act)
    if not effects:
        return Outcome(Done(), act=UNCHANGED)
    did = Did(
        id=act,
        thing=Thing(kind=ThingKind.MEMBER),
        about=command.member,
        changes=(Change(field="moderator", before=False, after=True),),
    )
    return Outcome(Done(), tuple(effects), act=did)


def return_office_on_seat(tx: Tx, ctx: Context, emit: AppendEvent) -> Iterable[Effect]:
    """Give a claimant who took their seat the office back that they held there."""
    assert isinstance(emit.event, SeatChanged)
    seat = emit.event.seat
    if seat.state is not SeatState.SEATED or seat.moderator:
        return
    if ctx.execute_as is None or not claim_records.end_office(tx, seat.board, seat.member):
        return
    yield ctx.carry_out_due(tx, ReturnOffice(board=seat.board, member=seat.member))
