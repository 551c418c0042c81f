"""Writes pictures of the client: real screens of the sample community, never drawn by hand.

`make screens` writes those the pages show into `docs/screens`. With --all FOLDER it takes those of
`PLAN`, to look at: every screen at four sizes, the main ones in all themes and for poor terminals.
`rsvg-convert` makes pixels of them, with DejaVu Sans Mono or another font that has the signs.
"""

import argparse
import asyncio
import io
import os
import re
import sys
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from random import Random
from typing import Literal

from msgspec.structs import replace
from rich.color import Color, ColorSystem
from rich.console import Console
from rich.terminal_theme import DEFAULT_TERMINAL_THEME, SVG_EXPORT_THEME, TerminalTheme
from scenes import AT_THE_DESK, BOARDS_GO, IN_THE_PAGES, KEYS
from staging import fill_desk, write_letters
from staging_boards import bring_board, let_board_move
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from bbs.cli.demo.demo import sample_server
from bbs.cli.demo.sample.script import BackdatedClock
from bbs.cli.demo.sample.seed import SampleCommunity
from bbs.clock import to_ms
from bbs.features.reading.messages import MarkPosts
from bbs.profiles import Profile
from bbs.testing import FakeClock
from bbs_client.keys import key_name
from bbs_client.mirror.drafts import Drafts
from bbs_client.mirror.file import Mirror
from bbs_client.mirror.outbox import Outbox
from bbs_client.session.connection import Connection, Notify
from bbs_client.session.events import MirrorChanged
from bbs_client.session.session import Session
from bbs_client.session.storage import ProfileStorage, drafts_folder, mirror_path, outbox_path
from bbs_client.theme import FOLKMOOT, PALETTES, choose_theme
from bbs_client.tui.app import QUIET, FolkmootApp

SHOWN = Path(__file__).resolve().parent / "screens"
NOW = to_ms(datetime(2026, 11, 22, 18, 40, tzinfo=UTC))
SEED = 10  # of ids, after which the hues of names are chosen
SIZES = ((80, 24), (100, 30), (140, 40), (200, 50))
USUAL, SMALL = ((80, 24),), ((60, 20), (80, 16))
SETTLE_SECONDS = 0.15  # longer than the screen gathers changes before it draws them
SETTLE_TURNS = 40


@dataclass(frozen=True)
class Look:
    """How the client looks on some terminal.

    Attributes:
        theme: A theme's name.
        signs: As in the settings.
        environment: Variables that describe the terminal.
        colours: The colours that the terminal has; None for all.
        ground: Its own colours, which some themes use.
    """

    theme: str
    signs: Literal["auto", "full", "ascii"] = "full"
    environment: Mapping[str, str] = field(default_factory=dict)
    colours: ColorSystem | None = None
    ground: TerminalTheme = SVG_EXPORT_THEME


_NO_COLOR, _LINUX = {"NO_COLOR": "1"}, {"TERM": "linux", "COLORTERM": ""}
LOOKS: Mapping[str, Look] = {
    **{name: Look(name) for name in PALETTES},
    "ascii": Look(FOLKMOOT.name, "ascii"),
    "no-color": Look(choose_theme("", _NO_COLOR), environment=_NO_COLOR),
    "linux": Look(choose_theme("", _LINUX), "auto", _LINUX),
    "light-terminal": Look("terminal", ground=DEFAULT_TERMINAL_THEME),
    "256-colours": Look(FOLKMOOT.name, colours=ColorSystem.EIGHT_BIT),
    "16-colours": Look(FOLKMOOT.name, colours=ColorSystem.STANDARD),
}
PLAN: tuple[tuple[Sequence[str], Sequence[str], Sequence[tuple[int, int]]], ...] = (
    (tuple(KEYS), (FOLKMOOT.name, "daylight"), SIZES),
    (("home", "thread", "lounge", "end", "welcome"), tuple(LOOKS), USUAL),
    (("home", "thread"), (FOLKMOOT.name,), SMALL),
)
"""The pictures to look at: some scenes in some looks at some sizes."""


@dataclass(frozen=True)
class Picture:
    """One picture to be taken.

    Attributes:
        scene: A key of `KEYS`.
        look: A key of `LOOKS`.
        size: Columns and rows.
        name: Of its file, without the ending.
    """

    scene: str
    look: str
    size: tuple[int, int]
    name: str


