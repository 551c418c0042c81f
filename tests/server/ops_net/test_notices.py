"""The sysop's notices: a message of the day and planned maintenance, told to whoever is there."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbs.settings import SettingsError
from bbs.wire.messages import Hello, SysopNotices
from bbs_server.settings import ServerSettings, load
from tests.server.ops_net.serving import serving
from tests.support.moot import open_moot
from tests.support.raw import raw

AT = "2030-03-01T20:00:00+01:00"


async def test_hello_tells_the_notices(tmp_path: Path) -> None:
    """Whoever connects learns the message of the day and when the server stops (protocol 3.1)."""
    async with serving(tmp_path, motd="Fresh bread.", maintenance=AT) as running:
        async with raw(running.url) as client:
            welcome = (await client.hello())["result"]
        assert welcome["motd"] == "Fresh bread."
        assert welcome["maintenance_at"] == AT
    async with serving(tmp_path) as running, raw(running.url) as client:
        welcome = (await client.hello())["result"]
        assert "motd" not in welcome
        assert "maintenance_at" not in welcome


async def test_hello_brings_the_banner(tmp_path: Path) -> None:
    """The sysop's art comes as it was written; a file that is no banner ends the start (P13)."""
    art = tmp_path / "art"
    art.write_text("\x1b[1;36m*\x1b[m Moot\n", "utf-8")
    async with serving(tmp_path / "house", banner=str(art)) as running, raw(running.url) as client:
        welcome = (await client.hello())["result"]
    assert welcome["banner"] == "\x1b[1;36m*\x1b[m Moot\n"
    for content, told in ((b"\x1b[2J", "line 1"), (b"\xff", "utf-8"), (None, "No such file")):
        art.unlink(missing_ok=True)
        if content is not None:
            art.write_bytes(content)
        with pytest.raises(SettingsError, match=told):
            load(None, {"banner": str(art)}, {})


async def test_a_reload_tells_whoever_is_connected_once(tmp_path: Path) -> None:
    """Who is there when maintenance is planned learns it without reconnecting; unchanged is silent."""
    async with open_moot(tmp_path) as moot:
        line = await moot.join("ana")
        planned = ServerSettings(maintenance=AT)
        moot.running.reload(planned)
        moot.running.reload(planned)
        await line.settle()
        told = [frame for frame in line.ephemerals if frame.kind == SysopNotices.kind]
        assert [frame.data for frame in told] == [{"maintenance_at": AT}]
        welcome = await moot.line().ask(Hello(versions=("bbs.v1",)))
        assert welcome.maintenance_at == datetime(2030, 3, 1, 19, tzinfo=UTC)


@pytest.mark.parametrize("moment", ["tomorrow", "2030-03-01T20:00:00", "2030-03-01", "20:00Z"])
def test_a_moment_without_a_zone_is_refused(moment: str) -> None:
    """People everywhere read it; a time without a zone is a different one for each."""
    with pytest.raises(SettingsError, match="maintenance"):
        load(None, {"maintenance": moment}, {})


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_moment_out_of_the_calendar_is_refused(moment: str) -> None:
    """No client could apply its reader's zone to it (protocol 2.4)."""
    with pytest.raises(SettingsError, match="between 0001-01-02 and 9999-12-30"):
        load(None, {"maintenance": moment}, {})


def test_a_moment_of_toml_is_taken_as_it_is(tmp_path: Path) -> None:
    """TOML has moments of its own; quotes are not needed."""
    file = tmp_path / "bbs.toml"
    file.write_text(f"maintenance = {AT}\n")
    assert load(file, {}, {}).maintenance == AT


@given(st.text(alphabet=st.characters(categories=["Cc", "Cf", "Co", "Zl", "Zp"]), min_size=1))
def test_a_motd_is_only_text(words: str) -> None:
    """Nothing a server says moves a cursor or hides in a line (P13)."""
    with pytest.raises(SettingsError, match="motd"):
        load(None, {"motd": f"hello{words}there"}, {})


def test_a_token_that_can_be_guessed_is_refused() -> None:
    """The token for the pages is drawn, not thought up."""
    for token in ("secret", "x" * 31, "spaces are not hex digits, are they"):
        with pytest.raises(SettingsError, match="health_token"):
            load(None, {"health_token": token}, {})
