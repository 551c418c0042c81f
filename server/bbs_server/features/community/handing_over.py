"""Handlers of a hand-over: it is announced, accepted or refused, carried out in one step, and ticked off."""

import uuid
from collections.abc import Iterable

from bbs import limits
from bbs.clock import optional_instant
from bbs.features.community import hand_over as rules
from bbs.features.community.hand_over_messages import (
    AnswerHandOver,
    CommunityHandedOver,
    GetHandOver,
    HandCommunityOver,
    HandOverResult,
    TickHandOver,
)
from bbs.features.community.hand_over_views import HandOverTerms
from bbs.features.community.rules import closing_of
from bbs.features.members.views import MemberState
from bbs.features.moderation.messages import Change, Thing, ThingKind
from bbs.features.moderation.rules import check_reason, holds
from bbs.features.moderation.views import RestrictionKind
from bbs.hand_over_refusals import HeirRefused, HeirSilent
from bbs.ids import COMMONS, MemberId, ProposalId
from bbs.powers import Office
from bbs.refusals import Conflict, NotFound
from bbs.streams import COMMONS_STREAM
from bbs_server.features.community import hand_over_records as records
from bbs_server.features.community import hand_over_telling
from bbs_server.handler_api import Context
from bbs_server.outcome import AppendEvent, BeginEpoch, Did, Effect, Outcome
from bbs_server.store import signing_key, tags
from bbs_server.store.api import Tx
from bbs_server.store.meta import EPOCH, upsert_meta

_COMMUNITY = Thing(kind=ThingKind.COMMUNITY)


def get_hand_over(tx: Tx, ctx: Context, query: GetHandOver) -> HandOverResult:
    """Return how a hand-over stands; what is left by hand to the sysop alone."""
    return _state(tx, ctx)


def _state(tx: Tx, ctx: Context) -> HandOverResult:
    left = records.list_left(tx) if Office.SYSOP in ctx.offices else ()
    row = records.find_hand_over(tx)
    if row is None:
        return HandOverResult(left=left)
    terms = _terms(tx, ctx, row.backup_days)
    return HandOverResult(
        proposal=row.proposal,
        until=optional_instant(ctx.readers.waits_until(tx, row.proposal)),
        heir=row.heir,
        terms=terms,
        is_accepted=row.accepted == rules.digest_of(terms),
        left=left,
    )


def _terms(tx: Tx, ctx: Context, backup_days: int) -> HandOverTerms:
    """Return what binds an heir now."""
    commons = ctx.readers.board(tx, COMMONS)
    assert commons is not None
    return HandOverTerms(
        norms_version=commons.norms_version,
        retention_days=commons.retention_days,
        lounge_hours=commons.lounge_hours,
        act_days=limits.ACT_DAYS,
        backup_days=backup_days,
        closing=closing_of(ctx.readers.restrictions_on(tx, COMMONS, None)),
    )


def hand_community_over(
    tx: Tx, ctx: Context, command: HandCommunityOver
) -> Outcome[HandOverResult]:
    """Announce a hand-over; when its time has come and the heir has accepted, carry it out.

    In one transaction: a server that is killed comes back before it or after it.
    """
    check_reason(command.reason)
    _check_heir(tx, ctx, command.heir)
    act, changes = ctx.new_id(), _changes(command)
    if ctx.way is None:  # it is sent, and cannot be carried out before it has waited (`Grave`)
        if records.find_hand_over(tx) is not None:
            raise Conflict(what="a hand-over waits already; withdraw it first")
        return Outcome(_state(tx, ctx), act=_did(command, act, changes))
    row = records.find_hand_over(tx)
    if row is None or row.heir != command.heir or not _is_accepted(tx, ctx, row):
        raise HeirSilent
    records.delete_hand_over(tx)
    records.begin_left(tx)
    ended = ctx.readers.end_grants_of_sysop(tx, ctx, ctx.member)
    offices = ctx.readers.hand_on_sysop(tx, ctx, command.heir, act)
    key = signing_key.change(tx, ctx.random_bytes, ctx.now)
    tags.draw_key(tx, ctx.random_bytes, anew=True)
    epoch = str(uuid.UUID(bytes=ctx.random_bytes(16), version=4))
    upsert_meta(tx, EPOCH, epoch)
    done = (
        Change(field="signing_key", before=key.old, after=key.new),
        Change(field="ended_tokens", after=ended.tokens),
        Change(field="ended_invitations", after=ended.invitations),
        Change(field="ended_codes", after=ended.codes),
    )
    did = _did(command, act, (*changes, *done), frozenset(change.field for change in done))
    effects: tuple[Effect, ...] = (
        *ended.effects,
        *offices,
        *(ctx.readers.member_changed(tx, ctx, member) for member in (ctx.member, command.heir)),
        AppendEvent(COMMONS_STREAM, CommunityHandedOver(heir=command.heir, epoch=epoch), COMMONS),
        BeginEpoch(epoch),
    )
    return Outcome(HandOverResult(), effects, act=did)


