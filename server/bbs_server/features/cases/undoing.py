"""Undoing what was decided: the sanction is lifted, and the words it hid are shown again (P7)."""

from bbs.features.cases.views import SanctionState
from bbs.features.members.views import Author, SystemAuthor
from bbs.features.moderation.messages import ThingKind
from bbs.features.threads.hiding_messages import RestoreLine, RestorePost
from bbs.powers import Office
from bbs.refusals import Conflict, Gone, NotFound
from bbs_server.features.cases import sanction_records, sanctions
from bbs_server.features.cases.appeal_records import AppealRow
from bbs_server.handler_api import Context
from bbs_server.outcome import Effect
from bbs_server.store.api import Tx


def undo_decision(
    tx: Tx, ctx: Context, row: AppealRow, author: Author, office: Office, reason: str
) -> list[Effect]:
    """Undo what an appeal was against.

    Args:
        author: Who undoes it: who decided about the appeal, or the system.
        reason: Why, as the log says it of words that are shown again.
    """
    effects: list[Effect] = []
    if row.of_case is None:
        assert row.kind is not None
        assert row.thing is not None
        hidden = [(ThingKind(row.kind), row.thing, row.act)]
    else:
        found = sanction_records.list_hidden(tx, row.of_case)
        hidden = [(each.kind, each.thing, each.act) for each in found]
        sanction = sanction_records.find_sanction(tx, row.of_case)
        if sanction is not None and sanction.state != SanctionState.LIFTED:
            effects += sanctions.undo(tx, ctx, sanction)
    for kind, thing, act in hidden:
        if ctx.readers.hiding_act(tx, kind, thing) == act:
            effects += _restore(tx, ctx, kind, thing, author, office, reason)
    return effects


def _restore(
    tx: Tx, ctx: Context, kind: ThingKind, thing: str, author: Author, office: Office, reason: str
) -> list[Effect]:
    """Show words again, if there is anything left to show."""
    assert ctx.execute_as is not None
    command = (
        RestorePost(post=thing, reason=reason)
        if kind is ThingKind.POST
        else RestoreLine(line=thing, reason=reason)
    )
    is_lent = not isinstance(author, SystemAuthor)
    try:
        return [ctx.execute_as(tx, ctx, author, office, command, is_lent=is_lent)]
    except (Conflict, Gone, NotFound):
        return []  # withdrawn, faded or purged meanwhile
