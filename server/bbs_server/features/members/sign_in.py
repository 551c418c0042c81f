"""Signing in: with a password, a key, a recovery code, or the token of an open session."""

from bbs import limits
from bbs.clock import Instant, instant
from bbs.errors import Throttled
from bbs.features.boards.seat_messages import SeatState
from bbs.features.members.messages import (
    GetChallenge,
    Recover,
    Resume,
    SignInKey,
    SignInPassword,
    SignUp,
)
from bbs.features.members.signing import signed_text
from bbs.features.members.views import Challenge, Member, MemberAuthor, MemberState, SignInResult
from bbs.ids import COMMONS, MemberId, SessionId
from bbs.refusals import SignInFailed
from bbs.signatures import verify
from bbs.streams import COMMONS_STREAM, member_stream
from bbs.text import check_line
from bbs_server.features.members import credentials, events, known_devices, records
from bbs_server.features.members.password_check import (
    PasswordCheck,
    apply_check,
    new_hash,
    refuse_dry_run,
    verify_password,
)
from bbs_server.handler_api import Context
from bbs_server.outcome import Outcome
from bbs_server.preparing import PrepareContext
from bbs_server.store.api import Tx
from bbs_server.store.event_log import heads


def get_challenge(tx: Tx, ctx: Context, query: GetChallenge) -> Challenge:
    """Return the nonce of this connection and the host by which it was reached. Protocol 3.4."""
    assert ctx.nonce is not None
    return Challenge(nonce=ctx.nonce, host=ctx.host)


async def prepare_password(p: PrepareContext, command: SignInPassword) -> PasswordCheck:
    """Check the password before the transaction and refuse a wrong password. Cancelling is safe."""
    refuse_dry_run(command)

    def look(tx: Tx) -> tuple[records.AccountRow | None, int | None]:
        account = records.account_by_handle(tx, command.handle)
        if command.last_token is None:
            return account, None
        who = records.member_or_nobody(account)
        return account, known_devices.find_device(tx, who, command.last_token)

    account, device = await p.read(look)
    if device is None:
        p.refuse_address()
    return await verify_password(p, command.handle, account, command.password, device=device)


def sign_in_password(tx: Tx, ctx: Context, command: SignInPassword) -> Outcome[SignInResult]:
    """Open a session for a member who proved the password. Protocol 3.3."""
    proof: PasswordCheck = ctx.prepared
    account = apply_check(tx, records.account_by_handle(tx, command.handle), proof)
    return let_in(tx, ctx, account.member, command, key=command.key, device=proof.device)


async def prepare_key(p: PrepareContext, command: SignInKey) -> None:
    """Refuse an unknown key before any transaction. Cancelling is safe."""
    refuse_dry_run(command)
    if await p.read(lambda tx: _whose_key(tx, command)) is None:
        raise SignInFailed


def sign_in_key(tx: Tx, ctx: Context, command: SignInKey) -> Outcome[SignInResult]:
    """Open a session for a member who signed with a key, however many wrong passwords came before.

    Protocol 3.4.

    Raises:
        SignInFailed: If the key is unknown, the signature wrong, or no challenge open.
    """
    who = _whose_key(tx, command)
    if who is None or ctx.nonce is None:
        raise SignInFailed
    text = signed_text(ctx.host, ctx.epoch, command.handle, ctx.nonce)
    if not verify(command.key, command.signature, text):
        raise SignInFailed
    session = credentials.session_of_key(tx, who, command.key)
    device = known_devices.find_device_of_session(tx, who, session)
    outcome = let_in(tx, ctx, who, command, key=None, device=device)
    credentials.bind_key(tx, who, command.key, command.session)
    return outcome


def _whose_key(tx: Tx, command: SignInKey) -> MemberId | None:
    """Return the member with the handle, if the key may sign in as them; else None."""
    who = records.member_or_nobody(records.account_by_handle(tx, command.handle))
    return who if credentials.has_key(tx, who, command.key) else None


