"""The pages say what the code does: no drift, no dead link, no clause or command that is not there."""

import pkgutil
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from bbs.cli.main import cli
from tests.shape.tree import ROOT, python_files, where

PAGES = sorted([*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")])
WRITTEN = [page for page in PAGES if page.parent.name != "reference"]

_CITED = re.compile(
    r"\bprotocol (?:clauses? )?((?:\d+(?:\.\d+)?(?:, | and | to )?)+)", re.IGNORECASE
)
_NAMED = re.compile(r"`((?!bbs\.v1)bbs(?:_server|_client)?(?:\.\w+)+)`")
_LINK = re.compile(r"\[[^\]]*\]\((?!https?:)([^)\s]+)\)")
_COMMAND = re.compile(r"(?:^|[|(] ?|\.venv/bin/)(bbs .*)$")
_SHELL = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def clauses() -> set[str]:
    """Return the numbers of all sections and clauses of docs/protocol.md."""
    text = (ROOT / "docs" / "protocol.md").read_text("utf-8")
    sections = re.findall(r"^## (\d+)\. ", text, re.MULTILINE)
    return {*sections, *re.findall(r"^\*\*(\d+\.\d+)\*\* ", text, re.MULTILINE)}


def anchors(page: Path) -> set[str]:
    """Return the fragments a page can be linked at."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()).strip() for heading in headings)
    return {heading.replace(" ", "-") for heading in plain}


def test_the_reference_has_not_drifted() -> None:
    """What `make reference` would write is what is there."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "generate.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_named_thing_exists() -> None:
    """A page or docstring that names `bbs.x.y` names something that is there."""
    gone = []
    for path in (*python_files("bbs", "server", "client"), *WRITTEN):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            for name in _NAMED.findall(line):
                try:
                    pkgutil.resolve_name(name)
                except (ImportError, AttributeError):
                    gone.append(f"{path.relative_to(ROOT)}:{number}: {name}")
    assert not gone


def test_every_cited_clause_exists() -> None:
    """Whoever cites protocol 6.3 is citing something."""
    known = clauses()
    missing = []
    for path in (*python_files(), *WRITTEN):
        if path == Path(__file__).resolve():
            continue
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            cited = {
                clause
                for found in _CITED.finditer(line)
                for clause in re.findall(r"\d+(?:\.\d+)?", found[1])
            }
            missing += [f"{where(path)}:{number}: {clause}" for clause in sorted(cited - known)]
    assert not missing


def test_clauses_are_numbered_in_order() -> None:
    """Within a section clauses count from 1, without a gap or a number given twice."""
    text = (ROOT / "docs" / "protocol.md").read_text("utf-8")
    found = re.findall(r"^\*\*(\d+)\.(\d+)\*\* ", text, re.MULTILINE)
    counted: dict[str, list[int]] = {}
    for section, number in found:
        counted.setdefault(section, []).append(int(number))
    assert [int(section) for section in counted] == list(range(1, len(counted) + 1))
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in counted.values())


@pytest.mark.parametrize("page", PAGES, ids=where)
def test_links_lead_somewhere(page: Path) -> None:
    """Every link to another page or heading of the repository finds it."""
    dead = []
    for target in _LINK.findall(page.read_text("utf-8")):
        path, _, fragment = target.partition("#")
        linked = (page.parent / path).resolve() if path else page
        page_there = linked.suffix == ".md" and linked.exists()
        if not linked.exists() or (fragment and page_there and fragment not in anchors(linked)):
            dead.append(target)
    assert not dead


def shell_lines() -> list[tuple[str, str]]:
    """Return every `bbs …` line of the written pages' shell blocks, with its page.

    Whole scripts are left out: tests/docs runs those as they are printed.
    """
    found: list[tuple[str, str]] = []
    for page in WRITTEN:
        for block in _SHELL.findall(page.read_text("utf-8")):
            if block.startswith("#!"):
                continue
            lines = block.replace("\\\n", " ").splitlines()
            matches = (_COMMAND.search(line.strip()) for line in lines)
            found += [
                (where(page), match[1].partition(" | ")[0].rstrip(")"))
                for match in matches
                if match
            ]
    return found


@pytest.mark.parametrize(("page", "line"), shell_lines())
def test_printed_commands_are_understood(page: str, line: str) -> None:
    """Every `bbs` command on a page is one, with options and arguments it takes."""
    given, *_ = line.partition(" > ")  # the file behind it is the shell's
    words = [word for word in shlex.split(given, comments=True)[1:] if word not in ("<", ">")]
    command: click.Command = cli
    context = click.Context(cli, info_name="bbs")
    while isinstance(command, click.Group) and words:
        name = words.pop(0)
        found = command.get_command(context, name)
        assert found is not None, f"{page}: {line}"
        command, context = found, click.Context(found, info_name=name, parent=context)
    parser = command.make_parser(context)
    _, left, _ = parser.parse_args(list(words))
    assert not left, f"{page}: {line}"


def test_the_promises_are_told() -> None:
    """README names P1 to P14, and no file cites a promise there is not."""
    told = set(re.findall(r"^\| (P\d+) \|", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE))
    assert told == {f"P{number}" for number in range(1, 15)}
    cited = {
        promise
        for path in python_files("bbs", "server", "client", "tests")
        for promise in re.findall(r"\bP(?:[1-9]|1\d)\b(?=[,) ])", path.read_text("utf-8"))
    }
    assert cited <= told


def test_decisions_are_listed() -> None:
    """Every decision stands in the list of decisions, numbered without a gap."""
    folder = ROOT / "docs" / "decisions"
    names = sorted(path.name for path in folder.glob("0*.md"))
    listed = re.findall(r"\((0\d{3}-[\w-]+\.md)\)", (folder / "README.md").read_text("utf-8"))
    assert names == listed
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))
