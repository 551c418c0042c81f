"""Hiding words by an urgent hold, without a clause, until a case is decided (P5, protocol 24).

`hiding` has the way of hiding; the feature of cases decides when a hold begins and ends.
"""

from bbs.clock import Ms
from bbs.features.moderation.messages import ThingKind
from bbs.features.threads.erasing_messages import TextHidden, TextShown
from bbs.features.threads.moves import Move, check_move
from bbs.features.threads.views import ContentState, Line, Post
from bbs.ids import CaseId
from bbs.refusals import Gone
from bbs_server.features.threads import hidden, hiding, post_text, records
from bbs_server.features.threads.hidden import HOLD, HidingRow
from bbs_server.handler_api import Context
from bbs_server.outcome import Effect
from bbs_server.store.api import Tx

_HELD = "FROM hidings WHERE cause = 'hold' AND ended_at IS NULL"
_THING = f"{_HELD} AND kind = ? AND thing = ?"
_CASE = f'{_HELD} AND case_id = ? ORDER BY id COLLATE "binary"'


def hold(
    tx: Tx, ctx: Context, case: CaseId, kind: ThingKind, thing: str, until: Ms, act: str
) -> list[Effect]:
    """Hide a post or a line because of a case; return what tells its readers.

    Args:
        until: When the hold ends at the latest, in ms.
        act: The act that the author reads of it.

    Raises:
        ClockInDoubt, Conflict, Gone: If the words have ended, or are hidden already, but for a hold
            of the same case, which this one takes over.
    """
    for held in tx.select(HidingRow, _THING, kind.value, thing):
        if held.case_id == case:
            hiding.end(tx, ctx, held, turns=held.turns)
    said = _said(tx, ctx, kind, thing)
    check_move(said.state, Move.HIDE)
    if said.body is None:
        raise post_text.text_in_doubt()
    row = hiding.ROWS[kind](tx, ctx, thing)
    row = row._replace(cause=HOLD, case_id=case, hold_until=until, act=act)
    return hiding.insert(tx, ctx, row)


def _said(tx: Tx, ctx: Context, kind: ThingKind, thing: str) -> Post | Line:
    """Return a post or a line as readers see it.

    Raises:
        Gone: If the line has faded.
    """
    if kind is ThingKind.POST:
        return records.get_post(tx, thing, ctx.moment)
    row = records.line_row(tx, thing)
    if row is None or row.fades_at <= ctx.now:
        raise Gone(state=ContentState.FADED.value)
    return records.get_line(tx, thing)


def move_end(tx: Tx, ctx: Context, case: CaseId, until: Ms) -> list[Effect]:
    """Let the hold of a case's words end at another time; tell their readers."""
    told: list[Effect] = []
    for row in tx.select(HidingRow, _CASE, case):
        moved = row._replace(hold_until=until, turns=row.turns + 1)
        sql = "UPDATE hidings SET hold_until = ?, turns = ? WHERE id = ?"
        tx.execute(sql, moved.hold_until, moved.turns, row.id)
        told += hiding.tell(tx, ctx, moved, TextHidden)
    return told


def show_again(tx: Tx, ctx: Context, case: CaseId) -> list[Effect]:
    """End the hold of a case's words: readers see them again, unless something else hides them."""
    told: list[Effect] = []
    for row in tx.select(HidingRow, _CASE, case):
        hiding.end(tx, ctx, row, turns=row.turns + 1)
        is_hidden = hidden.hidden_among(tx, [row.thing])
        told += hiding.tell(tx, ctx, row, TextHidden if is_hidden else TextShown)
    return told


def take_over(tx: Tx, ctx: Context, kind: ThingKind, thing: str) -> None:
    """End the hold of words that are hidden by a clause in the same transaction; nobody is told."""
    for row in tx.select(HidingRow, _THING, kind.value, thing):
        hiding.end(tx, ctx, row, turns=row.turns)


def find(tx: Tx, said: Post | Line) -> HidingRow | None:
    """Return the hold of a post or a line; None if it is not held."""
    kind = ThingKind.POST if isinstance(said, Post) else ThingKind.LINE
    return tx.select_one(HidingRow, _THING, kind.value, said.id)
