"""A server that means ill over a real WebSocket, against the client on a terminal, its lines and the commands (P13)."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from bbs.features.threads.messages import Say, StartThread, WritePost
from bbs.ids import COMMONS, new_id
from bbs.profiles import save_profile
from tests.client.hostile.proxy import JUNK, MARK, TRACES, hostile
from tests.client.pty.terminal import ROOT, Terminal
from tests.journeys.community import House, house

# A walk through every screen takes a dozen seconds: with the long tests.
LONG = pytest.mark.faults
BBS = ("-m", "bbs.cli.main")
KEY_S = 0.1  # Esc and a key that follows at once would be one with Alt
INTO_A_THREAD = ("b", "\r", "\r")
SHOWN_OVER_IT = ("/", "\x10", ":", "g", "o", "S", "w", "u", "x", "a", "i")
WALK = (
    *("0", "b", "l", *INTO_A_THREAD, "n", "v", "n", " "),
    *(key for over in SHOWN_OVER_IT for key in (*INTO_A_THREAD, over, "\x1b")),
)
"""Everywhere words are shown: home, boards, lounge, a thread, and what opens over it."""
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_SEQUENCE = re.compile(
    rb"\x1b(?:\[([<-?]?)[0-9;:]*([ -/]*[@-~])|\]([0-9]+)[^\x07\x1b]*(?:\x07|\x1b\\)|(.))"
)
_CUT = re.compile(rb"\x1b(?:\[[<-?]?[0-9;:]*)?\x18")
"""What the end cut: the client drops what the line has not taken, and then writes CAN."""


@pytest.fixture
async def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    """An honest community with something of everything in it, and a reader."""
    monkeypatch.setenv("BBS_HOME", str(tmp_path / "home"))
    async with house(tmp_path) as found:
        abel = await found.join("abel")
        await found.join("rosa")
        await _talk(abel)
        await found.running.dispatcher.store.update_index()  # a search finds it
        yield found


async def _talk(abel: object) -> None:
    """Let somebody say something in every way there is."""
    call = abel.call  # type: ignore[attr-defined]  # a Community
    for n in range(3):
        thread, post = new_id(), new_id()
        await call(StartThread(board=COMMONS, thread=thread, post=post, title=f"T{n}", body="B"))
        for _ in range(3):
            await call(WritePost(thread=thread, post=new_id(), parent=post, body="@rosa hello"))
    await call(Say(board=COMMONS, line=new_id(), body="A line."))


def shapes(raw: bytes) -> set[bytes]:
    """Return the kinds of control sequences in what was written, without their numbers."""
    raw = _CUT.sub(b"\x18", raw)
    found = {b" ".join(part or b"" for part in parts) for parts in _SEQUENCE.findall(raw)}
    rest = _SEQUENCE.sub(b"", raw).decode("utf-8", "replace")
    return found | {control.encode() for control in CONTROL.findall(rest)}


async def _walked(home: House, url: str) -> bytes:
    """Return what the client writes on a walk through everything, while somebody talks."""
    folder = home.folder / new_id()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BBS_HOME", str(folder))
        save_profile(replace(home.members["rosa"], url=url), default=True)
    with Terminal(*BBS, "connect", env={"BBS_HOME": str(folder), "BBS_TOUR": "taken"}) as terminal:
        await asyncio.to_thread(terminal.wait_for, " posts wait for you")
        for n, key in enumerate(WALK):
            terminal.press(key)
            if n == len(WALK) // 2:
                await _talk(home.voices["abel"])
            await asyncio.to_thread(terminal.read, KEY_S)
        await _still_usable(terminal)
        return bytes(terminal.raw)


async def _still_usable(terminal: Terminal) -> None:
    """Check that a key does what it does, and that the terminal is given back."""
    await asyncio.to_thread(terminal.read, 1.0)
    terminal.press("\x1bOP")
    await asyncio.to_thread(terminal.wait_for, "a post is read once you went on from it")
    terminal.process.send_signal(signal.SIGTERM)
    assert await asyncio.to_thread(terminal.wait_end) == 128 + signal.SIGTERM
    terminal.assert_given_back()


@LONG
async def test_no_word_of_a_server_reaches_the_terminal_as_more_than_text(home: House) -> None:
    """Every field of every result and event is an attack; the terminal gets what it gets from anybody (P13)."""
    honest = shapes(await _walked(home, home.running.url))
    async with hostile(home.running.url) as (proxy, url):
        raw = await _walked(home, url)
        assert proxy.frames > 20
    assert shapes(raw) <= honest
    assert not re.search(rb"\x1b[^\x1b]{0,3}" + MARK.encode(), raw)
    assert MARK.encode() in raw, "the attacks were on the screen, as text"
    assert b"Traceback" not in raw


@LONG
async def test_what_is_no_message_costs_a_connection_and_no_more(home: House) -> None:
    """Malformed and oversize frames end a connection; the client comes back and keys work (P13)."""
    async with hostile(home.running.url, JUNK) as (proxy, url):
        raw = await _walked(home, url)
        assert len(proxy.junk) < len(JUNK)
    assert not re.search(rb"\x1b[^\x1b]{0,3}" + MARK.encode(), raw)
    assert b"Traceback" not in raw


@pytest.mark.parametrize("typed", ["bbs read ", "bbs follow @", "bbs admin members reset "])
async def test_a_shell_is_offered_no_word_of_a_server(home: House, typed: str) -> None:
    """What is no slug or handle is not completed; neither is its title, in zsh's lines (P13)."""
    async with hostile(home.running.url) as (proxy, url):
        save_profile(replace(home.members["rosa"], url=url), default=True)
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *BBS,
            cwd=ROOT,
            env={
                **os.environ,
                **{"_BBS_COMPLETE": "zsh_complete", "COMP_WORDS": typed},
                "COMP_CWORD": str(len(typed.split()) - typed.endswith("@")),
            },
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        offered, _ = await process.communicate()
        assert proxy.frames
    assert offered == b"\n"


@pytest.mark.parametrize(
    "words",
    [
        ("connect", "--plain"),
        ("read", "commons"),
        ("read", "commons/1"),
        ("search", "hello"),
        ("whoami",),
    ],
)
async def test_lines_are_plain_text(home: House, tmp_path: Path, words: tuple[str, ...]) -> None:
    """Plain mode and the commands print text, whoever serves it, and end without a traceback (P13)."""
    script = (
        "boards\nnext\nnext\nmembers\nnorms\nmentions\nsearch hello\nthreads\nlounge\nwho\nquit\n"
    )
    await home.running.dispatcher.store.update_index()  # a search finds what was said before
    async with hostile(home.running.url) as (_, url):
        save_profile(replace(home.members["rosa"], url=url), default=True)
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *BBS,
            *words,
            cwd=ROOT,
            env={**os.environ, "BBS_HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT)},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        out, _ = await process.communicate(script.encode())
    told = out.decode()
    assert not CONTROL.search(told)
    assert "Traceback" not in told
    assert any(trace in told for trace in TRACES) or process.returncode
