"""One request for every method of packs, as an actor of the cast would send it."""

from collections.abc import Callable
from typing import Any

from bbs.features.packs.consent_messages import (
    GetClaimList,
    ListConsents,
    PackConsent,
    SetConsent,
)
from bbs.features.packs.messages import ReadPack, SignPack
from bbs.messages import Request
from tests.server.asking_row import Row

ASKING_PACKS: dict[str, Callable[[Row], Request[Any]]] = {
    "packs.set_consent": lambda row: SetConsent(
        board=row.board, consent=PackConsent.LEFT_OUT, dry_run=True
    ),
    "packs.consents": lambda row: ListConsents(board=row.board),
    "packs.claim_list": lambda row: GetClaimList(board=row.board),
    "packs.read": lambda row: ReadPack(board=row.board),
    "packs.sign": lambda row: SignPack(board=row.board, digest="ab" * 32, lines=9, dry_run=True),
}
