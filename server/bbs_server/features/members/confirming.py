"""Confirming a command: its sender proves who they are, with the password or a device's key."""

from typing import Any

from bbs.errors import BadParams
from bbs.features.community.hand_over_messages import AnswerHandOver
from bbs.features.members.signing import confirming_text
from bbs.features.proposals.messages import ObjectToProposal, SecondProposal
from bbs.refusals import NotSignedIn, SignInFailed
from bbs.signatures import verify
from bbs_server.features.members import credentials, known_devices, records
from bbs_server.features.members.password_check import (
    PasswordCheck,
    apply_check,
    refuse_dry_run,
    verify_password,
)
from bbs_server.handler_api import Context
from bbs_server.preparing import PrepareContext
from bbs_server.store.api import Tx

_RULE = "send the password, or a key and its signature over this connection's challenge"


async def prepare(
    p: PrepareContext, command: SecondProposal | ObjectToProposal | AnswerHandOver
) -> PasswordCheck | None:
    """Check the password, if that is the proof. Cancelling is safe."""
    refuse_dry_run(command)
    who = p.member
    if who is None:
        raise NotSignedIn
    if command.password is None:
        return None

    def look(tx: Tx) -> tuple[records.AccountRow, int | None]:
        device = known_devices.find_device_of_session(tx, who, p.session)
        return records.get_account(tx, who), device

    account, device = await p.read(look)
    return await verify_password(p, account.handle, account, command.password, device=device)


def confirm(tx: Tx, ctx: Context, command: Any, about: str) -> None:
    """Check a command's proof; see `FeatureLookups.confirm`.

    Raises:
        BadParams: If it has no proof.
        SignInFailed: If the proof is wrong.
    """
    account = records.get_account(tx, ctx.member)
    if command.password is not None:
        apply_check(tx, account, ctx.prepared)
        return
    if command.key is None or command.signature is None:
        raise BadParams("password", _RULE)
    if ctx.nonce is None or not credentials.has_key(tx, ctx.member, command.key):
        raise SignInFailed
    said = (command.method, about)
    text = confirming_text(ctx.host, ctx.epoch, account.handle, ctx.nonce, *said)
    if not verify(command.key, command.signature, text):
        raise SignInFailed
