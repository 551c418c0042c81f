"""Every command, question and completion against a server whose every word is an attack (P13)."""

import asyncio
import re
import shutil
import stat
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import click
import pytest
from msgspec.structs import replace

from bbs.cli.main import cli
from bbs.features.boards.messages import OpenBoard
from bbs.features.boards.seat_messages import TakeSeat
from bbs.features.norms.messages import Clause
from bbs.features.threads.messages import Say, StartThread, WritePost
from bbs.ids import COMMONS, new_id
from bbs.profiles import save_profile
from tests.cli.terminal import terminal
from tests.client.hostile.proxy import EVIL, MARK, hostile
from tests.faults.foreign_commands import COMMANDS
from tests.faults.server_process import ROOT
from tests.journeys.community import PASSWORD, House, house
from tests.support.foreign import foreign_acts
from tests.support.packs import packed, small_board
from tests.support.programs import python

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]

MORE = (
    ("read",),
    ("read", "commons"),
    ("read", "commons/lounge"),
    ("read", "@rosa"),
    ("who", "@rosa"),
    ("read", "--json"),
    ("read", "commons/1", "--jsonl"),
    ("norms", "garden", "--diff", "1", "1"),
    ("norms", "garden", "--json"),
    ("export", "words"),
    ("seat", "garden", "--leave"),
    ("seat", "garden"),
    ("admin", "members", "reset", "@rosa"),
    ("admin", "close", "--on", "2100-01-01", "--reason", "Enough", "--dry-run"),
)
LAST = ("sign-in", "join", "forget-device")
"""They change which profile is the default one, or end it."""
LOCAL = frozenset(
    {
        "demo",
        "profiles",
        "serve",
        "sysop-invite",
        "backup",
        "restore",
        "doctor",
        "keys",
        "pack check",
    }
) | {"completion", "admin norms templates"}
"""Commands that meet no foreign server; `completion` has a test of its own."""

ANSWERS = b"y\r" * 4 + b"quit\r\x04\x04"


def _commands(group: click.Group, *path: str) -> Iterator[str]:
    """Yield the path of every command there is."""
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        if isinstance(command, click.Group):
            yield from _commands(command, *path, name)
        if not isinstance(command, click.Group) or command.invoke_without_command:
            yield " ".join((*path, name))


@pytest.fixture
async def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    """An honest community with something of everything in it."""
    monkeypatch.setenv("BBS_HOME", str(tmp_path / "home"))
    async with house(tmp_path) as found:
        abel = await found.join("abel")
        rosa = await found.join("rosa")
        thread = new_id()
        board = new_id()
        norm = Clause(text="Be kind.", why="It helps.")
        await abel.call(
            OpenBoard(board=board, slug="garden", title="G", charter="G.", norms=(norm,))
        )
        await rosa.call(TakeSeat(board=board, norms_version=1))
        await abel.call(
            StartThread(board=COMMONS, thread=thread, post=new_id(), title="T", body="Hello.")
        )
        await rosa.call(WritePost(thread=thread, post=new_id(), body="@abel hello"))
        await abel.call(Say(board=COMMONS, line=new_id(), body="A line."))
        # A search finds what was said before.
        await found.running.dispatcher.store.update_index()
        yield found


def _shown(home: Path, folder: Path, words: tuple[str, ...]) -> str:
    """Return what a command writes to its terminal when every question gets a yes."""
    with terminal(home, *words, folder=folder, PYTHONPATH=str(ROOT)) as screen:
        screen.hide_typing()
        screen.press(ANSWERS)
        screen.end()
        return screen.shown


async def test_no_command_lets_a_servers_word_act(home: House, tmp_path: Path) -> None:
    """On a terminal, no command passes a control or invisible character of any field on (P13)."""
    assert set(_commands(cli)) == set(COMMANDS) | LOCAL
    password = tmp_path / "password"
    password.write_text(PASSWORD)
    password.chmod(0o600)
    (tmp_path / "norms.toml").write_text('[[norms]]\ntext = "Be brief."\nwhy = "We read."\n')
    (tmp_path / "plan").write_text('{"plan":1}\n')
    (tmp_path / "pack").write_bytes(packed(small_board()))
    (tmp_path / "mails").write_text("From a@b Thu Jan  1 00:00:00 2026\nFrom: A <a@b>\n\nHi.\n")
    invitation = await _invitation(home)
    async with hostile(home.running.url) as (proxy, url):
        save_profile(replace(home.members["abel"], url=url), default=True)
        given = {"URL": url, "INVITE": f"{url}/#{invitation}"}
        every = [*((*name.split(), *words) for name, words in COMMANDS.items()), *MORE]
        shown: dict[tuple[str, ...], str] = {}
        two_at_once = asyncio.Semaphore(2)

        async def show(words: tuple[str, ...]) -> None:
            line = tuple(given.get(word, word) for word in words)
            async with two_at_once:
                text = await asyncio.to_thread(_shown, tmp_path / "home", tmp_path, line)
            assert not foreign_acts(text), (words, text)
            assert not re.search(r"Traceback|\bNone\b", text), (words, text)
            shown[words] = text

        async with asyncio.TaskGroup() as group:
            for words in every:
                if words[0] not in LAST:
                    group.create_task(show(words))
        for words in every:
            if words[0] in LAST:
                await show(words)
        assert proxy.frames > len(shown)


