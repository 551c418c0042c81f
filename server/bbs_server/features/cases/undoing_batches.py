"""What undoes decisions of cases that were items of a batch (protocol 26).

A sanction that is lifted counts nowhere on the ladder, and the time that was served stays served. The
case itself stays decided: its entries say what became of it.
"""

from collections.abc import Mapping
from typing import Any

from bbs.case_refusals import Barred
from bbs.features.cases.judging_messages import DecideCase, LetBe, LiftSanction
from bbs.features.cases.removal_messages import RemoveNewcomer
from bbs.features.cases.views import SanctionState
from bbs.features.moderation.messages import ThingKind
from bbs.features.threads.hiding_messages import RestoreLine, RestorePost
from bbs.ids import CaseId
from bbs.messages import Command
from bbs.refusals import NotFound
from bbs_server.features.cases import audience, sanction_records
from bbs_server.handler_api import Context
from bbs_server.store.api import Tx
from bbs_server.undoing import CannotComeBack, Undo, Undoing, Undone, never

_NOT_YOURS = CannotComeBack("Only a moderator who handles this case can undo its decision.")


def _handles(tx: Tx, ctx: Context, case: CaseId) -> bool:
    """Return whether the actor handles a case: nobody else learns here what became of it."""
    try:
        audience.case_for(tx, ctx, case)
    except (Barred, NotFound):
        return False
    return True


def _is_on(tx: Tx, ctx: Context, case: CaseId, act: str) -> bool:
    row = sanction_records.find_sanction(tx, case)
    on = row is not None and sanction_records.state_at(row, ctx.now) is SanctionState.ON
    return on and row is not None and row.act == act


def _decision_back(tx: Tx, ctx: Context, done: DecideCase, undoing: Undoing) -> Undone:
    """Lift a sanction that is still on, and show the words again that the decision hides still."""
    if not _handles(tx, ctx, done.case):
        return _NOT_YOURS
    commands: list[Command[Any]] = []
    if _is_on(tx, ctx, done.case, undoing.act.id):
        commands.append(LiftSanction(case=done.case, reason=undoing.reason))
    for row in sanction_records.list_hidden(tx, done.case):
        if ctx.readers.hiding_act(tx, row.kind, row.thing) != row.act:
            continue
        if row.kind is ThingKind.POST:
            commands.append(RestorePost(post=row.thing, reason=undoing.reason))
        else:
            commands.append(RestoreLine(line=row.thing, reason=undoing.reason))
    why = "The sanction is over or was a word, and no words are hidden by it any more."
    return tuple(commands) or CannotComeBack(why)


def _newcomer_back(tx: Tx, ctx: Context, done: RemoveNewcomer, undoing: Undoing) -> Undone:
    if not _handles(tx, ctx, done.case):
        return _NOT_YOURS
    if not _is_on(tx, ctx, done.case, undoing.act.id):
        return CannotComeBack("The removal was lifted, or their account and words are erased.")
    return (LiftSanction(case=done.case, reason=undoing.reason),)


UNDO: Mapping[type[Command[Any]], Undo] = {
    DecideCase: Undo(
        _decision_back,
        (LiftSanction, RestorePost, RestoreLine),
        "The sanction ends and counts nowhere on the ladder; the time that was served stays served,"
        " a word stays said, and the case stays decided.",
    ),
    LiftSanction: never("A sanction that was lifted is not begun again for the same words."),
    RemoveNewcomer: Undo(
        _newcomer_back,
        (LiftSanction,),
        "Their sessions stay ended and their invitations revoked; what was erased is gone.",
    ),
    LetBe: never("Those who reported were told; the same words are decided about once."),
}
"""What undoes each of them."""
