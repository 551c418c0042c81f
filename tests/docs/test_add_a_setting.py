"""A setting of a board is a field and a column: docs/add-a-feature.md, tried on a copy of the program."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from bbs_server.store.sqlite.open import PROGRAM_SCHEMA

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "add-a-feature.md"
_BLOCKS = re.compile(
    r"^`(?P<path>[\w/.]+)`, [^\n]*\n\n```(?:python|sql)\n(?P<code>.*?)```$",
    re.MULTILINE | re.DOTALL,
)
_END = "\n\n\nSETTINGS = declare("

_SCRIPT = """
import asyncio, sys
from pathlib import Path

from click.testing import CliRunner

from bbs.cli.main import cli
from bbs.features.boards.messages import ConfigureBoard, GetBoard
from bbs.features.moderation.messages import GetLog
from bbs.terminal.act_text import describe_act
from bbs.wire.openrpc import openrpc
from tests.support.moot import open_moot


async def main() -> None:
    async with open_moot(Path(sys.argv[1])) as moot:
        board = await moot.board(moot.sysop, "garden")
        assert (await moot.sysop.ask(GetBoard(board=board))).board.quiet_hours == 0
        shown = await moot.sysop.ask(ConfigureBoard(board=board, quiet_hours=8))
        assert shown.board.quiet_hours == 8
        other = await moot.board(moot.sysop, "kitchen", quiet_hours=1)
        assert (await moot.sysop.ask(GetBoard(board=other))).board.quiet_hours == 1
        (act, *_) = (await moot.sysop.ask(GetLog(board=board))).acts
        print(describe_act(act, {}, lambda _: "garden").partition(": ")[2])


asyncio.run(main())
told = CliRunner().invoke(cli, ["admin", "boards", "configure", "--help"]).output
print(" ".join(told.split("--quiet-hours", 1)[1].split())[:64])
configure = next(each for each in openrpc()["methods"] if each["name"] == "boards.configure")
print(next(each for each in configure["params"] if each["name"] == "quiet_hours")["description"])
"""


def test_a_field_and_a_column_are_all(tmp_path: Path) -> None:
    """With what the page says, and nothing else, a setting is stored, told, logged, typed and described."""
    for folder in ("bbs", "server"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    blocks = {found["path"]: found["code"] for found in _BLOCKS.finditer(PAGE.read_text("utf-8"))}
    field, column = blocks.values()
    declared = tmp_path / "bbs/features/boards/settings.py"
    source = declared.read_text("utf-8")
    assert source.count(_END) == 1
    declared.write_text(source.replace(_END, f"\n{field.rstrip()}{_END}"), "utf-8")
    store = tmp_path / "server/bbs_server/store"
    (store / f"migrations/{PROGRAM_SCHEMA + 1:04}_quiet_hours.sql").write_text(column, "utf-8")
    opening = store / "sqlite/open.py"
    source = opening.read_text("utf-8")
    raised = re.sub(
        r"^PROGRAM_SCHEMA = \d+",
        f"PROGRAM_SCHEMA = {PROGRAM_SCHEMA + 1}",
        source,
        flags=re.MULTILINE,
    )
    assert raised != source
    opening.write_text(raised, "utf-8")
    path = [str(tmp_path), str(tmp_path / "server"), str(ROOT)]
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, str(tmp_path / "data")],
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path), "COLUMNS": "200"},
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    assert done.stdout.splitlines() == [
        "quiet: never, now 8 hours",
        "INTEGER RANGE Hours of a night in which nobody is told; 0: none.",
        "Hours of a night in which nobody is told; 0: none.",
    ]
