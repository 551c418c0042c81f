"""Signing in with a key: what is signed, by whom it can be checked, and for which host."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbs.errors import Disconnected
from bbs.features.members.messages import (
    GetChallenge,
    Recover,
    Resume,
    SignInKey,
    SignInPassword,
    SignUp,
)
from bbs.features.members.signing import signed_text
from bbs.features.members.views import Challenge
from bbs.ids import new_id
from bbs.messages import Result
from bbs.refusals import SignInFailed
from bbs.sdk import credentials
from bbs.sdk.credentials import (
    make_key,
    new_recovery_code,
    new_secret,
    new_token,
    sign,
)
from bbs.sdk.errors import WrongHost
from bbs.signatures import verify
from bbs.wire.messages import KNOWN_DEVICES, SCRIPT_SESSIONS
from tests.sdk.peer import ME, TOKEN, Peer, meeting, signed_in

PASSWORD = "four or five unrelated words"


def test_the_signed_text_is_exact() -> None:
    """Purpose, host, epoch, handle and nonce, a line each: other programs can sign it (3.4)."""
    text = signed_text("moot.example", "e1", "ana", "n0nce")
    assert text == b"folkmoot sign-in\nmoot.example\ne1\nana\nn0nce\n"


@pytest.mark.parametrize("part", ["a\nb", "a\n", "\nb", "a\rb", "a\u2028b", "\x85"])
def test_no_part_can_pass_for_two(part: str) -> None:
    """A line break in a part is refused, so that no two sign-ins share a text (protocol 3.4)."""
    for place in range(4):
        parts = ["h", "e", "a", "n"]
        parts[place] = part
        with pytest.raises(ValueError, match="line break"):
            signed_text(*parts)


def test_a_signature_is_good_for_its_text_and_key() -> None:
    """Only the key's own signature over exactly this text passes (protocol 3.4)."""
    private, public = make_key()
    text = signed_text("h", "e", "ana", "n")
    named, signature = sign(private, text)
    assert named == public
    assert (len(public), len(signature)) == (43, 86)
    assert verify(public, signature, text)
    assert not verify(public, signature, signed_text("other", "e", "ana", "n"))
    assert not verify(make_key()[1], signature, text)


@given(st.text(max_size=90), st.text(max_size=90), st.binary(max_size=20))
def test_nonsense_is_no_signature(public: str, signature: str, text: bytes) -> None:
    """Whatever is sent as key and signature, checking answers no and raises nothing (P13)."""
    assert not verify(public, signature, text)


def test_a_signature_is_written_one_way_only() -> None:
    """Spare bits, padding and other alphabets are refused: one signature, one spelling."""
    private, public = make_key()
    _, signature = sign(private, b"t")
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    twin = signature[:-1] + last[last.index(signature[-1]) + 1]
    assert not verify(public, twin, b"t")
    assert not verify(public, signature + "==", b"t")


def test_secrets_are_long_and_different() -> None:
    """Tokens and codes are of 256 bits and fit the protocol (protocol 3.7)."""
    assert len({new_secret() for _ in range(100)}) == 100
    assert new_token().startswith("bbs_")
    assert 32 <= len(new_secret()) < len(new_token()) <= 128
    assert len({new_recovery_code() for _ in range(100)}) == 100


async def test_signing_up_gives_credentials() -> None:
    """Signing up returns what the device keeps, and shows none of it when printed (P11)."""
    peer = Peer()
    peer.handlers[SignUp] = signed_in
    async with meeting(peer, token=None) as community:
        kept = await credentials.sign_up(
            community, new_secret(), "ana", "Ana", PASSWORD, "desk", norms_version=2
        )
    request = next(r for r in peer.asked if isinstance(r, SignUp))
    assert (request.norms_version, request.token) == (2, kept.token)
    assert len(set(kept.recovery_codes)) == 8
    assert kept.recovery_codes == request.recovery_codes
    assert kept.key_private is not None
    assert sign(kept.key_private, b"")[0] == request.key
    for secret in (kept.token, *kept.recovery_codes, str(kept.key_private)):
        assert secret not in repr(kept)


