"""Other keys: presets and one's own file, at work and when something is wrong with them."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from bbs.cli.main import cli
from bbs_client import keymap
from bbs_client.actions.table import ACTIONS
from bbs_client.keymap import KeymapError, find, preset, read
from bbs_client.keys import Pane, format_key
from bbs_client.session.session import Session
from bbs_client.settings import load
from tests.client.app.driving import into, screen_text
from tests.client.app.sample import an_app

ENTER_IS_TEXT = keymap.Keymap(
    "own",
    preset("default").keys
    | {"send_line": ("ctrl+x",), "newline": ("enter",), "help": ("question_mark", "f1")},
)


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a reader's own file of keys is looked for."""
    monkeypatch.setenv("BBS_HOME", str(tmp_path / "bbs"))
    path = tmp_path / "bbs" / "config" / keymap.OWN_FILE
    path.parent.mkdir(parents=True)
    return path


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('[keys]\nreplay = ["x"]', "replay: there is no such function; did you mean reply?"),
        ('[keys]\nreply = ["entre"]', "reply: there is no key 'entre'; did you mean enter?"),
        ('[keys]\nreply = ["hyper+x"]', "reply: there is no key 'hyper+x'"),
        ('[keys]\nreply = ["z"]\nedit = "z"', "edit: 'z' is given to reply too"),
        ('[keys]\nreply = ["z"]\nhelp = "z"', "help: 'z' is given to reply too"),
        ('[keys]\nreply = ["o"]', "outbox: has no key left, for 'o' is given to reply; give it"),
        ('[keys]\nsend = ["x"]', "send: 'x' is text while you write"),
        ('[keys]\nreply = ["ctrl+m"]', "reply: terminals cannot tell 'ctrl+m' from 'enter'"),
        ("[keys]\nreply = 3", 'reply: write a list of keys, as in reply = ["x", "ctrl+x"]'),
        ('reply = ["x"]', "reply: stands outside of [keys] in keys.toml; write it below [keys]"),
        ('presets = "vi"', "presets: stands outside of [keys] in keys.toml; did you mean preset?"),
        ('preset = "vim"', "keys: there is no preset 'vim'; did you mean vi?"),
    ],
)
def test_a_bad_file_is_told_by_function_and_key(own: Path, content: str, told: str) -> None:
    """One line names the function, what is wrong, and what was perhaps meant."""
    own.write_text(content, "utf-8")
    with pytest.raises(KeymapError) as refused:
        read(own)
    assert str(refused.value).startswith(told)


def test_ones_own_file_lies_over_a_preset(own: Path) -> None:
    """What the file names is as it says, the rest as in its preset; a key goes to who asked for it."""
    own.write_text(
        'preset = "vi"\n[keys]\nreply = "?"\nhelp = ["f1"]\noutbox = []\nback = "backspace"\n',
        "utf-8",
    )
    found = find(keymap.OWN_FILE)
    assert found.name == keymap.OWN_FILE
    assert found.keys["reply"] == ("question_mark",)
    assert found.keys["outbox"] == ()
    assert found.keys["back"] == ("backspace", "escape")
    assert found.keys["first"] == preset("vi").keys["first"]


@pytest.mark.parametrize("name", keymap.PRESETS)
def test_what_is_printed_can_be_read(own: Path, name: str) -> None:
    """`bbs keys` prints a file that says the same when it is chosen."""
    printed = CliRunner().invoke(cli, ["keys", "--preset", name], standalone_mode=False)
    own.write_text(printed.output, "utf-8")
    assert read(own).keys == preset(name).keys


@given(st.text(max_size=12))
def test_no_key_name_breaks_it(name: str) -> None:
    """Whatever a file calls a key is one, or is refused; what is taken can be shown and typed."""
    try:
        (found,) = keymap._checked("reply", [name])
    except KeymapError:
        return
    assert "," not in found
    assert format_key(found).isprintable()


async def test_chosen_keys_work_at_once_and_are_remembered(own: Path, session: Session) -> None:
    """The dialog changes what keys do, what footer and help show, and the next start."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "f4", "j", "enter")
        assert load().keys == "vi"
        assert "^O go to" in screen_text(app)
        await into(pilot, "j", "enter", "enter", "g")
        assert app.main.pane is Pane.THREAD
        await into(pilot, "i", *"good")
        assert app.main.composer.editor.text == "good"
        await into(pilot, "escape", "ctrl+g")
        assert "were in force" in screen_text(app)
        await into(pilot, "escape", "f4", "home", "enter", "g")
        assert "Go to" in screen_text(app)
    assert load().keys == "default"


async def test_the_composer_follows_its_own_keys(session: Session) -> None:
    """In the lounge Enter can be a new line; what was typed is never taken for a command."""
    app = an_app(session, keymap=ENTER_IS_TEXT)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "3", "enter", *"a?", "enter", "b")
        assert app.main.composer.editor.text == "a?\nb"
        await into(pilot, "ctrl+x")
        assert [item.body for item in session.pending()] == ["a?\nb"]


def test_the_table_says_all_of_it() -> None:
    """JSON holds each function once, with the words of the help page."""
    result = CliRunner().invoke(cli, ["keys", "--defaults", "--jsonl"], standalone_mode=False)
    assert len(result.output.splitlines()) == len(ACTIONS)
