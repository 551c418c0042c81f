"""Houses with up to a million posts: written straight into the tables, and kept between runs.

Through the protocol a million posts would take an hour. What is written here is what the server
would have written, row for row: texts under their salts, events with their chain, the search index.
"""

import asyncio
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from bbs.features.boards.messages import OpenBoard
from bbs.features.norms.messages import Clause
from bbs.ids import COMMONS, BoardId, ThreadId, new_id
from tests.bench.stocking import Stocking
from tests.faults.people import Person, line, move_in
from tests.faults.server_process import ROOT, ServerProcess

POSTS = int(os.environ.get("BBS_BENCH_POSTS", "1000000"))
FEW_POSTS = 10_000
KEPT_DAYS = 7  # sessions outlive it
NOTE = "house.json"


@dataclass(frozen=True)
class House:
    """A data folder with many posts in it; no server runs on it.

    Attributes:
        person: The sysop, who wrote everything.
        board: A board of its own, with the oldest twentieth of the posts.
        threads: Of the commons: one of 1,000 posts, one with a tenth, one with the rest.
        sizes: How many posts each of these has.
    """

    folder: Path
    person: Person
    board: BoardId
    threads: tuple[ThreadId, ...]
    sizes: tuple[int, ...]


def sizes_of(posts: int) -> tuple[int, ...]:
    """Return how many posts each thread of a house gets, the garden's first."""
    garden, tenth = posts // 20, posts // 10
    return garden, 1_000, tenth, posts - garden - 1_000 - tenth


def _key() -> str:
    """Return what a kept house depends on: the schema, and how it was filled."""
    found = hashlib.sha256()
    migrations = resources.files("bbs_server.store") / "migrations"
    for file in sorted(migrations.iterdir(), key=lambda file: file.name):
        found.update(file.read_bytes())
    for name in ("stocked.py", "stocking.py"):
        found.update(Path(__file__).with_name(name).read_bytes())
    for name in ("partitions.py", "index_care.py"):
        found.update((ROOT / "server/bbs_server/store/sqlite" / name).read_bytes())
    return found.hexdigest()[:12]


def house(posts: int) -> House:
    """Return a house with so many posts: a kept one, or a new one (a million take two minutes).

    The folder is below the system's folder for temporary files; what older schemas left there goes.
    """
    top = Path(tempfile.gettempdir()) / f"folkmoot-bench-{os.getuid()}"
    here = top / _key()
    for other in top.glob("*") if top.exists() else ():
        if other != here or time.time() - here.stat().st_mtime > KEPT_DAYS * 86_400:
            shutil.rmtree(other)
    folder = here / str(posts)
    if not (folder / NOTE).exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700, parents=True)
        # A process of its own: its memory and its caches are not this one's.
        subprocess.run(
            [sys.executable, "-m", "tests.bench.stocked", str(folder), str(posts)],
            cwd=ROOT,
            check=True,
        )
    note = json.loads((folder / NOTE).read_text())
    return House(
        folder,
        Person(**note["person"]),
        note["board"],
        tuple(note["threads"]),
        tuple(note["sizes"]),
    )


async def build(folder: Path, posts: int) -> None:
    """Found a community with a board, end its server, and fill its tables."""
    board = new_id()
    with ServerProcess(folder) as server:
        await server.start()
        [person] = await move_in(server.url, server.invitation, 1)
        async with line(server.url, person) as community:
            norms = (Clause(text="Stay with plants.", why="That is what we come for."),)
            await community.call(
                OpenBoard(
                    board=board, slug="garden", title="Garden", charter="Plants.", norms=norms
                )
            )
        await server.end()
        database = server.database
    sizes = sizes_of(posts)
    rng = random.Random(7)
    with Stocking(database, person.id, posts, rng) as stocking:
        threads = [
            stocking.thread(COMMONS if n else board, size, title=f"A thread of {size:,} posts")
            for n, size in enumerate(sizes)
        ]
    note = {
        "person": {"handle": person.handle, "id": person.id, "token": person.token},
        "board": board,
        "threads": threads[1:],
        "sizes": sizes[1:],
    }
    (folder / NOTE).write_text(json.dumps(note))


if __name__ == "__main__":
    asyncio.run(build(Path(sys.argv[1]), int(sys.argv[2])))