@dataclass(frozen=True)
class Place:
    """A device in the sample community, the clock there, and how many boards can be seen."""

    profile: Profile
    clock: BackdatedClock
    community: SampleCommunity

    @property
    def boards(self) -> int:
        return len(self.community.boards)


class Apart(Connection):
    """A connection that marks posts in the mirror alone, where it can be undone."""

    def __init__(self, place: Place, kept: ProfileStorage, tell: Notify) -> None:
        """Connect a device."""
        super().__init__(place.profile, kept.cache, kept.outbox, tell)
        self._kept, self._tell = kept.cache, tell

    def mark(self, thread: str, first: int, last: int, read: bool = True) -> None:
        """Mark posts here, and tell the server nothing."""
        self._kept.apply((MarkPosts(thread=thread, first=first, last=last, read=read),))
        self._tell(MirrorChanged(threads=frozenset({thread})))


@contextmanager
def unchanged(cache: Mirror) -> Iterator[None]:
    """Undo in the end what the block marked as read, so that every picture finds the same."""
    boards = [
        *(row.board.id for row in cache.boards()),
        *(row.letter.id for row in cache.letters()),
    ]
    threads = [row.thread.id for board in boards for row in cache.threads(board)]
    before = {thread: cache.unread(thread) for thread in threads}
    try:
        yield
    finally:
        cache.apply(
            MarkPosts(thread=thread, first=number, last=number, read=False)
            for thread, numbers in before.items()
            for number in set(numbers).difference(cache.unread(thread))
        )


@contextmanager
def terminal(look: Look) -> Iterator[None]:
    """Let the environment be that of a look's terminal while the block lasts."""
    before = dict(os.environ)
    os.environ.update(look.environment)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@asynccontextmanager
async def sample() -> AsyncIterator[Place]:
    """Open the sample community for as long as the block lasts."""
    drawn = Random(SEED)  # noqa: S311 - no secret, but the same every time
    # The hues of names follow from the ids: with the same ids every picture is the same again.
    uuid.uuid4 = lambda: uuid.UUID(int=drawn.getrandbits(128), version=4)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="folkmoot-screens-")))
        os.environ["BBS_HOME"] = str(folder / "home")
        clock = BackdatedClock(FakeClock(NOW))
        link = await stack.enter_async_context(sample_server(folder / "data", clock))
        community = SampleCommunity(link, stack, clock)
        profile = await community.fill()
        await write_letters(community, profile)
        yield Place(profile, clock, community)


def presses(scene: str) -> Iterator[str]:
    """Yield the keys that lead to a scene, by Textual's names; a quoted text letter by letter."""
    for typed, key in re.findall(r"'([^']*)'|(\S+)", KEYS[scene]):
        if key:
            name, _, times = key.partition("*") if key != "*" else (key, "", "")
            yield from [key_name(name) if len(name) == 1 else name] * int(times or 1)
        yield from ("space" if letter == " " else letter for letter in typed)


async def fill(place: Place, kept: ProfileStorage) -> None:
    """Bring all of the community into the mirror, so that no picture shows half of it."""
    changed = asyncio.Event()
    link = Connection(place.profile, kept.cache, kept.outbox, lambda _: changed.set())
    run = asyncio.create_task(link.run())
    while len(kept.cache.boards()) < place.boards:
        changed.clear()
        await changed.wait()
    for row in kept.cache.boards():
        await link.open_board(row.board.id)
        for one in kept.cache.threads(row.board.id):
            await link.open_thread(one.thread.id)
    link.stop()
    await run


async def settle(pilot: Pilot[None]) -> None:
    """Wait until the client has done what there was to do."""
    await pilot.pause(SETTLE_SECONDS)
    for _ in range(SETTLE_TURNS):
        session = pilot.app.session  # type: ignore[attr-defined]  # our app
        if session.online and not session.reason:
            break
        await pilot.pause(SETTLE_SECONDS)


