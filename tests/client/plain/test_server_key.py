"""A server that tells another key: the client reads on offline, says what it means, and asks (protocol 32.2)."""

from msgspec.structs import replace

from bbs.profiles import load_profile, save_profile
from tests.cli.house import House
from tests.client.plain.conftest import visit


def test_the_client_asks_before_it_believes_another_key(house: House) -> None:
    """No: it stays offline. Yes: it keeps the key (32.2)."""
    visit("bo", "quit")
    kept = load_profile("bo")
    assert kept.server_key is not None
    strange = replace(kept, server_key="A" * 43)
    save_profile(strange)
    try:
        told = visit(strange, "boards", "try-now", "no", "boards")
        assert "this device knows it by AAAA" in told
        assert "another server answers at this address" in told
        assert load_profile("bo") == strange
        visit(strange, "boards", "try-now", "yes", "quit")
        assert load_profile("bo") == kept
    finally:
        save_profile(kept)
