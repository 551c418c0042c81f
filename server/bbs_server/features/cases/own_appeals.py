"""What a member appealed, and can appeal (protocol 23.4)."""

from bbs.clock import to_ms
from bbs.features.cases import appeal_rules
from bbs.features.cases.views import Appeal, CaseState
from bbs.features.moderation.messages import Act
from bbs_server.features.cases import appeal_records, own_views, sanction_records
from bbs_server.handler_api import Context
from bbs_server.store.api import Tx


def appeals_of(tx: Tx, ctx: Context) -> list[Appeal]:
    """Return the actor's appeals against acts without a case, the latest first."""
    rows = appeal_records.list_of_member(tx, ctx.member)
    return [appeal_records.appeal_view(tx, row, is_own=True) for row in rows]


def list_appealable(tx: Tx, ctx: Context) -> list[Act]:
    """Return the acts against which the actor can appeal now, the latest first."""
    found = [*_decisions(tx, ctx), *ctx.readers.acts_hiding(tx, ctx.member)]
    acts = (ctx.readers.act(tx, key) for key in found if _is_open(tx, key))
    known = [act for act in acts if act is not None and _is_in_time(ctx, act)]
    return sorted(known, key=lambda act: (act.at, act.id), reverse=True)


def _is_open(tx: Tx, act: str) -> bool:
    """Return whether an act was not appealed, and hid nothing for a case, whose decision is appealed."""
    decision = sanction_records.find_decision_by_act(tx, act)
    is_whole = decision is None or decision.act == act
    return is_whole and appeal_records.find_by_act(tx, act) is None


def _is_in_time(ctx: Context, act: Act) -> bool:
    return ctx.proven_now < appeal_rules.appeal_by(to_ms(act.at))


def _decisions(tx: Tx, ctx: Context) -> list[str]:
    rows = own_views.list_of_member(tx, ctx.member)
    decided = [row for row in rows if row.state == CaseState.DECIDED]
    found = (sanction_records.find_decision(tx, row.id) for row in decided)
    return [row.act for row in found if row is not None and row.act is not None]
