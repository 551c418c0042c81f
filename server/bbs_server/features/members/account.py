"""The actor's own account: devices, tokens, password, name, recovery codes."""

from bbs import limits
from bbs.features.members.messages import (
    ChangeName,
    ChangePassword,
    EndSession,
    GetAccount,
    IssueToken,
    RenewCodes,
)
from bbs.features.members.rules import check_display_name
from bbs.features.members.views import Account, MemberResult, TokenResult
from bbs.messages import Done
from bbs.powers import TOKEN_POWERS, Power
from bbs.refusals import Conflict, LimitReached, NotAllowed, NotFound, NotSignedIn
from bbs.streams import COMMONS_STREAM, member_stream
from bbs.text import check_line
from bbs_server.features.members import credentials, events, known_devices, records
from bbs_server.features.members.password_check import (
    PasswordChange,
    PasswordCheck,
    apply_check,
    refuse_dry_run,
    verify_password,
)
from bbs_server.handler_api import Context
from bbs_server.outcome import Outcome
from bbs_server.preparing import PrepareContext
from bbs_server.store.api import Tx
from bbs_server.store.event_log import heads


def get_account(tx: Tx, ctx: Context, query: GetAccount) -> Account:
    """Return the actor's account."""
    who = ctx.member
    return Account(
        member=records.get_member(tx, ctx, who, own=True),
        sessions=credentials.list_sessions(tx, ctx.now, who, ctx.acting.session),
        keys=credentials.list_keys(tx, who),
        recovery_codes_left=credentials.count_codes(tx, who),
        as_of=heads(tx, [COMMONS_STREAM, member_stream(who)]),
    )


def end_session(tx: Tx, ctx: Context, command: EndSession) -> Outcome[Done]:
    """End a session or token of the actor, with the key its device left.

    If the actor ends it from another session, the device may be lost and is forgotten.
    """
    if not credentials.end_session(tx, ctx.now, ctx.member, command.session):
        raise NotFound("session")
    if ctx.acting.session != command.session:
        known_devices.forget_device(tx, ctx.member, command.session)
    return Outcome(Done(), events.ended(ctx.member, [command.session]))


def issue_token(tx: Tx, ctx: Context, command: IssueToken) -> Outcome[TokenResult]:
    """Make a token for a script, narrowed to powers and boards. Protocol 3.7."""
    if ctx.acting.scope is not None:
        raise NotAllowed(Power.DOORS)
    for power in command.powers:
        if power not in TOKEN_POWERS:
            raise NotAllowed(power)
    check_line(command.label, field="label", chars_max=limits.SHORT_CHARS_MAX)
    if command.boards is not None:
        readable = {board for board, _, _ in ctx.readers.boards_readable(tx, ctx)}
        if not readable.issuperset(command.boards):
            raise NotFound("board")
    if credentials.is_resend(tx, ctx.now, ctx.member, command):
        raise Conflict("this id and token are another session's")
    if credentials.count_tokens(tx, ctx.member) >= limits.TOKENS_MAX:
        raise LimitReached("tokens", limits.TOKENS_MAX)
    credentials.insert_token(tx, ctx.now, ctx.member, command)
    issued = credentials.get_session(tx, command.session, current=None)
    told = events.started(ctx.member, command.session, token=True)
    return Outcome(TokenResult(session=issued), (told,))


async def prepare_change_password(p: PrepareContext, command: ChangePassword) -> PasswordCheck:
    """Check the old password, count a wrong guess, hash the new password. Cancelling is safe."""
    refuse_dry_run(command)
    who = p.member
    if who is None:
        raise NotSignedIn

    def look(tx: Tx) -> tuple[records.AccountRow, tuple[str, ...], int | None]:
        device = known_devices.find_device_of_session(tx, who, p.session)
        return records.get_account(tx, who), records.names_of(tx, p.readers, who), device

    account, names, device = await p.read(look)
    return await verify_password(
        p,
        account.handle,
        account,
        command.old,
        new=PasswordChange(command.new, names),
        device=device,
    )


def change_password(tx: Tx, ctx: Context, command: ChangePassword) -> Outcome[Done]:
    """Change the password; end every other session, token and key."""
    apply_check(tx, records.get_account(tx, ctx.member), ctx.prepared)
    gone = credentials.end_other_sessions(tx, ctx.now, ctx.member, ctx.acting.session)
    return Outcome(Done(), events.ended(ctx.member, gone))


def change_name(tx: Tx, ctx: Context, command: ChangeName) -> Outcome[MemberResult]:
    """Change the display name; the old name is deleted (P10)."""
    now = records.get_member(tx, ctx, ctx.member)
    if command.if_revision not in (None, now.revision):
        raise Conflict("your account changed since you looked", now.revision)
    if command.name == now.name:
        return Outcome(MemberResult(member=now))
    check_display_name(command.name)
    records.refuse_taken(tx, "name", command.name, ctx.member)
    records.rename(tx, ctx, ctx.member, command.name)
    renamed = records.get_member(tx, ctx, ctx.member)
    return Outcome(MemberResult(member=renamed), (events.changed(tx, ctx, ctx.member),))


def renew_codes(tx: Tx, ctx: Context, command: RenewCodes) -> Outcome[Done]:
    """Replace all recovery codes, an unused code from the sysop included."""
    credentials.replace_codes(tx, ctx.member, command.recovery_codes)
    return Outcome(Done())
