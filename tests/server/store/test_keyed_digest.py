"""The keyed digest is HMAC-SHA256: what earlier versions stored stays true (decision 0002)."""

import hmac

from hypothesis import given
from hypothesis import strategies as st

from bbs.chain import keyed_digest


@given(key=st.binary(max_size=200), message=st.binary())
def test_it_is_the_library_s_for_every_key_and_message(key: bytes, message: bytes) -> None:
    """Keys longer than a block are hashed first, as RFC 2104 says."""
    assert keyed_digest(key, message) == hmac.digest(key, message, "sha256")
