"""Writing on a real terminal: one's own editor, and a client that is killed at any step."""

from pathlib import Path

import pytest

from bbs.features.threads.messages import WritePost
from bbs_client.mirror.drafts import Drafts
from bbs_client.mirror.outbox import Outbox
from tests.client.app.sample import GARDEN, TOMATOES, post_id
from tests.client.pty.terminal import ALTERNATE, Terminal
from tests.client.pty.test_terminal import CHILD

DRAFT = f"post:{GARDEN}:{TOMATOES}:{post_id(TOMATOES, 1)}"
EDITOR = """#!/bin/sh
[ "$(stat -c %a "$1")" = 600 ] || exit 9
printf 'ready\\n' >&2
read what
[ "$what" = fail ] && exit 3
printf '%s' "$what" >> "$1"
"""


def answering(folder: Path, **env: str) -> Terminal:
    """Return a terminal where an answer to the first post is being written."""
    terminal = Terminal(*CHILD, str(folder), env=env)
    try:
        terminal.wait_for("Slow Readers")
        for key in "j\rj\rr":
            terminal.press(key)
        terminal.wait_for("Answer to ben")
    except BaseException:
        terminal.__exit__()
        raise
    return terminal


def test_ones_own_editor_borrows_the_terminal(tmp_path: Path) -> None:
    """^E hands words and terminal over in a private file and takes both back, also from a failure."""
    editor = tmp_path / "editor"
    editor.write_text(EDITOR)
    editor.chmod(0o700)
    with answering(tmp_path / "kept", EDITOR=str(editor)) as terminal:
        terminal.press("first ")
        terminal.wait_for("first ")
        for said, shown in (("second \x1b[2J\n", "first second"), ("fail\n", "ended with 3")):
            # The emulator keeps one screen: the last editor's word stays until it is painted over.
            terminal.wait_gone("ready")
            terminal.press("\x05")
            terminal.wait_for("ready")
            assert not terminal.modes()[ALTERNATE]
            terminal.press(said)
            terminal.wait_for(shown)
            assert terminal.modes()[ALTERNATE]
            assert not list((tmp_path / "kept" / "drafts").glob("*.md*"))
        terminal.press("third")
        terminal.wait_for("[2Jthird")
        terminal.press("\x11")
        terminal.wait_for("Press ^Q again to quit. Kept on this device: 1 draft.")
        terminal.press("\x11")
        assert terminal.wait_end() == 0
        terminal.assert_given_back()


@pytest.mark.parametrize("steps_after_sending", [None, 0, 2])
def test_a_killed_client_keeps_every_word_once(
    tmp_path: Path, steps_after_sending: int | None
) -> None:
    """After `kill -9` what was typed is a draft or in the outbox, never lost and never both (P12)."""
    with answering(tmp_path) as terminal:
        terminal.press("every word")
        terminal.wait_for("every word")
        drafts = Drafts(tmp_path / "drafts")
        while (draft := drafts.load(DRAFT)) is None or draft.text != "every word":
            terminal.read(0.02)
        if steps_after_sending is not None:
            terminal.press("\x13")
            for _ in range(steps_after_sending):
                terminal.read(0.02)
        terminal.process.kill()
        terminal.process.wait()
    outbox = Outbox.open(tmp_path / "outbox.db")
    commands = [item.command for item in outbox.pending()]
    outbox.close()
    drafts.forget_sent({str(command.op) for command in commands if command})
    draft = drafts.load(DRAFT)
    sent = [command.body for command in commands if isinstance(command, WritePost)]
    assert [*sent, *([draft.text] if draft else [])] == ["every word"]
    if steps_after_sending is None:
        with answering(tmp_path) as terminal:
            terminal.wait_for("every word")
