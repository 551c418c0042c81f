"""Checking a password: the slow work before a transaction, and counting wrong guesses.

A request with a wrong password ends before the transaction, whether or not a member has the handle:
both cost a read and a hash, and neither writes anything (P11).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bbs.errors import BadParams
from bbs.features.members.rules import check_password
from bbs.messages import Command
from bbs.refusals import SignInFailed
from bbs_server.features.members import records
from bbs_server.features.members.passwords import dummy_hash, verify
from bbs_server.features.members.records import AccountRow
from bbs_server.preparing import PrepareContext
from bbs_server.store.api import Tx

if TYPE_CHECKING:
    from argon2 import PasswordHasher


@dataclass(frozen=True, slots=True)
class PasswordCheck:
    """The result of checking a password that was right, before the transaction.

    Attributes:
        stored: The hash with which it was compared.
        renewed: A hash to store instead, of the same password with today's costs or of the new
            password; None to keep the stored hash.
        device: The number of the known device it came from; None for another device.
    """

    stored: str
    renewed: str | None = None
    device: int | None = None


@dataclass(frozen=True, slots=True)
class PasswordChange:
    """A new password, and the names that it may not be made of."""

    password: str
    names: tuple[str, ...]


def refuse_dry_run(command: Command[Any]) -> None:
    """Refuse `dry_run`, because a dry run must not reveal whether a guess was right.

    Raises:
        BadParams: If it is set.
    """
    if command.dry_run:
        raise BadParams("dry_run", "a request that proves who you are has no dry run")


async def verify_password(
    p: PrepareContext,
    handle: str,
    account: AccountRow | None,
    password: str,
    *,
    new: PasswordChange | None = None,
    device: int | None = None,
) -> PasswordCheck:
    """Compare a password in the pool, and count it if it is wrong. Protocol 3.3.

    It takes as long if no member has the handle. Parallel guesses gain nothing: if the guesser has
    to wait by the time the hash is done, the function raises without the result. Cancelling is
    safe.

    Args:
        handle: The handle for which the guess is counted, unless it comes from a known device.
        account: The account of the handle; None if no member has it.
        new: The new password. It is checked first and hashed in any case, so that neither an error
            nor the time reveals whether the old password was right.
        device: As in `PasswordCheck`; a known device does not wait behind strangers in the pool.

    Raises:
        Throttled: If the guesser has to wait, or the pool is full.
        SignInFailed: If the password is wrong; the guess is counted.
        PasswordRefused: If `new` is easy to guess.
    """
    p.guesses.refuse_while_waiting(handle, device)
    stored = dummy_hash(p.passwords) if account is None else account.password
    right, renewed = await p.in_pool(
        _compare, p.passwords, stored, password, new, known=device is not None
    )
    p.guesses.refuse_while_waiting(handle, device)
    if account is None or not right:
        p.guesses.count(handle, device)
        raise SignInFailed
    return PasswordCheck(stored, renewed, device)


def _compare(
    hasher: "PasswordHasher", stored: str, password: str, new: PasswordChange | None
) -> tuple[bool, str | None]:
    """Return whether a password fits a hash, and the hash to store instead, or None. Slow."""
    renewed = None if new is None else new_hash(hasher, new.password, new.names)
    right = verify(hasher, stored, password)
    if right and new is None and hasher.check_needs_rehash(stored):
        renewed = hasher.hash(password)
    return right, renewed


def check_new(password: str, names: tuple[str, ...]) -> None:
    """Check a new password; the first time it loads the list of common ones. Slow.

    Raises:
        PasswordRefused: If attackers would try it early.
    """
    check_password(password, names=names)


def new_hash(hasher: "PasswordHasher", password: str, names: tuple[str, ...]) -> str:
    """Check a new password and hash it. Slow.

    Raises:
        PasswordRefused: If attackers would try it early.
    """
    check_new(password, names)
    return hasher.hash(password)


def apply_check(tx: Tx, account: AccountRow | None, proof: PasswordCheck) -> AccountRow:
    """Store the renewed hash inside the transaction, if the check still holds; return the account.

    Args:
        account: The account as it is now; None if it is gone.

    Raises:
        SignInFailed: If the account is gone or its password was changed meanwhile.
    """
    if account is None or proof.stored != account.password:
        raise SignInFailed
    if proof.renewed is not None:
        records.set_password(tx, account.member, proof.renewed)
    return account
