"""The log: one line a happening in ASCII or clean text, without words, secrets or controls (P11)."""

import io
import json
import logging
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbs.address import parse_invitation_link
from bbs.refusals import NotFound
from bbs_server.ops.logs import JsonFormatter, TextFormatter, describe, set_up
from tests.server.ops_net.serving import Start, http_get, served
from tests.support.people import Person
from tests.support.raw import raw

SECRET = "the canary sang in the cellar"


def _record(message: str, *args: object, error: BaseException | None = None) -> logging.LogRecord:
    info = None if error is None else (type(error), error, error.__traceback__)
    return logging.LogRecord("bbs.test", logging.ERROR, "here.py", 1, message, args, info)


def _raised(error: Exception) -> Exception:
    """Return `error` with a traceback and a cause whose own words are secret."""
    try:
        try:
            raise KeyError(SECRET)
        except KeyError as cause:
            raise error from cause
    except Exception as caught:
        return caught


@given(st.text())
def test_any_text_becomes_one_ascii_line_of_json(words: str) -> None:
    """Whatever a name or path holds, an entry is one line of printable ASCII (P11)."""
    line = JsonFormatter().format(_record("%s", words))
    assert line.isascii()
    assert line.isprintable()
    assert json.loads(line)["level"] == "error"


@given(st.text())
def test_any_text_becomes_a_line_without_controls(words: str) -> None:
    """Nothing logged moves the cursor of whoever reads the log, or fakes a second entry (P11, P13)."""
    line = TextFormatter().format(_record("%s", words))
    assert "\n" not in line
    assert not [char for char in line if ord(char) < 32 or 127 <= ord(char) < 160]


@pytest.mark.parametrize(
    "error", [ValueError(SECRET), NotFound("post"), OSError(28, SECRET), UnicodeError(SECRET)]
)
def test_an_exception_is_named_and_placed_without_its_words(error: Exception) -> None:
    """An exception may quote what a member wrote; the log says kind and place only (P11)."""
    caught = _raised(error)
    for formatter in (JsonFormatter(), TextFormatter()):
        told = formatter.format(_record("it broke", error=caught))
        assert SECRET not in told
        assert type(error).__name__ in told
        assert "KeyError" in told
        assert "test_logs.py" in told


def test_errors_of_the_machine_keep_their_code() -> None:
    """What a sysop can act on stays: the error code of the system and of the database."""
    assert describe(OSError(28, "x")) == "OSError ENOSPC"
    with (
        closing(sqlite3.connect(":memory:")) as connection,
        pytest.raises(sqlite3.OperationalError) as caught,
    ):
        connection.execute("SELECT 'the canary' FROM")
    assert describe(caught.value) == "OperationalError SQLITE_ERROR"


def test_only_throw_away_data_shows_an_exceptions_words() -> None:
    """A sample community is made up, so whoever works on the code sees everything."""
    told = TextFormatter(words=True).format(_record("it broke", error=_raised(ValueError(SECRET))))
    assert f"ValueError: {SECRET}" in told


def test_a_record_that_cannot_be_formatted_is_not_printed_raw(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A mistake in a log call does not print its arguments (P11)."""
    root = logging.getLogger()
    before = (root.handlers[:], root.level, logging.raiseExceptions)
    stream = io.StringIO()
    try:
        set_up("info", "json", stream=stream)
        logging.getLogger("bbs.test").info("%d", SECRET)
        logging.getLogger("bbs.test").info("well")
    finally:
        root.handlers[:], level, logging.raiseExceptions = before
        root.setLevel(level)
        for quiet in ("websockets", "aiosqlite"):
            logging.getLogger(quiet).setLevel(logging.NOTSET)
    assert SECRET not in stream.getvalue() + capsys.readouterr().err
    assert json.loads(stream.getvalue().splitlines()[-1])["message"] == "well"
    assert sys.stderr is not stream


async def test_a_servers_log_holds_no_secret_and_no_word(tmp_path: Path) -> None:
    """Passwords, tokens, codes, handles' owners' words: none is in the log, at any level (P11)."""
    options = ("--log", "debug", "--log-format", "json")
    person = Person("canary-handle")
    start = Start(tmp_path, options, environment={"BBS_HEALTH_TOKEN": "f00dcafe" * 4})
    async with served(start) as server:
        link = server.ready["invitation"]
        code = parse_invitation_link(link).code
        async with raw(f"bbs://127.0.0.1:{server.port}") as client:
            await client.hello()
            signed = await client.ask(person.sign_up(code))
            assert "result" in signed
            for frame in (f'{{"{SECRET}":1}}', f"{SECRET}\x1b[31m", f'["{SECRET}"]'):
                assert "error" in await client.exchange(frame)
        await http_get(server.port, "/healthz", headers={"Authorization": f"Bearer {SECRET}"})
        await http_get(server.port, f"/{SECRET.replace(' ', '')}\x1b")
        assert await server.end(signal.SIGTERM, 10) == 0
        log = server.log.read_text()
    lines = [json.loads(line) for line in log.splitlines()]
    assert [line["message"] for line in lines if line["logger"] == "bbs.serve"][-1] == "stopping"
    planted = (SECRET, "cellar", code, "f00dcafe", "canary-handle", "\x1b", "127.0.0.1/")
    assert [word for word in planted if word in log] == []
    assert (tmp_path / "data" / "first-invitation").read_text().strip() == link
    assert (tmp_path / "data" / "first-invitation").stat().st_mode & 0o777 == 0o600


async def test_the_first_invitation_goes_with_the_first_sysop(tmp_path: Path) -> None:
    """The file with the invitation is gone at the start after somebody took it (P11)."""
    start = Start(tmp_path, ("--sample", "--log-format", "json"))
    async with served(start) as server:
        async with raw(f"bbs://127.0.0.1:{server.port}") as client:
            await client.hello()
            code = parse_invitation_link(server.ready["invitation"]).code
            assert "result" in await client.ask(Person("ana").sign_up(code))
        await server.end(signal.SIGTERM, 10)
    async with served(start) as server:
        assert server.ready["invitation"] is None
        assert not (tmp_path / "data" / "first-invitation").exists()
