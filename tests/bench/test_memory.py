"""What the client holds in memory with a mirror of 100,000 posts."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bbs.features.threads.views import Post
from bbs.ids import COMMONS, new_id
from bbs.testing import a_board, a_member, a_post, a_seat, a_thread
from bbs_client.mirror.file import Mirror
from tests.bench.measure import Table
from tests.bench.seeded import WORDS
from tests.faults.server_process import ROOT

pytestmark = [pytest.mark.bench, pytest.mark.timeout(300)]

THREADS = 10
POSTS = 10_000
MB_MAX = 150
RUNS = 1  # memory hardly differs between runs


def posts_of(thread: str) -> Iterator[Post]:
    """Yield posts of a few lines, every tenth a branch."""
    ids = [new_id() for _ in range(POSTS)]
    for n, post in enumerate(ids):
        body = f"Number {n}: {' '.join(WORDS * 3)}."
        parent = ids[n - 1 - n % 10] if n else None
        yield a_post(id=post, thread=thread, number=n + 1, seq=n + 1, parent=parent, body=body)


def fill(folder: Path) -> None:
    """Make a mirror of `THREADS` threads."""
    me = a_member(handle="ana")
    cache = Mirror.open(folder / "mirror.db", me.id)
    cache.apply([me, a_board(id=COMMONS), a_seat(member=me.id)])
    for number in range(1, THREADS + 1):
        thread = a_thread(number=number, posts=POSTS)
        cache.apply([thread, *posts_of(thread.id)])
    cache.close()


def held_mb(*words: str) -> float:
    """Return the most memory the reader held."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.reader", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=True,
    )
    return float(done.stdout)


def test_memory_with_100_000_posts(tmp_path: Path, table: Table) -> None:
    """A client that opens ten threads of 10,000 posts and reads through one stays below 150 MB."""
    fill(tmp_path)
    ours = [held_mb(str(tmp_path)) for _ in range(RUNS)]
    bare = [held_mb() for _ in range(RUNS)]
    table.add("client's memory, 100,000 posts", "MB", ours, bare, "a Textual app of one line")
    assert max(ours) < MB_MAX