async def take(place: Place, kept: ProfileStorage, picture: Picture) -> str:
    """Return a picture as SVG, the same whenever it is taken."""
    look = LOOKS[picture.look]
    session = Session(*kept, lambda tell: Apart(place, kept, tell), zone=UTC)
    with terminal(look), unchanged(kept.cache):
        settings = replace(QUIET, theme=look.theme, signs=look.signs)
        app = FolkmootApp(session, settings=settings)
        async with app.run_test(size=picture.size, notifications=True) as pilot:
            await settle(pilot)
            for key in presses(picture.scene):
                await (settle(pilot) if key == "wait" else pilot.press(key))
            await settle(pilot)
            app.clear_notifications()
            for field in (*app.screen.query(TextArea), *app.screen.query(Input)):
                field.cursor_blink = False
            await pilot.pause()
            svg = drawn(app, look)
            session.connection.stop()
    for draft in session.drafts.all():
        session.drafts.clear(draft.destination)
    return svg


def drawn(app: FolkmootApp, look: Look) -> str:
    """Return what is on the screen as SVG, in the colours that the terminal has."""
    width, height = app.size
    paper = Console(
        file=io.StringIO(), width=width, height=height, record=True,
        force_terminal=True, color_system="truecolor", legacy_windows=False, safe_box=False,
    )  # fmt: skip
    paper.print(
        app.screen._compositor.render_update(full=True, screen_stack=app._background_screens)
    )
    svg = paper.export_svg(title="Folkmoot", theme=look.ground)
    if (colours := look.colours) is not None:
        svg = re.sub("#[0-9a-f]{6}", lambda found: nearest(found[0], colours), svg)
    # No font from the network: a page that shows the picture asks nobody for anything.
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    svg = svg.replace("Fira Code, monospace", "monospace").replace("Fira Code", "monospace")
    # Some programs drop spaces at the beginning of a text.
    return svg.replace("<text ", '<text xml:space="preserve" ')


def nearest(colour: str, colours: ColorSystem) -> str:
    """Return what a terminal with fewer colours draws instead of a colour."""
    return Color.parse(colour).downgrade(colours).get_truecolor(DEFAULT_TERMINAL_THEME).hex


def everything() -> Iterator[Picture]:
    """Yield the pictures of `PLAN`, each once."""
    found = {}
    for scenes, looks, sizes in PLAN:
        for scene, look, size in product(scenes, looks, sizes):
            name = f"{scene}-{look}-{'x'.join(map(str, size))}"
            found[name] = Picture(scene, look, size, name)
    yield from found.values()


async def move_boards(community: SampleCommunity, profile: Profile) -> None:
    """Let a board of the sample be announced to move, and bring one from elsewhere."""
    await let_board_move(community)
    await bring_board(community)


async def taken(pictures: Sequence[Picture]) -> dict[str, str]:
    """Return pictures as SVG, by the names of their files."""
    async with sample() as place:
        kept = ProfileStorage(
            Mirror.open(mirror_path(place.profile), place.profile.member, place.clock),
            Outbox.open(outbox_path(place.profile)),
            Drafts(drafts_folder(place.profile)),
        )
        try:
            await fill(place, kept)
            late = {*AT_THE_DESK, *BOARDS_GO}
            first = [picture for picture in pictures if picture.scene not in late]
            found = {each.name: await take(place, kept, each) for each in first}
            for scenes, happens in ((AT_THE_DESK, fill_desk), (BOARDS_GO, move_boards)):
                await happens(place.community, place.profile)
                await fill(place, kept)
                shown = [picture for picture in pictures if picture.scene in scenes]
                found |= {each.name: await take(place, kept, each) for each in shown}
            return found
        finally:
            kept.close()


def write(folder: Path, pictures: Sequence[Picture]) -> None:
    """Take pictures, each into a file of its own; a picture that is not among them is removed."""
    folder.mkdir(parents=True, exist_ok=True)
    found = asyncio.run(taken(pictures))
    for name, svg in found.items():
        (folder / f"{name}.svg").write_text(svg, "utf-8")
    for path in folder.glob("*.svg"):
        if path.stem not in found:
            path.unlink()


def main(arguments: list[str]) -> int:
    """Write the pictures; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", type=Path, metavar="FOLDER", help="every screen, into a folder")
    parser.add_argument("--only", default="", help="with --all: a pattern that the names match")
    wanted = parser.parse_args(arguments)
    if wanted.all:
        chosen = [one for one in everything() if re.match(wanted.only, one.name)]
        write(wanted.all, chosen)
        return 0
    write(SHOWN, [Picture(scene, theme, size, scene) for scene, theme, size in IN_THE_PAGES])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
