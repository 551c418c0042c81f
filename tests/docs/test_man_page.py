"""`man bbs` is made from the commands, says what each of them is, and comes with the wheel."""

import os
import re
import shutil
import subprocess
import tomllib

import pytest
from hatchling.builders.wheel import WheelBuilder

from bbs.cli.main import cli
from tests.cli.reached import leaves
from tests.shape.tree import ROOT

PAGE = ROOT / "docs" / "reference" / "bbs.1"
WIDE = {"MANWIDTH": "80", "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
MAN = "share/man/man1/bbs.1"


def _plain(text: str) -> str:
    return text.replace(r"\-", "-").replace(r"\:", "")


def test_the_manual_names_every_command_and_option() -> None:
    """Each command has a heading of its own; each option that is shown stands below one."""
    text = _plain(PAGE.read_text("ascii"))
    for path, command in leaves(cli):
        assert f'.SS "bbs {path}"' in text, path
        shown = [each for each in command.params if not getattr(each, "hidden", False)]
        for name in {name for each in shown for name in each.opts if name.startswith("--")}:
            assert name in text, (path, name)
    for heading in ("EXIT STATUS", "ENVIRONMENT", "FILES"):
        assert f".SH {heading}\n" in text


def test_no_word_of_a_help_text_is_read_as_a_request_of_roff() -> None:
    """A line begins with a request that the page means, or with text that is shown as it is."""
    meant = re.compile(r'\.(TH|SH|SS|PP|TP|B|nf|fi|ad|nh)\b|\.\\"')
    for line in PAGE.read_text("ascii").splitlines():
        assert meant.match(line) or not line.startswith((".", "'")), line


def test_the_manual_is_shown_without_a_warning() -> None:
    """`man` finds nothing wrong with the page, and shows dashes that can be copied."""
    if shutil.which("man") is None or shutil.which("groff") is None:
        pytest.skip("man is not installed")
    command = ["man", "--warnings", "--encoding=UTF-8", "-l", str(PAGE)]
    done = subprocess.run(command, capture_output=True, check=True, env=WIDE)
    assert done.stderr == b""
    assert b"--dry-run" in done.stdout


def test_the_wheel_brings_the_manual_where_man_looks_for_it() -> None:
    """Beside `bin/bbs` of an environment stands `share/man/man1/bbs.1`."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    targets = settings["tool"]["hatch"]["build"]["targets"]
    assert targets["wheel"]["shared-data"] == {"docs/reference/bbs.1": MAN}
    shared = WheelBuilder(str(ROOT)).config.shared_data
    assert {MAN: str(PAGE)}.items() <= {to: path for path, to in shared.items()}.items()
