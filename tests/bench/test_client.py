"""The client's first paint, and opening a long thread, from a mirror of 10,000 posts."""

import asyncio
import compileall
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from textual.app import App, ComposeResult

from bbs.ids import ThreadId
from bbs_client.session.session import Session
from bbs_client.session.storage import open_storage
from bbs_client.theme import FOLKMOOT, theme
from bbs_client.widgets.thread_view import ThreadView
from tests.bench.bare_app import MARK
from tests.bench.measure import Table, interleaved
from tests.bench.mirrored import Device, make_device
from tests.bench.terminal import shown_after_ms
from tests.faults.server_process import BBS, ROOT

pytestmark = [pytest.mark.bench, pytest.mark.timeout(120)]

PAINTS = 7
OPENINGS = 15
AT_HOME = "A new community."  # what home says to the founder, whose device it is


@pytest.fixture(scope="module")
def device(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Device]:
    """A device whose server is gone. Our code is compiled, as an installed program's is."""
    for package in ("bbs", "client/bbs_client"):
        compileall.compile_dir(ROOT / package, quiet=1)
    with pytest.MonkeyPatch.context() as patch:
        yield asyncio.run(make_device(tmp_path_factory.mktemp("home"), patch))


async def test_first_paint_from_a_mirror_of_10_000_posts(device: Device, table: Table) -> None:
    """From the start of the process to the first sentence of home, without a network."""

    async def shown(words: tuple[str, ...], mark: str) -> float:
        return shown_after_ms(words, mark, environment={}, folder=str(ROOT))

    samples = await interleaved(
        lambda: shown((*BBS, "connect"), AT_HOME),
        lambda: shown((sys.executable, "-m", "tests.bench.bare_app"), MARK),
        PAINTS,
    )
    table.add(
        "client's first paint, 10,000 posts", "ms", *samples, "a Textual app of one line", 1.5
    )


class _ThreadApp(App[None]):
    """Nothing but the view of a thread."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.view = ThreadView(session)

    def on_load(self) -> None:
        """Bring the theme."""
        self.register_theme(theme(FOLKMOOT))
        self.theme = FOLKMOOT.name

    def compose(self) -> ComposeResult:
        """Return the view."""
        yield self.view


async def _painted_ms(app: App[None], act: Callable[[], object]) -> float:
    """Return how long it takes from a key's work to the painted rows."""
    painted = asyncio.Event()
    began = time.perf_counter()
    act()
    app.call_after_refresh(painted.set)
    await painted.wait()
    return (time.perf_counter() - began) * 1_000


async def test_opening_a_thread_of_10_000_posts(device: Device, table: Table) -> None:
    """From the key to the painted rows, beside a thread of ten posts."""
    kept = open_storage(device.profile)
    try:
        app = _ThreadApp(Session(*kept))
        async with app.run_test(size=(80, 24)) as pilot:

            async def open_ms(thread: ThreadId) -> float:
                app.view.close()
                await pilot.pause()
                return await _painted_ms(app, lambda: app.view.open(thread))

            samples = await interleaved(
                lambda: open_ms(device.long), lambda: open_ms(device.short), OPENINGS
            )
    finally:
        kept.close()
    table.add("opening a thread of 10,000 posts", "ms", *samples, "a thread of 10 posts")


async def test_moving_inside_a_thread_of_10_000_posts(device: Device, table: Table) -> None:
    """A step, a jump from end to end and a reading of news, beside ten posts."""
    kept = open_storage(device.profile)
    try:
        apps = [_ThreadApp(Session(*kept)), _ThreadApp(Session(*kept))]
        async with apps[0].run_test(size=(80, 24)), apps[1].run_test(size=(80, 24)) as pilot:
            for app, thread in zip(apps, (device.long, device.short), strict=True):
                app.view.open(thread)
            await pilot.pause()

            async def step_ms(app: _ThreadApp) -> float:
                view = app.view
                middle = len(view.keys) // 2
                view.jump(middle, top=True)
                await pilot.pause()
                return await _painted_ms(app, lambda: view.move(1))

            async def page_ms(app: _ThreadApp) -> float:
                view = app.view
                view.jump(len(view.keys) // 2, top=True)
                await pilot.pause()
                return await _painted_ms(app, view.page_on)

            async def jump_ms(app: _ThreadApp) -> float:
                view = app.view
                view.jump(0)
                await pilot.pause()
                return await _painted_ms(app, lambda: view.jump(-1))

            async def arrival_ms(app: _ThreadApp) -> float:
                await pilot.pause()
                return await _painted_ms(app, app.view.reload)

            measures = (
                ("a step inside 10,000 posts", step_ms),
                ("a page on inside 10,000 posts", page_ms),
                ("from the first to the last of 10,000", jump_ms),
                ("news while 10,000 posts are open", arrival_ms),
            )
            for name, measure in measures:
                samples = await interleaved(
                    partial(measure, apps[0]), partial(measure, apps[1]), OPENINGS
                )
                table.add(name, "ms", *samples, "the same inside 10 posts")
    finally:
        kept.close()
