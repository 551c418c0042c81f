"""Proving a password: the slow work before a transaction, and counting the wrong ones.

A wrong password ends before the transaction, whether or not somebody has the handle: both cost one
read and one hash, and neither writes anything (P11).
"""

from dataclasses import dataclass
from typing import Any

from argon2 import PasswordHasher

from bbs.errors import BadParams
from bbs.features.members.rules import check_password
from bbs.messages import Command
from bbs.refusals import SignInFailed
from bbs_server.features.members import records
from bbs_server.features.members.guesses import Guesser
from bbs_server.features.members.passwords import dummy_hash, verify
from bbs_server.features.members.records import AccountRow
from bbs_server.handler_api import PrepareContext
from bbs_server.store.api import Tx


@dataclass(frozen=True, slots=True)
class PasswordCheck:
    """What was found out about a right password before the transaction.

    Attributes:
        stored: The hash it was compared with.
        renewed: A hash to store instead: of the same password with today's costs, or of the new
            one; None to leave it.
        device: The known device it came from, as `known_devices` names it; None for another.
    """

    stored: str
    renewed: str | None = None
    device: int | None = None


@dataclass(frozen=True, slots=True)
class PasswordChange:
    """A password to be, and what its owner is known by: it may not be made of that."""

    password: str
    names: tuple[str, ...]


def refuse_dry_run(command: Command[Any]) -> None:
    """Refuse `dry_run`: what is only tried must not tell whether a guess was right.

    Raises:
        BadParams: If it is set.
    """
    if command.dry_run:
        raise BadParams("dry_run", "proving who one is cannot be rehearsed")


async def verify_password(
    p: PrepareContext,
    guesser: Guesser,
    account: AccountRow | None,
    password: str,
    *,
    new: PasswordChange | None = None,
    device: int | None = None,
) -> PasswordCheck:
    """Compare a password in the pool, and count it if it is wrong. Protocol 3.3.

    Takes as long where nobody has the handle. Guesses sent side by side gain nothing: whoever has
    to wait by the time the pool is done is not told what it found. Cancel-safe.

    Args:
        guesser: Whose guess it is; a known device is not put behind strangers in the pool.
        account: Whose password it would be; None for nobody.
        new: A password that is to replace it. It is judged first and hashed in any case: neither
            an error nor the time it takes tells whether the old one was right.
        device: As in `PasswordCheck`.

    Raises:
        Throttled: If the guesser has to wait, or the pool is full.
        SignInFailed: If it is wrong; it is counted then.
        PasswordRefused: If `new` is guessed easily.
    """
    p.guesses.refuse_while_waiting(guesser)
    stored = dummy_hash(p.passwords) if account is None else account.password
    right, renewed = await p.in_pool(
        _compare, p.passwords, stored, password, new, known=guesser.is_device
    )
    p.guesses.refuse_while_waiting(guesser)
    if account is None or not right:
        p.guesses.count(guesser)
        raise SignInFailed
    return PasswordCheck(stored, renewed, device)


def _compare(
    hasher: PasswordHasher, stored: str, password: str, new: PasswordChange | None
) -> tuple[bool, str | None]:
    """Return whether a password fits a hash, and the hash to store instead, if any. Slow."""
    renewed = None if new is None else new_hash(hasher, new.password, new.names)
    right = verify(hasher, stored, password)
    if right and new is None and hasher.check_needs_rehash(stored):
        renewed = hasher.hash(password)
    return right, renewed


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


def apply_check(tx: Tx, account: AccountRow | None, proof: PasswordCheck) -> AccountRow:
    """Act on a proof inside the transaction, if it still holds; return the account.

    Args:
        account: As it is now.

    Raises:
        SignInFailed: If the password was changed meanwhile.
    """
    if account is None or proof.stored != account.password:
        raise SignInFailed
    if proof.renewed is not None:
        records.set_password(tx, account.member, proof.renewed)
    return account
