"""Handing a board over: the new server's receipt is checked, words are sealed, the address leads on."""

import msgspec

from bbs.features.moderation.views import RestrictionKind
from bbs.features.packs.move_messages import BringReceipt, MoveResult
from bbs.features.packs.move_rules import SEALED, check_receipt
from bbs.features.packs.move_views import MoveState, Receipt
from bbs.ids import BoardId
from bbs.move_refusals import PaperRefused
from bbs.refusals import Conflict
from bbs_server.features.packs import move_records, moving
from bbs_server.features.packs.move_records import MoveRow
from bbs_server.handler_api import Context
from bbs_server.outcome import UNCHANGED, Did, Effect, Outcome, WakeJobs
from bbs_server.store.api import Tx


def note_signed(tx: Tx, board: BoardId, digest: str) -> None:
    """Note that a pack of a board was signed; only of one that is ready to be handed over it counts.

    Args:
        digest: Of the pack's last check.
    """
    row = move_records.find_move(tx, board)
    if row is not None and row.is_in is MoveState.READY:
        move_records.note_pack(tx, board, digest)


def bring_receipt(tx: Tx, ctx: Context, command: BringReceipt) -> Outcome[MoveResult]:
    """Hand a board over to the server that signed that it holds all of it."""
    row = move_records.find_move(tx, command.board)
    if row is not None and row.is_in in SEALED:
        known = row.receipt and msgspec.json.decode(row.receipt, type=Receipt)
        if command.receipt == known:
            return Outcome(MoveResult(move=move_records.view(row)), act=UNCHANGED)
        raise PaperRefused("receipt", f"the board was handed over before, to {row.new_host}")
    if row is None or row.is_in is not MoveState.READY:
        raise Conflict(what="this board is not ready to be handed over; its state says why")
    _check(tx, row, command.receipt)
    act = Did(
        id=ctx.new_id(),
        thing=moving.thing_of(row.board),
        changes=(moving.handed_change(row),),
    )
    after, effects = _seal(tx, ctx, row, command.receipt, act.id)
    return Outcome(MoveResult(move=move_records.view(after)), effects, act=act)


def _check(tx: Tx, row: MoveRow, receipt: Receipt) -> None:
    """Refuse a receipt that is not the announced server's, about the last pack of the board.

    Raises:
        PaperRefused: If it is not.
    """
    check_receipt(receipt, board=row.board, host=row.new_host, slug=row.slug, key=row.key)
    upto = move_records.find_pack_end(tx, row.board, receipt.digest)
    if upto is None:
        why = "its pack was not made here since the board became read-only; pack the board anew"
        raise PaperRefused("receipt", why)
    if move_records.has_posts_after(tx, row.board, upto):
        why = (
            "posts that were held have been published since its pack was made; pack the board anew"
        )
        raise PaperRefused("receipt", why)


def _seal(
    tx: Tx, ctx: Context, row: MoveRow, receipt: Receipt, act: str | None
) -> tuple[MoveRow, tuple[Effect, ...]]:
    """Let nobody read a board's words here any more, and its address lead on."""
    assert row.restriction is not None
    lifted = ctx.readers.lift_restriction(tx, ctx, row.restriction)
    restriction, sealed = moving.narrow(tx, ctx, row.board, RestrictionKind.MOVED, act, None)
    after = move_records.store(
        tx,
        row,
        row._replace(
            state=MoveState.HANDED.value,
            since=ctx.proven_now,
            restriction=restriction,
            handed_at=ctx.proven_now,
            digest=receipt.digest,
            receipt=msgspec.json.encode(receipt).decode(),
            told_upto=0,
        ),
    )
    moving.note_gone(tx, ctx, after)
    # Who listens there is told of it, and only then hears no more (`move_jobs`).
    return after, (*lifted, *sealed, moving.changed(row.board, after.is_in), WakeJobs())
