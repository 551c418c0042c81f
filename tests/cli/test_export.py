"""`bbs export`: a member's words leave with them, whole or not at all (P9, P10, P13)."""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bbs_server.manifest import find_sections
from tests.cli.house import House
from tests.support.programs import python


@pytest.fixture
def written(house: House) -> str:
    """Bo answers ana in the garden and says a line; return the thread's address."""
    told = house.ok("ana", "write", "garden", "--title", "Slugs", "-m", "ana's own words")
    address = "/".join(told.strip().split("/")[:2])
    house.ok("bo", "write", f"{address}/1", "-m", "They *eat* everything.\n\nReally.")
    house.ok("bo", "chat", "garden", "-m", "bo's line")
    return address


def _rows(folder: Path, section: str) -> list[Any]:
    text = (folder / "data" / f"{section}.jsonl").read_text()
    return [json.loads(line) for line in text.splitlines()]


def test_a_folder_holds_the_words_for_people_and_for_programs(
    house: House, written: str, tmp_path: Path
) -> None:
    """Markdown for each thread, JSON lines for each section, a page that says what is there (P9)."""
    target = tmp_path / "mine"
    told = house.data("bo", "export", str(target))
    page = (target / "README.md").read_text()
    assert "keeps of @bo" in page
    assert "This is yours now" in page
    assert "`members.password`: a secret" in page
    manifest = json.loads((target / "manifest.json").read_text())
    assert manifest["source"]["handle"] == "bo"
    assert manifest["rows"] == told["rows"]
    assert set(manifest["rows"]) == set(find_sections())
    for section, count in manifest["rows"].items():
        path = target / "data" / f"{section}.jsonl"
        assert (len(_rows(target, section)) if path.exists() else 0) == count
    thread = (target / "boards" / f"{written}.md").read_text()
    assert thread.startswith(f"# Slugs\n\n{written}\n")
    assert "*In answer to @ana #1.*\n\nThey *eat* everything.\n\nReally.\n" in thread
    assert "bo's line" in (target / "boards" / "garden" / "lounge.md").read_text()
    everything = "".join(path.read_text() for path in target.rglob("*") if path.is_file())
    assert "ana's own words" not in everything


def test_only_its_taker_may_read_it(house: House, written: str, tmp_path: Path) -> None:
    """What was taken away lies open to nobody else of the machine (P11)."""
    os.umask(0o022)
    house.ok("bo", "export", str(tmp_path / "mine"))
    house.ok("bo", "export", str(tmp_path / "mine.jsonl"))
    assert stat.S_IMODE((tmp_path / "mine").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "mine.jsonl").stat().st_mode) == 0o600


def test_lines_begin_with_what_they_are_and_end_with_their_counts(
    house: House, written: str, tmp_path: Path
) -> None:
    """A file and a pipe get the same lines, and who reads them sees that they are whole (P9)."""
    target = tmp_path / "mine.jsonl"
    house.ok("bo", "export", str(target))
    for text in (target.read_text(), house.ok("bo", "export", "-"), _json_to_stdout(house)):
        first, *rows, last = map(json.loads, text.splitlines())
        assert first["section"] == "export"
        assert first["row"]["source"]["handle"] == "bo"
        assert last["section"] == "end"
        assert sum(last["row"]["rows"].values()) == len(rows)
        bodies = [each["row"]["post"].get("body") for each in rows if each["section"] == "posts"]
        assert "They *eat* everything.\n\nReally." in bodies


def _json_to_stdout(house: House) -> str:
    return house.ok("bo", "export", "--json", "-")


def test_nothing_is_written_over(house: House, tmp_path: Path) -> None:
    """A folder that holds something, a file, a link: all stay as they are, and the error says so."""
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "note").write_text("mine")
    (tmp_path / "file").write_text("mine")
    (tmp_path / "file.jsonl").write_text("mine")
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "empty")
    for name in ("full", "file", "file.jsonl", "link"):
        refused = house.bbs("export", str(tmp_path / name), "--profile", "bo")
        assert refused.exit_code == 1
        assert "is there already" in refused.output
        assert "name a folder that is empty" in refused.output
    assert (tmp_path / "full" / "note").read_text() == "mine"
    house.ok("bo", "export", str(tmp_path / "empty"))
    assert (tmp_path / "empty" / "README.md").exists()


def test_what_ends_early_leaves_nothing(house: House, tmp_path: Path) -> None:
    """Without the server there is no half an export under any name (P9)."""
    refused = house.bbs("export", str(tmp_path / "mine"), BBS_URL=house.url, BBS_TOKEN="x" * 40)
    assert refused.exit_code == 4
    assert list(tmp_path.iterdir()) == []


def test_a_token_takes_nothing_away(house: House, tmp_path: Path) -> None:
    """A script that found a token cannot carry off what its owner may alone (P2)."""
    token = house.data("bo", "admin", "tokens", "issue", "bot", "--power", "read")["token"]
    refused = house.bbs("export", str(tmp_path / "mine"), BBS_URL=house.url, BBS_TOKEN=token)
    assert refused.exit_code == 1
    assert "a token cannot" in refused.output
    assert list(tmp_path.iterdir()) == []


_STUCK = """
import asyncio, sys
from pathlib import Path
from bbs.export.taking import Source, take_away
from bbs.export.writers import open_writer
from bbs.features.ownership.messages import ListExport
from bbs.features.ownership.views import ExportContents

async def call(request):
    if isinstance(request, ListExport):
        return ExportContents(sections=(), left_out=())
    print("begun", flush=True)
    await asyncio.Event().wait()

with open_writer(Path(sys.argv[1])) as writer:
    asyncio.run(take_away(call, Source(community="c", handle=None), writer, print))
"""


@contextmanager
def _taking(target: Path) -> Iterator["subprocess.Popen[str]"]:
    """Take words away to a place in a process of its own, whose server does not answer."""
    command = [sys.executable, *python("-c", _STUCK), str(target)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "begun\n"
            yield process
        finally:
            process.kill()


def _left(target: Path) -> list[Path]:
    return list(target.parent.glob(f".{target.name}.*.part"))


@pytest.mark.parametrize("name", ["mine", "mine.jsonl"])
def test_what_a_killed_export_left_goes_with_the_next(
    house: House, written: str, tmp_path: Path, name: str
) -> None:
    """After kill -9 a part is left beside its place; the next export there removes it (P10)."""
    target = tmp_path / name
    with _taking(target) as process:
        process.kill()
        process.wait()
    [left] = _left(target)
    house.ok("bo", "export", str(tmp_path / "another"))
    assert _left(target) == [left]
    house.ok("bo", "export", str(target))
    assert _left(target) == []
    assert target.exists()


@pytest.mark.parametrize("name", ["mine", "mine.jsonl"])
def test_what_is_still_being_written_stays(
    house: House, written: str, tmp_path: Path, name: str
) -> None:
    """Two exports to a place at the same time do not remove each other's part (P9)."""
    target = tmp_path / name
    with _taking(target):
        [part] = _left(target)
        house.ok("bo", "export", str(target))
        assert _left(target) == [part]
