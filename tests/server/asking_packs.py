"""One request for every method of packs, as an actor of the cast would send it."""

from collections.abc import Callable
from typing import Any

from bbs.features.packs.claim_messages import (
    DecideClaim,
    FindClaim,
    GetClaimChallenge,
    GetClaims,
    ListVouchings,
    ObjectToVouching,
    RedeemClaim,
    Vouch,
)
from bbs.features.packs.claim_views import ClaimAnswer
from bbs.features.packs.consent_messages import (
    GetClaimList,
    ListConsents,
    PackConsent,
    SetConsent,
)
from bbs.features.packs.messages import ReadPack, SignPack
from bbs.features.packs.unpack_messages import (
    BeginUnpacking,
    GetUnpacking,
    ListOldActs,
    SendPiece,
    StopUnpacking,
)
from bbs.ids import new_id
from bbs.messages import Request
from tests.server.asking_row import Row
from tests.support.people import secret

_PROOF = {"slug": "garden", "key": "A" * 43, "signature": "A" * 86}

ASKING_PACKS: dict[str, Callable[[Row], Request[Any]]] = {
    "packs.set_consent": lambda row: SetConsent(
        board=row.board, consent=PackConsent.LEFT_OUT, dry_run=True
    ),
    "packs.consents": lambda row: ListConsents(board=row.board),
    "packs.old_acts": lambda row: ListOldActs(board=row.board),
    "packs.begin_unpacking": lambda row: BeginUnpacking(
        pack=new_id(), board=new_id(), slug="quinces", size=1, digest="0" * 64, dry_run=True
    ),
    "packs.send_piece": lambda row: SendPiece(pack=new_id(), offset=0, data="", dry_run=True),
    "packs.unpacking": lambda row: GetUnpacking(pack=new_id()),
    "packs.stop_unpacking": lambda row: StopUnpacking(pack=new_id(), dry_run=True),
    "packs.claim_list": lambda row: GetClaimList(board=row.board),
    "packs.read": lambda row: ReadPack(board=row.board),
    "packs.sign": lambda row: SignPack(board=row.board, digest="ab" * 32, lines=9, dry_run=True),
    "packs.claim_challenge": lambda row: GetClaimChallenge(slug="garden"),
    "packs.claim": lambda row: FindClaim(**_PROOF),
    "packs.decide_claim": lambda row: DecideClaim(
        answer=ClaimAnswer.TAKEN, threads=(new_id(),), **_PROOF
    ),
    "packs.redeem_claim": lambda row: RedeemClaim(code=secret("nobody's")),
    "packs.claims": lambda row: GetClaims(),
    "packs.vouch": lambda row: Vouch(
        board=row.board, handle="nobody", host="moot.example", member=row.member
    ),
    "packs.object_to_vouching": lambda row: ObjectToVouching(board=row.board, vouching=new_id()),
    "packs.vouchings": lambda row: ListVouchings(board=row.board),
}
