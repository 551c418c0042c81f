"""The ten-line bot of docs/bots.md and README, run exactly as it is printed."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

import bbs
from bbs.address import parse_invitation_link
from bbs.features.members.messages import IssueToken
from bbs.features.members.views import MemberAuthor
from bbs.features.norms.messages import GetCommonsNorms
from bbs.features.threads.messages import LineSaid, Say, StartThread
from bbs.ids import COMMONS, new_id
from bbs.powers import TOKEN_POWERS, Power
from bbs.sdk import credentials
from bbs.sdk.community import Community
from bbs.sdk.updates import EventHappened
from bbs_server.app import RunningServer, run_server
from bbs_server.settings import ServerSettings

ROOT = Path(__file__).parents[2]
_PYTHON = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ANSWER_SECONDS = 0.5


def printed_bot(page: str, doing: str = "bbs.connect") -> str:
    """Return the bot as a page prints it, or another program by what it does."""
    blocks: list[str] = _PYTHON.findall((ROOT / page).read_text("utf-8"))
    return next(code for code in blocks if doing in code)


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[RunningServer]:
    """A community of its own, on loopback."""
    settings = ServerSettings(data=str(tmp_path / "data"), listen="127.0.0.1:0", sample=True)
    async with run_server(settings) as running:
        yield running


@asynccontextmanager
async def member(server: RunningServer) -> AsyncIterator[Community]:
    """Be the community's first member."""
    assert server.invitation is not None
    async with bbs.connect(server.url) as community:
        norms = await community.call(GetCommonsNorms())
        await credentials.sign_up(
            community,
            parse_invitation_link(server.invitation).code,
            handle="ana",
            name="Ana",
            password="four rather unrelated words",
            device="laptop",
            norms_version=norms.version,
            with_key=False,
        )
        yield community


@asynccontextmanager
async def running_bot(
    file: Path, url: str, token: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a bot in a process of its own for the length of a block."""
    environment = {**os.environ, "BBS_URL": url, "BBS_TOKEN": token}
    process = await asyncio.create_subprocess_exec(sys.executable, str(file), env=environment)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def answered(community: Community) -> LineSaid:
    """Say hello until the bot, which may still be starting, says it back."""
    lounge = f"lounge:{COMMONS}"
    await community.listen({lounge: -1})
    while True:
        await community.call(Say(board=COMMONS, line=new_id(), body="!hello"))
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                async for happened in community.events():
                    event = happened.event if isinstance(happened, EventHappened) else None
                    if isinstance(event, LineSaid) and event.line.body == "Hello!":
                        return event
        except TimeoutError:
            continue


def test_the_bot_is_the_same_on_both_pages() -> None:
    """README prints the bot that docs/bots.md explains, and it has ten lines."""
    bot = printed_bot("docs/bots.md")
    assert bot == printed_bot("README.md")
    assert len([line for line in bot.splitlines() if line.strip()]) == 10


def test_the_page_lists_what_tokens_can_have() -> None:
    """Each power that a token can have stands on the page with what a script may do with it (P8)."""
    page = (ROOT / "docs/bots.md").read_text("utf-8")
    section = page.partition("## What a token may do")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == TOKEN_POWERS


async def test_the_bot_answers(server: RunningServer, tmp_path: Path) -> None:
    """Run as printed, with a token of reading and writing, it answers in its owner's name."""
    file = tmp_path / "greeter.py"
    file.write_text(printed_bot("docs/bots.md"), "utf-8")
    async with member(server) as community:
        token = credentials.new_token()
        issue = IssueToken(
            session=new_id(), token=token, label="greeter", powers=(Power.READ, Power.WRITE)
        )
        await community.call(issue)
        async with running_bot(file, server.url, token) as process:
            async with asyncio.timeout(30):
                said = await answered(community)
            assert process.returncode is None
            me = community.me
            assert me is not None
            assert said.line.author == MemberAuthor(id=me.member.id)


@asynccontextmanager
async def running_script(
    file: Path, environment: dict[str, str]
) -> AsyncIterator[asyncio.StreamReader]:
    """Run a script, and the commands it starts, for the length of a block; give what it prints."""
    script = await asyncio.create_subprocess_exec(
        *(sys.executable, str(file)),
        cwd=file.parent,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        process_group=0,
    )
    assert script.stdout is not None
    try:
        async with asyncio.timeout(30):
            yield script.stdout
    finally:
        os.killpg(script.pid, signal.SIGTERM)
        await script.wait()


async def line_of_a_thread(community: Community) -> bytes:
    """Start a thread, and return the line that tells of it."""
    start = {"thread": new_id(), "post": new_id(), "title": "T", "body": "B"}
    number = (await community.call(StartThread(board=COMMONS, **start))).thread.number
    return f"commons/{number}/1 @ana\n".encode()


async def hears(lines: asyncio.StreamReader, wanted: bytes) -> list[bytes]:
    """Return what a script prints until it prints this."""
    heard = [await lines.readline()]
    while heard[-1] != wanted:
        assert heard[-1], heard
        heard.append(await lines.readline())
    return heard


async def listens(community: Community, lines: asyncio.StreamReader) -> None:
    """Start threads until a script, which may still be starting, tells of the last."""
    while True:
        wanted = await line_of_a_thread(community)
        with suppress(TimeoutError):
            async with asyncio.timeout(ANSWER_SECONDS):
                await hears(lines, wanted)
                return


async def test_the_script_hears_and_goes_on(server: RunningServer, tmp_path: Path) -> None:
    """Run as printed, a moderator's script goes on after what it kept, and misses nothing (P12)."""
    file = tmp_path / "watch.py"
    file.write_text(printed_bot("docs/bots.md", doing='"admin", "events"'), "utf-8")
    bin_folder = Path(sys.executable).parent
    async with member(server) as community:
        token = credentials.new_token()
        powers = (Power.READ, Power.HEAR)
        await community.call(
            IssueToken(session=new_id(), token=token, label="watch", powers=powers)
        )
        environment = {
            **os.environ,
            **{"BBS_URL": server.url, "BBS_TOKEN": token, "BBS_HOME": str(tmp_path)},
            "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}",
        }
        async with running_script(file, environment) as lines:
            await listens(community, lines)
            last = await line_of_a_thread(community)
            await hears(lines, last)  # so the cursor after the one before is written
        missed = await line_of_a_thread(community)
        async with running_script(file, environment) as lines:
            assert await hears(lines, missed) in ([missed], [last, missed])