async def prepare_recover(p: PrepareContext, command: Recover) -> str | None:
    """Hash the new password if the code is right; a wrong code causes no hash. Cancelling is safe.

    Count a wrong code for the address alone, because guessing so many random bits is hopeless.

    Returns:
        The hash; None if this same request used the code before.

    Raises:
        SignInFailed: If the code is wrong.
    """
    refuse_dry_run(command)

    def look(tx: Tx) -> tuple[str, ...] | bool:
        who = records.member_or_nobody(records.account_by_handle(tx, command.handle))
        if credentials.has_code(tx, who, command.code):
            return records.names_of(tx, p.readers, who)
        return credentials.is_resend(tx, p.now, who, command)

    found = await p.read(look)
    if found is True:
        return None
    if found is False:
        p.refuse_address()
        raise SignInFailed
    hashed: str = await p.in_pool(new_hash, p.passwords, command.password, found, known=True)
    return hashed


def recover(tx: Tx, ctx: Context, command: Recover) -> Outcome[SignInResult]:
    """Set a new password with a code; end every other session and key. Protocol 3.6."""
    account = records.account_by_handle(tx, command.handle)
    if account is None:
        raise SignInFailed
    who = account.member
    if not credentials.has_code(tx, who, command.code):
        if credentials.is_resend(tx, ctx.now, who, command):
            return Outcome(signed_in(tx, ctx, who, command.session))
        raise SignInFailed
    if ctx.prepared is None:
        # The sysop gave the code after `prepare` looked for it; the next attempt finds it.
        raise Throttled(retry_after_s=limits.RETRY_AFTER_SECONDS_MIN)
    credentials.delete_code(tx, who, command.code)
    records.set_password(tx, who, ctx.prepared)
    gone = credentials.end_other_sessions(tx, ctx.now, who, None)
    ended = events.ended(who, gone, author=MemberAuthor(id=who))
    outcome = let_in(tx, ctx, who, command, key=command.key)
    return Outcome(outcome.result, (*ended, *outcome.effects))


def resume(tx: Tx, ctx: Context, query: Resume) -> SignInResult:
    """Continue an open session. Protocol 3.5.

    Raises:
        SignInFailed: If the session is unknown or has ended.
    """
    found = credentials.find_session(tx, ctx.moment, query.token)
    if found is None:
        raise SignInFailed
    who, session = found
    member = records.get_member(tx, ctx, who, own=True)
    return SignInResult(
        member=member,
        session=session,
        seat_offered_until=_offered_until(tx, ctx, member),
        as_of=heads(tx, [COMMONS_STREAM, member_stream(who)]),
    )


def signed_in(tx: Tx, ctx: Context, who: MemberId, session: SessionId) -> SignInResult:
    """Return the result of a request that opened a session."""
    member = records.get_member(tx, ctx, who, own=True)
    return SignInResult(
        member=member,
        session=credentials.get_session(tx, session, current=session),
        seat_offered_until=_offered_until(tx, ctx, member),
    )


def _offered_until(tx: Tx, ctx: Context, member: Member) -> Instant | None:
    """Return the end of the offer of a seat in the community; None if the member has none now."""
    if member.state is MemberState.SEATED:
        return None
    seat = ctx.readers.seat(tx, ctx.now, COMMONS, member.id)
    if seat is None or seat.state is not SeatState.OFFERED or seat.until is None:
        return None
    return seat.until if seat.until > instant(ctx.now) else None


def let_in(
    tx: Tx,
    ctx: Context,
    who: MemberId,
    command: SignUp | SignInPassword | SignInKey | Recover,
    *,
    key: str | None,
    device: int | None = None,
) -> Outcome[SignInResult]:
    """Open the named session, unless this request opened it before and its answer was lost (P12).

    Args:
        who: The member who signs in.
        key: The device's key, if it has one.
        device: The known device on which it is opened; None for a new device.

    Raises:
        TextRefused: If the device's name is not one line.
        Conflict: If the session's id or token belongs to another session.
    """
    if credentials.is_resend(tx, ctx.now, who, command):
        return Outcome(signed_in(tx, ctx, who, command.session))
    check_line(command.device, field="device", chars_max=limits.SHORT_CHARS_MAX)
    gone = credentials.insert_device_session(
        tx, ctx.now, who, command.session, command.token, command.device
    )
    known_devices.remember_device(tx, who, command.session, command.token, device)
    if key is not None:
        credentials.insert_key(tx, ctx.now, who, command.session, key, command.device)
    ended = events.ended(who, gone, author=MemberAuthor(id=who))
    started = events.started(who, command.session)
    return Outcome(signed_in(tx, ctx, who, command.session), (*ended, started))
