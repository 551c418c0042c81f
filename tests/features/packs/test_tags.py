"""Authors find their words by their keys, and nobody else learns who wrote what (protocol 29.2)."""

from base64 import urlsafe_b64encode
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from bbs.features.packs.tags import (
    author_hashes,
    author_tags,
    claim_hash,
    claim_tag,
    is_own,
    noise_hash,
)

KEYS = st.binary(min_size=32, max_size=32).map(
    lambda raw: urlsafe_b64encode(raw).rstrip(b"=").decode()
)
IDS = st.uuids(version=4).map(str)
SECRETS = st.binary(min_size=32, max_size=32)


@given(SECRETS, IDS, IDS, st.lists(KEYS, max_size=7, unique=True), KEYS)
def test_a_key_finds_its_own_words_alone(
    secret: bytes, member: str, thread: str, keys: list[str], stranger: str
) -> None:
    """The newest four keys of an author match their tags; older ones and strangers' do not (29.2)."""
    tags = author_tags(author_hashes(secret, member, keys), thread)
    assert [is_own(key, thread, tags) for key in keys] == [
        number < 4 for number in range(len(keys))
    ]
    assert is_own(stranger, thread, tags) == (stranger in keys[:4])


@given(SECRETS, IDS, st.lists(KEYS, max_size=7, unique=True))
def test_an_author_has_always_four_hashes(secret: bytes, member: str, keys: list[str]) -> None:
    """Four different hashes in the order of their text: neither number nor order of keys shows (29.2)."""
    hashes = author_hashes(secret, member, keys)
    assert len(set(hashes)) == 4
    assert list(hashes) == sorted(hashes)
    assert all(len(each) == 64 and set(each) <= set("0123456789abcdef") for each in hashes)


@given(SECRETS, IDS, st.lists(KEYS, min_size=1, max_size=4, unique=True))
def test_noise_is_stable(secret: bytes, member: str, keys: list[str]) -> None:
    """A new key takes the place of one noise hash, and the others stay as they were (29.2)."""
    before, after = (set(author_hashes(secret, member, part)) for part in (keys[1:], keys))
    assert after - before == {claim_hash(keys[0])}
    assert before - after == {noise_hash(secret, member, len(keys) - 1)}
    assert before == set(author_hashes(secret, member, keys[1:]))


@given(
    SECRETS, IDS, st.lists(KEYS, max_size=4, unique=True), st.lists(IDS, min_size=3, unique=True)
)
def test_nobody_links_two_threads(
    secret: bytes, member: str, keys: list[str], threads: list[str]
) -> None:
    """An author's tags of two threads have nothing in common; the list of hashes links them (29.2)."""
    hashes = author_hashes(secret, member, keys)
    tags = {thread: set(author_tags(hashes, thread)) for thread in threads}
    assert not any(tags[one] & tags[other] for one, other in combinations(threads, 2))
    assert all(tags[thread] == {claim_tag(each, thread) for each in hashes} for thread in threads)


@given(SECRETS, SECRETS, IDS, IDS)
def test_noise_is_a_members_and_a_servers_own(
    secret: bytes, other_secret: bytes, member: str, other: str
) -> None:
    """Two members share no noise, nor do two communities: it says nothing about who is who (29.2)."""
    own = set(author_hashes(secret, member, []))
    assert bool(own & set(author_hashes(secret, other, []))) == (member == other)
    assert bool(own & set(author_hashes(other_secret, member, []))) == (secret == other_secret)


def test_the_digest_is_the_one_the_protocol_names() -> None:
    """A key of 32 zeros: SHA-256 of the raw key, HMAC-SHA256 of the thread's id as text (29.2)."""
    claim = claim_hash("A" * 43)
    assert claim == "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925"
    assert claim_tag(claim, "00000000-0000-4000-8000-000000000002") == (
        "9f2f493868a39e1b168747f41dec60633c6da933d2cd53ba379023cf5a68e285"
    )
