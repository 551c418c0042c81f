"""The server refuses every kind of forged claim, and accepts the right claim once (31.2, 31.4)."""

import hashlib
import secrets
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbs.claim_refusals import ClaimFailed
from bbs.features.members.signing import signed_text
from bbs.features.packs.claim_messages import DecideClaim, FindClaim, GetClaimChallenge
from bbs.features.packs.claim_views import ClaimAnswer
from bbs.features.packs.signing import claim_list_text, claim_text, pack_text
from bbs.features.packs.tags import author_hashes, author_tags, claim_hash, claim_tag
from bbs.ids import BoardId, new_id
from bbs.signatures import public_key_of, sign
from bbs_server.features.packs import claim_handlers
from bbs_server.handler_api import Context
from bbs_server.store.api import Tx
from tests.support.claiming import DIGEST, decide, unpack
from tests.support.moot import Line, Moot
from tests.support.people import Person
from tests.support.talk import start

FORGED = 10_000


class Forgery(NamedTuple):
    """A claim that is wrong in one thing."""

    why: str
    key: str
    signature: str


def forge(owner: Person, ctx: Context) -> Iterator[Forgery]:
    """Yield one forgery of every kind, made anew."""
    own, key = owner.key.private_bytes_raw(), owner.public
    other = secrets.token_bytes(32)
    right = {"host": ctx.host, "epoch": ctx.epoch, "nonce": ctx.nonce or "", "digest": DIGEST}
    changed = {
        "host": "evil.example",
        "epoch": new_id(),
        "nonce": secrets.token_urlsafe(24),
        "digest": hashlib.sha256(other).hexdigest(),
    }
    for part, value in changed.items():
        yield Forgery(part, key, sign(own, claim_text(**{**right, part: value})))
    text = claim_text(**right)
    yield Forgery("another key", public_key_of(other), sign(other, text))
    yield Forgery("the key of another", key, sign(other, text))
    host, epoch, nonce = right["host"], right["epoch"], right["nonce"]
    purposes = (
        signed_text(host, epoch, "dora", nonce),
        pack_text(host, epoch, DIGEST, 1),
        claim_list_text(host, epoch, new_id(), 1, DIGEST),
        text + b"\n",
    )
    for purpose in purposes:
        yield Forgery("purpose", key, sign(own, purpose))
    yield Forgery("no signature", key, secrets.token_urlsafe(64)[:86])


@pytest.fixture
async def words(moot: Moot, board: BoardId, ana: Line) -> tuple[Person, str]:
    """An author elsewhere, and the thread with their words."""
    dora = Person("dora")
    begun = await start(ana, board, "herons")
    await unpack(moot, board, {ana.id: [dora]})
    return dora, begun.thread


async def test_ten_thousand_forged_claims(moot: Moot, words: tuple[Person, str]) -> None:
    """Another host, epoch, nonce, pack, key or purpose claims nothing; the right claim works once."""
    dora, thread = words
    dispatcher = moot.running.dispatcher
    line = moot.line()
    await line.ask(GetClaimChallenge(slug="garden"))
    ctx = Context(
        moment=dispatcher.store.time.moment(),
        random_bytes=secrets.token_bytes,
        readers=dispatcher.table.readers,
        epoch=dispatcher.epoch,
        host=line.caller.host,
        nonce=line.caller.nonce,
    )

    def attack(tx: Tx) -> int:
        refused = 0
        while refused < FORGED:
            for forged in forge(dora, ctx):
                command = DecideClaim(
                    slug="garden",
                    key=forged.key,
                    signature=forged.signature,
                    answer=ClaimAnswer.TAKEN,
                    threads=(thread,),
                )
                with pytest.raises(ClaimFailed):
                    claim_handlers.decide_claim(tx, ctx, command)
                refused += 1
        return refused

    assert await moot.read(attack) >= FORGED
    proof = {
        "key": dora.public,
        "signature": sign(
            dora.key.private_bytes_raw(), claim_text(ctx.host, ctx.epoch, ctx.nonce or "", DIGEST)
        ),
    }
    right = DecideClaim(slug="garden", answer=ClaimAnswer.TAKEN, threads=(thread,), **proof)
    assert (await line.ask(right)).threads == (thread,)
    assert isinstance(await line.refused(right), ClaimFailed)
    assert isinstance(await line.refused(FindClaim(slug="garden", **proof)), ClaimFailed)


async def test_words_of_others_are_not_decided_about(
    moot: Moot, words: tuple[Person, str], board: BoardId, ana: Line
) -> None:
    """A right signature decides about no thread in which the key has no words (31.4)."""
    dora, thread = words
    theirs = await start(moot.sysop, board, "bitterns")
    for threads in ([theirs.thread], [thread, theirs.thread], [new_id()]):
        with pytest.raises(ClaimFailed):
            await decide(moot.line(), dora, ClaimAnswer.TAKEN, threads)
    assert await moot.read(lambda tx: tx.fetch_value("SELECT count(*) FROM pack_claims")) == 0


@given(
    st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32), st.uuids(version=4)
)
def test_no_tag_matches_a_strangers_key(own: bytes, other: bytes, thread: object) -> None:
    """Of an author's four tags exactly one fits their key, and none another's (29.2)."""
    mine, theirs = public_key_of(own), public_key_of(other)
    tags = author_tags(author_hashes(b"noise", new_id(), [mine]), str(thread))
    assert claim_tag(claim_hash(mine), str(thread)) in tags
    assert (claim_tag(claim_hash(theirs), str(thread)) in tags) == (own == other)
