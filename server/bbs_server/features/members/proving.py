"""Proving a password: the slow work before a transaction, and the counting of wrong ones in it."""

import hmac
import secrets
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from argon2 import PasswordHasher

from bbs.clock import SECOND_MS, Ms
from bbs.errors import BadParams, Throttled
from bbs.features.members.rules import check_password, sign_in_wait_s
from bbs.messages import Command, Done
from bbs.refusals import SignInFailed
from bbs_server.acting import Outcome, Preparing
from bbs_server.features.members import records
from bbs_server.features.members.passwords import dummy_hash, matches
from bbs_server.features.members.records import Account
from bbs_server.store.engine import Tx

UNKNOWN_HANDLES_MAX = 10_000  # a flood of made-up handles cannot fill the memory


@dataclass(frozen=True, slots=True)
class Proof:
    """What was found out about a password before the transaction.

    Attributes:
        stored: The hash it was compared with; None where nobody has the handle.
        right: Whether it matched.
        renewed: A hash to store instead: of the same password with today's costs, or of the new
            one; None to leave it.
    """

    stored: str | None
    right: bool
    renewed: str | None = None


class UnknownHandles:
    """Wrong guesses at handles nobody has, counted as an account counts its own.

    Otherwise a stranger could tell a handle that exists by its having to wait (P11). In memory
    only, under a secret drawn at start; the oldest are forgotten first.
    """

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)
        self._guesses: OrderedDict[bytes, tuple[int, Ms]] = OrderedDict()

    def refuse_while_waiting(self, handle: str, now: Ms) -> None:
        """Refuse as `refuse_while_waiting` would if somebody had the handle. Raises as it does."""
        failures, failed_at = self._guesses.get(self._key(handle), (0, 0))
        _refuse_while_waiting(failures, failed_at, now)

    def count(self, handle: str, now: Ms) -> None:
        """Count a wrong guess."""
        key = self._key(handle)
        failures, _ = self._guesses.pop(key, (0, 0))
        self._guesses[key] = (failures + 1, now)
        if len(self._guesses) > UNKNOWN_HANDLES_MAX:
            self._guesses.popitem(last=False)

    def _key(self, handle: str) -> bytes:
        return hmac.digest(self._secret, handle.encode(errors="surrogatepass"), "sha256")


def refuse_rehearsal(command: Command[Any]) -> None:
    """Refuse `dry_run`: undone with everything else, a wrong guess would not be counted.

    Raises:
        BadParams: If it is set.
    """
    if command.dry_run:
        raise BadParams("dry_run", "proving who one is cannot be rehearsed")


def refuse_while_waiting(account: Account, now: Ms) -> None:
    """Refuse a password, right or wrong, too soon after wrong ones (protocol 3.3).

    Nothing is known of who tries; keys and recovery codes are not affected.

    Raises:
        Throttled: If the wait after the last wrong one is not over.
        SignInFailed: If there were so many that passwords are shut for this account.
    """
    _refuse_while_waiting(account.failures, account.failed_at, now)


def _refuse_while_waiting(failures: int, failed_at: Ms, now: Ms) -> None:
    wait_s = sign_in_wait_s(failures)
    if wait_s is None:
        raise SignInFailed
    # A clock that was put back must not make the wait longer.
    left_s = min(wait_s, wait_s - (now - failed_at) / SECOND_MS)
    if left_s > 0:
        raise Throttled(retry_after_s=left_s)


async def prove(p: Preparing, account: Account | None, handle: str, password: str) -> Proof:
    """Compare a password in the pool; as slow where there is no account. Cancel-safe.

    Args:
        account: Whoever has the handle; None for nobody.

    Raises:
        Throttled: If the handle has to wait, or the pool is full.
        SignInFailed: If passwords are shut for this account.
    """
    if account is None:
        p.unknown.refuse_while_waiting(handle, p.now)
        await p.in_pool(compare, p.passwords, dummy_hash(p.passwords), password)
        # Again, as `settle` does: guesses sent side by side gain nothing here either.
        p.unknown.refuse_while_waiting(handle, p.now)
        p.unknown.count(handle, p.now)
        return Proof(None, right=False)
    refuse_while_waiting(account, p.now)
    proof: Proof = await p.in_pool(compare, p.passwords, account.password, password)
    return proof


def compare(hasher: PasswordHasher, stored: str, password: str) -> Proof:
    """Compare a password with a hash, and renew the hash if its costs are not today's. Slow."""
    right = matches(hasher, stored, password)
    renew = right and hasher.check_needs_rehash(stored)
    return Proof(stored, right, hasher.hash(password) if renew else None)


def check_new(password: str, names: tuple[str, ...]) -> None:
    """Check a new password; the first time it loads the list of common ones. Slow.

    Raises:
        PasswordRefused: If others would try it early.
    """
    check_password(password, names=names)


def new_hash(hasher: PasswordHasher, password: str, names: tuple[str, ...]) -> str:
    """Check a new password and hash it. Slow.

    Raises:
        PasswordRefused: If others would try it early.
    """
    check_new(password, names)
    return hasher.hash(password)


def settle(tx: Tx, now: Ms, account: Account | None, proof: Proof) -> bool:
    """Act on a proof inside the transaction: count a wrong password, forget earlier ones on a right.

    What the proof was about is checked again, so that guesses sent side by side, or a password
    changed meanwhile, gain nothing.

    Args:
        account: As it is now; None where nobody has the handle.

    Returns:
        Whether the proof holds; if not, the failure is counted and has to be kept.

    Raises:
        Throttled: If another wrong one came first.
        SignInFailed: If the password was changed meanwhile, or passwords are shut.
    """
    if account is None:
        return False
    refuse_while_waiting(account, now)
    if proof.stored != account.password:
        raise SignInFailed
    if not proof.right:
        records.count_failure(tx, now, account.member)
        return False
    if proof.renewed is not None or account.failures:
        records.set_password(tx, account.member, proof.renewed or account.password)
    return True


def refused() -> Outcome[Done]:
    """The one answer to every wrong proof; what was counted is kept."""
    return Outcome(Done(), refuse=SignInFailed())
