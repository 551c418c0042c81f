"""Taking one's words away: how long it takes, how much memory, and whether all of it comes (P9)."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest

from bbs.profiles import Profile, save_profile
from tests.bench.measure import Table, interleaved
from tests.bench.opened import opened
from tests.bench.pinned import cpu_s
from tests.bench.stocked import house
from tests.faults.server_process import ROOT, ServerProcess

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]

POSTS = 5_000
TIMES = 5
MIB_MAX = 100
SECONDS_MAX = 5.0
_PROGRAM = (
    "import resource, sys\n"
    "from bbs.cli.main import cli\n"
    "cli.main(sys.argv[1:], prog_name='bbs', standalone_mode=False)\n"
    "used = resource.getrusage(resource.RUSAGE_SELF)\n"
    "print(used.ru_maxrss, used.ru_utime + used.ru_stime, file=sys.stderr)"
)


class Used(NamedTuple):
    """What a command line took.

    Attributes:
        took_s: Seconds from its start to its end.
        cpu_s: Seconds of its own processor time.
        mib: The most memory it held.
    """

    took_s: float
    cpu_s: float
    mib: float


def _bbs(home: Path, *words: str) -> Used:
    """Run a command line to its end."""
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, *words, "--quiet"],
        cwd=ROOT,
        env={**os.environ, "BBS_HOME": str(home)},
        capture_output=True,
        text=True,
        check=True,
    )
    kib, own_s = done.stderr.split()[-2:]
    return Used(time.perf_counter() - began, float(own_s), int(kib) / 1_024)


def _server_mib(server: ServerProcess) -> float:
    """Return the most memory a server has held, in MiB."""
    status = Path(f"/proc/{server.pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1_024


async def test_export_of_5_000_posts(
    tmp_path: Path, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All posts of the tables are in the folder; it takes no 5 s, and no 100 MiB on either side.

    The 5 s are processor time of both sides: how long one waits depends on who else works there.
    """
    found = house(POSTS)
    monkeypatch.setenv("BBS_HOME", str(tmp_path))
    used: list[Used] = []
    busy: list[float] = []
    folders: list[Path] = []
    bare: list[Used] = []

    async def export_s() -> float:
        folders.append(tmp_path / f"export-{len(folders)}")
        began_s = cpu_s(server.pid)
        used.append(_bbs(tmp_path, "export", str(folders[-1])))
        busy.append(used[-1].cpu_s + cpu_s(server.pid) - began_s)
        return used[-1].took_s

    async def bare_s() -> float:
        bare.append(_bbs(tmp_path, "account"))
        return bare[-1].took_s

    async with opened(found) as (server, _):
        person = found.person
        profile = Profile(
            name="bench",
            url=server.url,
            handle=person.handle,
            member=person.id,
            session="",
            token=person.token,
            key_private=None,
            host="",
            pin=None,
        )
        save_profile(profile, default=True)
        before = _server_mib(server)
        samples = await interleaved(partial(export_s), bare_s, TIMES)
        after = _server_mib(server)
    table.add(f"bbs export of {POSTS:,} posts", "s", *samples, "bbs account")
    table.add("its processor, both sides", "s", busy, [each.cpu_s for each in bare], "bbs account")
    table.add(
        "its memory",
        "MiB",
        [each.mib for each in used],
        [each.mib for each in bare],
        "bbs account",
    )
    table.add("the server's memory after it", "MiB", [after], [before], "before it")
    _is_whole(found.folder, folders[-1])
    assert min(busy) < SECONDS_MAX
    assert max(each.mib for each in used) < MIB_MAX
    assert after < MIB_MAX


def _is_whole(data: Path, folder: Path) -> None:
    """Compare the posts of a folder with the tables."""
    database = next(data.rglob("folkmoot.db"))
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as tables:
        rows = tables.execute(
            "SELECT p.id, t.body FROM posts p JOIN texts t ON t.id = p.body_text ORDER BY p.n"
        )
        stored = dict(rows.fetchall())
    lines = (folder / "data" / "posts.jsonl").read_text().splitlines()
    posts = [json.loads(line)["post"] for line in lines]
    assert {post["id"]: post["body"] for post in posts} == stored
    assert len(posts) == len(stored) == POSTS
