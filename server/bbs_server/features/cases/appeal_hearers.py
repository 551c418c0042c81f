"""Who decides about an appeal, and who is told of it (protocol 23.4)."""

from collections.abc import Collection

from bbs.case_refusals import Why
from bbs.features.cases import rules
from bbs.features.cases.appeal_messages import AppealChanged, AppealWaits
from bbs.features.cases.rules import Holders, Parties
from bbs.features.cases.views import CaseLevel
from bbs.features.members.views import MemberAuthor, SystemAuthor
from bbs.ids import COMMONS, MemberId
from bbs.powers import Office
from bbs.streams import desk_stream, member_stream
from bbs_server.features.cases import appeal_records, audience, records, sanction_records
from bbs_server.features.cases.appeal_records import AppealRow
from bbs_server.handler_api import Context
from bbs_server.outcome import AppendEvent, Effect
from bbs_server.store.api import Tx


def _parties(tx: Tx, row: AppealRow) -> tuple[Parties, CaseLevel]:
    """Return who is party to what is appealed, and at which level it was decided."""
    case = None if row.of_case is None else records.find_case(tx, row.of_case)
    if case is None:
        return Parties(author=row.member), CaseLevel.BOARD
    return audience.parties_of(tx, case), CaseLevel(case.level)


def _deciders(tx: Tx, ctx: Context, row: AppealRow) -> frozenset[MemberId]:
    """Return who decided what is appealed, or agreed to it."""
    if row.of_case is not None:
        decision = sanction_records.find_decision(tx, row.of_case)
        keys = () if decision is None else (decision.decided_by, decision.seconded_by)
        found = audience.deciders_of(tx, row.of_case)
        return found.union(key for key in keys if key is not None)
    done = ctx.readers.who_acted(tx, row.act)
    if done is None:
        return frozenset()
    author, seconded_by = done
    keys = (author.id if isinstance(author, MemberAuthor) else None, seconded_by)
    return frozenset(key for key in keys if key is not None)


def hearers(tx: Tx, ctx: Context, row: AppealRow) -> frozenset[MemberId]:
    """Return who may decide about an appeal now; nobody where nobody is free to."""
    held = audience.holders(tx, row.board, ctx.now)
    parties, level = _parties(tx, row)
    return audience.hearers_at(
        *(held, parties, level, _deciders(tx, ctx, row)), hosts=audience.hosts_of(tx, row.member)
    )


def why_barred(tx: Tx, ctx: Context, row: AppealRow, member: MemberId) -> Why | None:
    """Return why somebody in office may not decide about an appeal; None if they are in none."""
    held = audience.holders(tx, row.board, ctx.now)
    if not any(member in members for members in held.values()):
        return None
    parties, _ = _parties(tx, row)
    return rules.why_barred_from_appeal(
        parties, member, deciders=_deciders(tx, ctx, row), hosts=audience.hosts_of(tx, row.member)
    )


def level_of(tx: Tx, ctx: Context, row: AppealRow) -> CaseLevel:
    """Return whose office decides about an appeal: the board's if anybody is free there."""
    held = audience.holders(tx, row.board, ctx.now)
    free = hearers(tx, ctx, row)
    return CaseLevel.BOARD if _are_of_board(held, free) else CaseLevel.COMMONS


def _are_of_board(held: Holders, free: Collection[MemberId]) -> bool:
    return bool(held[CaseLevel.BOARD].intersection(free))


def office_of(tx: Tx, ctx: Context, row: AppealRow) -> Office:
    """Return the office in which the actor decides about an appeal."""
    held = audience.holders(tx, row.board, ctx.now)
    if row.board != COMMONS and ctx.member in held[CaseLevel.BOARD]:
        return Office.MODERATOR
    return Office.COMMONS_MODERATOR if ctx.member in held[CaseLevel.COMMONS] else Office.SYSOP


def tell(tx: Tx, row: AppealRow) -> list[Effect]:
    """Return what tells of an appeal: who appeals, and the desk of those who decide about it."""
    view = appeal_records.appeal_view(tx, row, is_own=True)
    event, words = AppealChanged(appeal=view), appeal_records.text_keys(row)
    own = AppendEvent(member_stream(row.member), event, row.id, words, author=SystemAuthor())
    return [own, *tell_desk(row)]


def tell_desk(row: AppealRow) -> list[Effect]:
    """Return what tells a desk that an appeal waits there, or waits no more."""
    board = row.board if row.level == CaseLevel.BOARD.value else COMMONS
    event = AppealWaits(appeal=row.id, board=row.board)
    return [AppendEvent(desk_stream(board), event, row.id, author=SystemAuthor())]
