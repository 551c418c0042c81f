"""The server's key on the command line: kept in the profile, and refused where it is another (protocol 32.2)."""

import pytest
from msgspec.structs import replace

from bbs.profiles import load_profile, save_profile
from tests.cli.house import House


def test_a_profile_keeps_the_key_and_the_command_line_refuses_another(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key that nobody signed is refused with the option that accepts it, which keeps it (32.2)."""
    monkeypatch.setenv("BBS_HOME", str(house.home))
    house.ok("ana", "who")
    kept = load_profile("ana")
    assert kept.server_key is not None
    try:
        save_profile(replace(kept, server_key="A" * 43))
        refused = house.bbs("who", "--profile", "ana")
        assert refused.exit_code == 1
        assert "this device knows it by AAAA AAAA AAAA" in refused.stderr
        assert "--accept-key" in refused.stderr
        house.ok("ana", "who", "--accept-key")
        house.ok("ana", "who")
        assert load_profile("ana") == kept
    finally:
        save_profile(kept)