async def test_signing_in_by_password_and_recovery_code() -> None:
    """The other ways in give credentials too, each with a fresh token (protocol 3.3, 3.6)."""
    peer = Peer()
    peer.handlers |= {SignInPassword: signed_in, Recover: signed_in}
    async with meeting(peer, token=None) as community:
        first = await credentials.sign_in_password(
            community, "ana", PASSWORD, "desk", with_key=False
        )
        second = await credentials.recover(community, "ana", new_secret(), PASSWORD, "desk")
        assert first.key_private is None
        assert first.token != second.token


@pytest.mark.parametrize("features", [(), (KNOWN_DEVICES,)])
async def test_the_last_token_goes_only_where_it_is_known(features: tuple[str, ...]) -> None:
    """A server of the version before refuses fields it does not know: it gets none (2.10, 3.3)."""
    peer = Peer()
    peer.features = features
    peer.handlers[SignInPassword] = signed_in
    async with meeting(peer, token=None) as community:
        await credentials.sign_in_password(community, "ana", PASSWORD, "desk", last_token=TOKEN)
    request = next(r for r in peer.asked if isinstance(r, SignInPassword))
    assert request.last_token == (TOKEN if features else None)


@pytest.mark.parametrize("features", [(), (SCRIPT_SESSIONS,)])
async def test_a_script_says_so_where_it_is_known(features: tuple[str, ...]) -> None:
    """Resuming and signing in say that nobody is there, to no server that would refuse it (27.2)."""
    peer = Peer()
    peer.features = features
    peer.handlers[SignInPassword] = signed_in
    async with meeting(peer, script=True) as community:
        await credentials.sign_in_password(community, "ana", PASSWORD, "desk")
    said = [each.script for each in peer.asked if isinstance(each, Resume | SignInPassword)]
    assert said == [bool(features)] * 2


def challenged(peer: Peer, host: str = "localhost") -> None:
    peer.handlers[GetChallenge] = lambda _: Challenge(nonce=f"n{len(peer.asked)}", host=host)


async def test_signing_in_with_a_key() -> None:
    """The signature covers this server's host, epoch and nonce, and checks (protocol 3.4)."""
    peer = Peer()
    challenged(peer, "LOCALHOST:7777")
    private, public = make_key()

    def check(request: SignInKey) -> Result | SignInFailed:
        text = signed_text("LOCALHOST:7777", "e1", "ana", f"n{len(peer.asked) - 1}")
        good = request.key == public and verify(request.key, request.signature, text)
        return signed_in() if good else SignInFailed()

    peer.handlers[SignInKey] = check
    async with meeting(peer, token=None) as community:
        kept = await credentials.sign_in_key(community, "ana", private, "desk")
    assert (kept.key_private, kept.member) == (private, ME)


async def test_a_lost_challenge_is_asked_for_again() -> None:
    """A nonce is good on its connection only: after a cut a new one is signed, thrice at most."""
    peer = Peer()
    challenged(peer)
    answers: list[Result | None] = [None, signed_in()]

    def lose_once(_: SignInKey) -> Result | None:
        answer = answers.pop(0) if answers else None
        if answer is None:
            peer.cut()
        return answer

    peer.handlers[SignInKey] = lose_once
    private, _ = make_key()
    async with meeting(peer, token=None) as community:
        await credentials.sign_in_key(community, "ana", private, "desk")
        signatures = {r.signature for r in peer.asked if isinstance(r, SignInKey)}
        assert len(signatures) == 2
        with pytest.raises(Disconnected):
            await credentials.sign_in_key(community, "ana", private, "desk")


@pytest.mark.parametrize("host", ["evil.example", "", "localhost.evil.example", "[::1", "a\nb"])
async def test_nothing_is_signed_for_another_host(host: str) -> None:
    """A server that names another host gets no signature it could pass on (protocol 3.4)."""
    peer = Peer()
    challenged(peer, host)
    async with meeting(peer, token=None) as community:
        with pytest.raises(WrongHost):
            await credentials.sign_in_key(community, "ana", make_key()[0], new_id())
    assert not any(isinstance(request, SignInKey) for request in peer.asked)
