"""Signing in: with a password, a key, a recovery code, or the token of an open session."""

from typing import Any

from bbs import limits
from bbs.errors import Throttled
from bbs.features.members.messages import GetChallenge, Recover, Resume, SignInKey, SignInPassword
from bbs.features.members.signing import signed_text, verify
from bbs.features.members.views import Challenge, SignedIn
from bbs.ids import MemberId, SessionId
from bbs.refusals import SignInFailed
from bbs.text import check_line
from bbs_server.acting import COMMONS_STREAM, At, Outcome, Preparing, member_stream
from bbs_server.features.members import records, telling, ways_in
from bbs_server.features.members.proving import (
    Proof,
    new_hash,
    prove,
    refuse_rehearsal,
    refuse_while_waiting,
    refused,
    settle,
)
from bbs_server.store.engine import Tx
from bbs_server.store.log import heads


def get_challenge(tx: Tx, at: At, query: GetChallenge) -> Challenge:
    """Tell the nonce of this connection and the host it was reached by. Protocol 3.4."""
    assert at.nonce is not None
    return Challenge(nonce=at.nonce, host=at.host)


async def prepare_password(p: Preparing, command: SignInPassword) -> Proof:
    """Compare the password before the transaction. Cancel-safe."""
    refuse_rehearsal(command)
    account = await p.read(lambda tx: records.account_by_handle(tx, command.handle))
    return await prove(p, account, command.handle, command.password)


def sign_in_password(tx: Tx, at: At, command: SignInPassword) -> Outcome[Any]:
    """Open a session for whoever knows the password; a wrong one is counted. Protocol 3.3."""
    account = records.account_by_handle(tx, command.handle)
    if not settle(tx, at.now, account, at.prepared):
        return refused()
    assert account is not None
    return _let_in(tx, at, account.member, command, command.key)


def sign_in_key(tx: Tx, at: At, command: SignInKey) -> Outcome[SignedIn]:
    """Open a session for whoever holds a member's key; no wrong password stands in the way.

    Protocol 3.4. Raises `SignInFailed` without an open challenge, too.
    """
    refuse_rehearsal(command)
    account = records.account_by_handle(tx, command.handle)
    if account is None or at.nonce is None:
        raise SignInFailed
    text = signed_text(at.host, at.epoch, command.handle, at.nonce)
    known = ways_in.has_key(tx, account.member, command.key)
    if not known or not verify(command.key, command.signature, text):
        raise SignInFailed
    outcome = _let_in(tx, at, account.member, command, None)
    ways_in.use_key(tx, account.member, command.key, command.session)
    return outcome


async def prepare_recover(p: Preparing, command: Recover) -> str | None:
    """Hash the new password, once the code was found right: a wrong one burns no hash.

    Cancel-safe. Returns None where the code is wrong, or used up by this same request.
    """
    refuse_rehearsal(command)

    def look(tx: Tx) -> tuple[str, ...] | None:
        account = records.account_by_handle(tx, command.handle)
        if account is None or not ways_in.has_code(tx, account.member, command.code):
            return None
        return records.names_of(tx, account.member)

    names = await p.read(look)
    if names is None:
        if await p.read(lambda tx: records.account_by_handle(tx, command.handle)) is None:
            p.unknown.refuse_while_waiting(command.handle, p.now)
            p.unknown.count(command.handle, p.now)
        return None
    hashed: str = await p.in_pool(new_hash, p.passwords, command.password, names)
    return hashed


def recover(tx: Tx, at: At, command: Recover) -> Outcome[Any]:
    """Set a new password with a code; every other session and key ends. Protocol 3.6.

    Wrong passwords do not shut out a right code; a wrong code counts as a wrong password.
    """
    account = records.account_by_handle(tx, command.handle)
    if account is None:
        return refused()
    who = account.member
    if not ways_in.has_code(tx, who, command.code):
        if _opened_before(tx, at, who, command):
            return _answer(tx, who, command.session)
        refuse_while_waiting(account, at.now)
        records.count_failure(tx, at.now, who)
        return refused()
    if at.prepared is None:
        # The code was given between looking and now: looking again finds it.
        raise Throttled(retry_after_s=limits.RETRY_AFTER_SECONDS_MIN)
    ways_in.use_code(tx, who, command.code)
    records.set_password(tx, who, at.prepared)
    gone = ways_in.end_others(tx, at.now, who, None)
    outcome = _let_in(tx, at, who, command, command.key)
    author = records.author(who)
    return Outcome(outcome.result, (*telling.ended(who, gone, author=author), *outcome.emissions))


def resume(tx: Tx, at: At, query: Resume) -> SignedIn:
    """Go on with an open session. Protocol 3.5. Raises `SignInFailed` if it is over."""
    found = ways_in.session_of(tx, at.moment, query.token)
    if found is None:
        raise SignInFailed
    who, session = found
    return SignedIn(
        member=records.shown(tx, who).member,
        session=session,
        as_of=heads(tx, [COMMONS_STREAM, member_stream(who)]),
    )


_Opening = SignInPassword | SignInKey | Recover


def _opened_before(tx: Tx, at: At, who: MemberId, command: _Opening) -> bool:
    return ways_in.is_resend(tx, at.now, who, command.session, command.token)


def _let_in(tx: Tx, at: At, who: MemberId, command: _Opening, key: str | None) -> Outcome[SignedIn]:
    """Open the session named, unless this request did so before and its answer was lost (P12)."""
    if _opened_before(tx, at, who, command):
        return _answer(tx, who, command.session)
    check_line(command.device, field="device", chars_max=limits.SHORT_CHARS_MAX)
    gone = ways_in.add_device(tx, at.now, who, command.session, command.token, command.device)
    if key is not None:
        ways_in.leave_key(tx, at.now, who, command.session, key, command.device)
    told = telling.ended(who, gone, author=records.author(who))
    return Outcome(
        _answer(tx, who, command.session).result, (*told, telling.started(who, command.session))
    )


def _answer(tx: Tx, who: MemberId, session: SessionId) -> Outcome[SignedIn]:
    return Outcome(
        SignedIn(
            member=records.shown(tx, who).member,
            session=ways_in.session(tx, session, current=session),
        )
    )
