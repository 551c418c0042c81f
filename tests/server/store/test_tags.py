"""Tags: each names one event of one history, and nobody else can make one (protocol 6.7)."""

import secrets

from hypothesis import given
from hypothesis import strategies as st

from bbs.chain import NO_DIGEST
from bbs_server.store import tags

KEY = bytes(range(tags.KEY_BYTES))
STREAM = "board:00000000-0000-4000-8000-000000000001"
OTHER = "board:00000000-0000-4000-8000-000000000002"
DIGESTS = st.binary(min_size=32, max_size=32)
SEQS = st.integers(0, 2**53 - 1)


@given(seq=SEQS, digest=DIGESTS)
def test_a_tag_is_known_again_by_what_it_shows(seq: int, digest: bytes) -> None:
    """Whoever has the key learns from a tag how the digest of its event begins (6.7)."""
    tag = tags.maker(KEY, STREAM)(seq, digest)
    assert tags.claimed(KEY, STREAM, seq, tag) == tags.shown(digest) == digest[:3]
    assert len(tag) == 16
    assert tag.isascii()


@given(seq=SEQS, digest=DIGESTS, other=SEQS)
def test_a_tag_of_another_place_or_community_is_none(seq: int, digest: bytes, other: int) -> None:
    """For another stream, another seq or under another key a tag is as if made up (6.7)."""
    tag = tags.maker(KEY, STREAM)(seq, digest)
    assert tags.claimed(KEY, OTHER, seq, tag) is None
    assert tags.claimed(bytes(tags.KEY_BYTES), STREAM, seq, tag) is None
    if other != seq:
        assert tags.claimed(KEY, STREAM, other, tag) is None


@given(seq=SEQS, tag=st.text(max_size=32) | st.binary(max_size=12).map(bytes.hex))
def test_what_somebody_made_up_is_no_tag(seq: int, tag: str) -> None:
    """Any text may come in place of a tag; it is none, and nothing breaks (6.7, P13)."""
    assert tags.claimed(KEY, STREAM, seq, tag) is None


def test_a_tag_that_shows_another_digest_is_no_tag() -> None:
    """What a tag shows is signed: changing it takes the key (6.7)."""
    tag = tags.maker(KEY, STREAM)(7, b"\1" * 32)
    other = tags.maker(KEY, STREAM)(7, b"\2" * 32)
    assert tags.claimed(KEY, STREAM, 7, other[:6] + tag[6:]) is None


def test_the_beginning_of_a_stream_has_a_tag_too() -> None:
    """A cursor at 0 names a history as well: the one that begins there (6.7)."""
    tag = tags.maker(KEY, STREAM)(0, NO_DIGEST)
    assert tags.claimed(KEY, STREAM, 0, tag) == b""


def test_tags_cannot_be_guessed() -> None:
    """Ten thousand guesses find none: 40 bits of a tag are signature (6.7)."""
    guesses = (tags.maker(secrets.token_bytes(32), STREAM)(7, b"\1" * 32) for _ in range(10_000))
    assert all(tags.claimed(KEY, STREAM, 7, guess) is None for guess in guesses)
