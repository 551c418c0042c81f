"""One's own account: devices, tokens, password, name, recovery codes."""

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
from bbs.features.members.views import Account, MemberChanged, TokenIssued
from bbs.messages import Done
from bbs.powers import TOKEN_POWERS, Power
from bbs.refusals import Conflict, Full, NotAllowed, NotFound, NotSignedIn
from bbs.streams import COMMONS_STREAM, member_stream
from bbs.text import check_line
from bbs_server.acting import At, Outcome, Preparing
from bbs_server.features.members import guesses, known_devices, records, telling, ways_in
from bbs_server.features.members.proving import (
    NewPassword,
    Proof,
    prove,
    refuse_rehearsal,
    settle,
)
from bbs_server.store.engine import Tx
from bbs_server.store.log import heads


def get_account(tx: Tx, at: At, query: GetAccount) -> Account:
    """Show one's account."""
    who = at.member
    current = at.actor.session if at.actor else None
    return Account(
        member=records.shown(tx, who).member,
        sessions=ways_in.sessions(tx, at.now, who, current),
        keys=ways_in.keys(tx, who),
        recovery_codes_left=ways_in.codes_left(tx, who),
        as_of=heads(tx, [COMMONS_STREAM, member_stream(who)]),
    )


def end_session(tx: Tx, at: At, command: EndSession) -> Outcome[Done]:
    """End a session or token of one's own, with the key its device left.

    A device whose session is ended from elsewhere, for it was lost, is not known any more.
    """
    if not ways_in.end_session(tx, at.now, at.member, command.session):
        raise NotFound("session")
    if at.actor is not None and at.actor.session != command.session:
        known_devices.forget_device(tx, at.member, command.session)
    return Outcome(Done(), telling.ended(at.member, [command.session]))


def issue_token(tx: Tx, at: At, command: IssueToken) -> Outcome[TokenIssued]:
    """Make a token for a script, narrowed to powers and boards. Protocol 3.7."""
    assert at.actor is not None
    if at.actor.scope is not None:
        raise NotAllowed(Power.DOORS)
    for power in command.powers:
        if power not in TOKEN_POWERS:
            raise NotAllowed(power)
    check_line(command.label, field="label", chars_max=limits.SHORT_CHARS_MAX)
    if command.boards is not None:
        readable = {board for board, _, _ in at.readers.boards_readable(tx, at.actor)}
        if not readable.issuperset(command.boards):
            raise NotFound("board")
    if ways_in.is_resend(tx, at.now, at.member, command.session, command.token):
        raise Conflict("this id and token are another session's")
    if ways_in.tokens(tx, at.member) >= limits.TOKENS_MAX:
        raise Full("tokens", limits.TOKENS_MAX)
    ways_in.add_token(tx, at.now, at.member, command)
    issued = ways_in.session(tx, command.session, current=None)
    told = telling.started(at.member, command.session, token=True)
    return Outcome(TokenIssued(session=issued), (told,))


async def prepare_change_password(p: Preparing, command: ChangePassword) -> Proof:
    """Prove the old password, or count a wrong one for this device, and hash the new one. Cancel-safe."""
    refuse_rehearsal(command)
    who = p.member
    if who is None:
        raise NotSignedIn

    def look(tx: Tx) -> tuple[records.Account, tuple[str, ...], int | None]:
        device = known_devices.find_device_of_session(tx, who, p.session)
        return records.account(tx, who), records.names_of(tx, p.readers, who), device

    account, names, device = await p.read(look)
    guesser = guesses.guesser(account.handle, device)
    return await prove(
        p, guesser, account, command.old, new=NewPassword(command.new, names), device=device
    )


def change_password(tx: Tx, at: At, command: ChangePassword) -> Outcome[Done]:
    """Change the password; every other session, token and key ends."""
    assert at.actor is not None
    settle(tx, records.account(tx, at.member), at.prepared)
    gone = ways_in.end_others(tx, at.now, at.member, at.actor.session)
    return Outcome(Done(), telling.ended(at.member, gone))


def change_name(tx: Tx, at: At, command: ChangeName) -> Outcome[MemberChanged]:
    """Take another display name; the old one is forgotten (P10)."""
    now = records.shown(tx, at.member).member
    if command.if_revision not in (None, now.revision):
        raise Conflict("your account changed since you looked", now.revision)
    if command.name == now.name:
        return Outcome(MemberChanged(member=now))
    check_display_name(command.name)
    records.refuse_taken(tx, "name", command.name, at.member)
    records.rename(tx, at, at.member, command.name)
    renamed = records.shown(tx, at.member).member
    return Outcome(MemberChanged(member=renamed), (telling.changed(tx, at.member),))


def renew_codes(tx: Tx, at: At, command: RenewCodes) -> Outcome[Done]:
    """Replace all recovery codes; a code of the sysop's that was not used ends too."""
    ways_in.replace_codes(tx, at.member, command.recovery_codes)
    return Outcome(Done())