@pytest.mark.parametrize("word", [word for word in EVIL if MARK in word])
async def test_an_attack_is_shown_as_text(home: House, tmp_path: Path, word: str) -> None:
    """The words of an attack stay readable where a command shows foreign words (P13).

    Every word is the same here: which one a field gets depends on what else is asked at the time.
    """
    async with hostile(home.running.url, words=(word,)) as (_, url):
        save_profile(replace(home.members["abel"], url=url), default=True)
        for words in (("read",), ("search", "hello"), ("admin", "boards", "list")):
            text = await asyncio.to_thread(_shown, tmp_path / "home", tmp_path, words)
            assert MARK in text, (words, text)
            assert not foreign_acts(text), (words, text)


async def _invitation(home: House) -> str:
    from bbs.features.members.messages import Invite
    from bbs.sdk.credentials import new_secret

    code = new_secret()
    await home.voices["abel"].call(Invite(invitation=new_id(), code=code))
    return code


@pytest.mark.parametrize("word", EVIL)
def test_a_question_shows_foreign_words_as_text(tmp_path: Path, word: str) -> None:
    """A question, a prompt and their defaults are cleaned by the gate itself (P13)."""
    code = (
        "import sys; from bbs.terminal import prompts; word = sys.argv[-1];"
        "prompts.confirm(word, yes=False); prompts.ask(word, default=word, option='-x')"
    )
    word = word.replace("\x00", "").encode("utf-8", "replace").decode()
    program = (sys.executable, *python("-c", code))
    with terminal(tmp_path, word, program=program, folder=ROOT) as screen:
        screen.hide_typing()
        screen.press(b"y\r\r")
        assert screen.end() == 0, screen.shown
    assert not foreign_acts(screen.shown)


SHELLS = {
    "bash": (("--norc", "--noprofile", "-i"), "PS1='REA''DY> '", 'eval "$(bbs completion bash)"'),
    "zsh": (
        ("-f", "-i"),
        "PS1='REA''DY> '",
        'autoload -U compinit; compinit -u -D; eval "$(bbs completion zsh)"',
    ),
    "fish": (
        ("--no-config", "-i"),
        "function fish_prompt; echo 'REA''DY> '; end",
        "bbs completion fish | source",
    ),
}
"""For each shell: its options, how it gets a prompt to wait for, and how it learns to complete."""
SHELL_WORDS = ("$(touch pwned)", "x\nplain,;touch pwned;\nplain\n(touch pwned)\n_\n")
A_BOARD, A_MEMBER = "bbs read ", "bbs admin members reset --dry-run "
A_THREAD = "bbs read commons/"


@pytest.mark.parametrize("shell", SHELLS)
async def test_a_shell_executes_no_completed_word(home: House, tmp_path: Path, shell: str) -> None:
    """Completing a board, then a handle, and pressing Enter runs nothing of the server's (P13)."""
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    binary = tmp_path / "bin" / "bbs"
    binary.parent.mkdir()
    command = " ".join((sys.executable, *python("-m", "bbs.cli.main")))
    binary.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {command} "$@"\n')
    binary.chmod(binary.stat().st_mode | stat.S_IXUSR)
    folder = tmp_path / "here"
    folder.mkdir()
    save_profile(home.members["abel"], default=True)
    shown = await asyncio.to_thread(
        _completed, shell, tmp_path, folder, (f"{A_BOARD}comm", f"{A_MEMBER}ros", f"{A_THREAD}1")
    )
    assert "commons" in shown
    assert "@rosa" in shown
    assert "commons/1 " in shown
    for word in SHELL_WORDS:
        async with hostile(home.running.url, words=(word,)) as (proxy, url):
            save_profile(replace(home.members["abel"], url=url), default=True)
            await asyncio.to_thread(
                _completed, shell, tmp_path, folder, (A_BOARD, A_MEMBER, A_THREAD)
            )
            assert proxy.frames
        assert not list(folder.iterdir()), word


def _completed(shell: str, home: Path, folder: Path, beginnings: tuple[str, ...]) -> str:
    """Complete words in a shell, pressing Enter after each; return what its terminal shows."""
    options, prompt, learn = SHELLS[shell]
    path = f"{home / 'bin'}:/usr/local/bin:/usr/bin:/bin"
    with terminal(
        home / "home", *options, program=(shell,), folder=folder, PATH=path, HOME=str(home)
    ) as screen:
        screen.type(prompt)
        screen.expect("READY>")
        screen.type(learn)
        screen.expect("READY>")
        for beginning in beginnings:
            screen.type(f"{beginning}\t")
            screen.expect("READY>")
        screen.type("exit")
        screen.end()
        return screen.shown
