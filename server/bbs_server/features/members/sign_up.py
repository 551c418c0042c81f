"""Signing up: an invitation, the norms, names unlike those of others, and the first device."""

from bbs import limits
from bbs.clock import Ms, instant
from bbs.features.members.messages import SignUp
from bbs.features.members.rules import check_display_name, check_handle
from bbs.features.members.views import Member, MemberAuthor, MemberState, SignInResult
from bbs.features.moderation.messages import Change, Thing, ThingKind
from bbs.features.moderation.rules import find_lock_down, refusal_of
from bbs.ids import COMMONS
from bbs.powers import Power
from bbs.refusals import Conflict, NormsFirst
from bbs.text import check_line
from bbs_server.features.members import (
    claimants,
    credentials,
    events,
    invitation_records,
    records,
)
from bbs_server.features.members.invitation_records import InvitationGrant
from bbs_server.features.members.password_check import check_new, new_hash
from bbs_server.features.members.sign_in import let_in, signed_in
from bbs_server.handler_api import Context, FeatureLookups
from bbs_server.outcome import Did, Outcome
from bbs_server.preparing import PrepareContext
from bbs_server.store.api import Tx


async def prepare(p: PrepareContext, command: SignUp) -> str | None:
    """Hash the password, after all cheap checks. Cancelling is safe.

    Returns:
        The hash; None for a sign-up sent again and for a dry run.
    """

    p.refuse_address()

    def look(tx: Tx) -> tuple[str, ...] | None:
        if credentials.is_resend(tx, p.now, command.member, command):
            return None
        _admission(tx, p.readers, p.now, command)
        return (command.handle, command.name, *records.community_names(tx, p.readers))

    names = await p.read(look)
    if names is None:
        return None
    if command.dry_run:
        await p.in_pool(check_new, command.password, names)
        return None
    hashed: str = await p.in_pool(new_hash, p.passwords, command.password, names)
    return hashed


def sign_up(tx: Tx, ctx: Context, command: SignUp) -> Outcome[SignInResult]:
    """Make a member, seated if the commons has a free seat, else waiting (P3). Protocol 3.2."""
    if credentials.is_resend(tx, ctx.now, command.member, command):
        return Outcome(signed_in(tx, ctx, command.member, command.session))
    granted = _admission(tx, ctx.readers, ctx.now, command)
    norms = ctx.readers.board_facts(tx, COMMONS)
    assert norms is not None
    if command.norms_version != norms.norms_version:
        raise NormsFirst(board=COMMONS, version=norms.norms_version)
    if ctx.prepared is None and not command.dry_run:
        raise Conflict("the session of this sign-up has ended meanwhile")
    invitation_records.consume(tx, ctx.now, granted)
    kept = claimants.has_kept_seat(tx, ctx.readers, granted, ctx.proven_now)
    seated = granted.sysop or kept or not ctx.readers.commons_full(tx, ctx.proven_now)
    member = Member(
        id=command.member,
        handle=command.handle,
        name=command.name,
        state=MemberState.SEATED if seated else MemberState.WAITING,
        invited_by=granted.by,
        sysop=bool(granted.sysop),
        joined_at=instant(ctx.now),
    )
    records.add_member(tx, ctx, member, password=ctx.prepared or "")
    act = None
    if granted.sysop:
        rests_on = ctx.new_id()
        ctx.readers.make_sysop(tx, ctx, member.id, rests_on)
        act = _sysop_act(member, rests_on)
    outcome = let_in(tx, ctx, member.id, command, key=command.key)
    credentials.replace_codes(tx, member.id, command.recovery_codes)
    effects = (events.joined(tx, ctx, member.id), *outcome.effects)
    return Outcome(outcome.result, effects, act=act)


def _sysop_act(member: Member, id: str) -> Did:
    """Return the act of becoming sysop, and moderator of the commons, by an invitation for it (P8)."""
    return Did(
        id=id,
        thing=Thing(kind=ThingKind.MEMBER),
        board=COMMONS,
        about=member.id,
        changes=(
            Change(field="sysop", before=False, after=True),
            Change(field="moderator", before=False, after=True),
        ),
        power=Power.APPOINT,
        author=MemberAuthor(id=member.id),
    )


def _admission(tx: Tx, readers: FeatureLookups, now: Ms, command: SignUp) -> InvitationGrant:
    """Check everything that needs no hash, the invitation first; return the invitation's grant.

    Raises:
        Restricted: If the community is locked down; the invitation keeps.
        FolkmootError: If the invitation, the handle or a name cannot be used.
    """
    hashed = credentials.secret_hash(command.code)
    granted = invitation_records.find_grant(tx, readers, now, hashed)
    lock_down = find_lock_down(readers.restrictions_on(tx, COMMONS, None), now)
    if lock_down is not None and not granted.sysop:
        raise refusal_of(lock_down, reason=readers.restriction_reason(tx, lock_down.id))
    check_handle(command.handle)
    check_display_name(command.name)
    check_line(command.device, field="device", chars_max=limits.SHORT_CHARS_MAX)
    records.refuse_taken(tx, "handle", command.handle, command.member)
    records.refuse_taken(tx, "name", command.name, command.member)
    return granted