def _changes(command: HandCommunityOver) -> tuple[Change, ...]:
    return (
        Change(field="handed_over", after=True),
        Change(field="backup_days", after=command.backup_days),
    )


def _did(
    command: HandCommunityOver,
    act: str,
    changes: tuple[Change, ...],
    dated: frozenset[str] = frozenset(),
) -> Did:
    return Did(
        id=act,
        thing=_COMMUNITY,
        about=command.heir,
        changes=changes,
        dated=dated,
        reason=command.reason,
    )


def _is_accepted(tx: Tx, ctx: Context, row: records.HandOverRow) -> bool:
    return row.accepted == rules.digest_of(_terms(tx, ctx, row.backup_days))


def _check_heir(tx: Tx, ctx: Context, heir: MemberId) -> None:
    """Check that a member can take the community over now.

    Raises:
        NotFound: If they have no seat on the commons.
        Conflict: If they are sysop already, or suspended.
    """
    member = ctx.readers.member(tx, ctx, heir)
    if member is None or member.state is not MemberState.SEATED:
        raise NotFound(what="member")
    if member.sysop:
        raise Conflict(what="this member is sysop already")
    restrictions = ctx.readers.restrictions_on(tx, COMMONS, heir)
    if any(
        each.kind is RestrictionKind.SUSPENDED and holds(each, ctx.now) for each in restrictions
    ):
        raise Conflict(what="this member is suspended from the community")


def begin_waiting(tx: Tx, ctx: Context, proposal: ProposalId, thing: Thing) -> Iterable[Effect]:
    """Store that a hand-over waits, when it is announced."""
    command = ctx.request
    assert isinstance(command, HandCommunityOver)
    row = records.HandOverRow(proposal, command.heir, command.backup_days, None, "")
    records.insert_hand_over(tx, row)
    return ()


def end_waiting(tx: Tx, ctx: Context, proposal: ProposalId, thing: Thing) -> Iterable[Effect]:
    """Forget a hand-over that waits no more and was not carried out: nothing has changed."""
    records.delete_hand_over(tx)
    return ()


def answer_hand_over(tx: Tx, ctx: Context, command: AnswerHandOver) -> Outcome[HandOverResult]:
    """Accept the terms as the heir, or refuse and so end the wait."""
    row = records.find_hand_over(tx)
    if row is None or row.proposal != command.proposal or row.heir != ctx.member:
        raise NotFound(what="proposal")
    about = rules.answer_about(row.proposal, command.terms, is_accepted=command.is_accepted)
    ctx.readers.confirm(tx, ctx, command, about)
    if not command.is_accepted:
        ended = ctx.readers.end_waiting(tx, ctx, row.proposal, HeirRefused.code)
        return Outcome(_state(tx, ctx), (*ended, *hand_over_telling.tell_refused(tx, ctx)))
    if command.terms != rules.digest_of(_terms(tx, ctx, row.backup_days)):
        raise Conflict(what="what binds you is not as you read it: read it again")
    if row.accepted == command.terms:
        return Outcome(_state(tx, ctx))
    records.update_hand_over(tx, row._replace(accepted=command.terms))
    accepted = Change(field="hand_over_accepted", before=False, after=True)
    return Outcome(_state(tx, ctx), act=Did(thing=_COMMUNITY, changes=(accepted,)))


def tick_hand_over(tx: Tx, ctx: Context, command: TickHandOver) -> Outcome[HandOverResult]:
    """Take an item off the checklist, as the new sysop."""
    if command.item not in records.list_left(tx):
        if records.find_hand_over(tx) is not None:
            raise Conflict(what=rules.NOT_YET)
        raise Conflict(what="nothing is left of that")
    records.end_left(tx, command.item)
    done = Change(field="hand_over_item", after=command.item.value)
    return Outcome(_state(tx, ctx), act=Did(thing=_COMMUNITY, changes=(done,)))
