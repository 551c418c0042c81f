"""A client in a process of its own, that opens every thread of a mirror and reads through one.

Prints the most memory it ever held, in MB. Run as `python -m tests.bench.reader FOLDER`; without a folder,
what a Textual program of one line holds.
"""

import asyncio
import re
import sys
from functools import partial
from pathlib import Path

from tests.bench.bare_app import BareApp

PAGES = 400


async def read(folder: Path) -> None:
    """Start, open every thread, page through the last."""
    # Here: the program of one line holds none of it.
    from bbs_client.mirror.drafts import Drafts
    from bbs_client.mirror.file import Mirror
    from bbs_client.mirror.outbox import Outbox
    from bbs_client.session.connection import Connection
    from bbs_client.session.session import Session
    from bbs_client.tui.app import FolkmootApp
    from tests.bench.mirrored import nowhere

    cache = Mirror.open(folder / "mirror.db")
    outbox = Outbox.open(folder / "outbox.db")
    connect = partial(Connection, nowhere(), cache, outbox)
    app = FolkmootApp(Session(cache, outbox, Drafts(folder / "drafts"), connect))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause(1)
        threads = [
            row.thread.id for board in cache.boards() for row in cache.threads(board.board.id)
        ]
        for thread in threads:
            app.main.open_thread(thread)
            await pilot.pause()
        view = app.main.thread
        view.jump(0)
        for page in range(PAGES):
            view.page_on()
            if not page % 50:
                await pilot.pause()
    assert view.cursor > PAGES


async def paint() -> None:
    """Paint one line."""
    async with BareApp().run_test(size=(120, 40)) as pilot:
        await pilot.pause()


def most_mb() -> float:
    """Return the most memory this program held; `getrusage` would tell of its parent's too."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1]) / 1_024


if __name__ == "__main__":
    asyncio.run(read(Path(sys.argv[1])) if len(sys.argv) > 1 else paint())
    sys.stdout.write(f"{most_mb()}\n")
