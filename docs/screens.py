"""Writes pictures of the client: real screens of the sample community, never drawn by hand.

`make screens` writes those the pages show into `docs/screens`. With --all FOLDER every screen is
pictured in one theme, and home, thread and composer in all of them, at two sizes.
"""

import argparse
import asyncio
import os
import re
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from msgspec.structs import replace
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from bbs.cli.demo.demo import sample_server
from bbs.cli.demo.sample.script import BackdatedClock
from bbs.cli.demo.sample.seed import SampleCommunity
from bbs.clock import to_ms
from bbs.profiles import Profile
from bbs.testing import FakeClock
from bbs_client.mirror.drafts import Drafts
from bbs_client.mirror.file import Mirror
from bbs_client.mirror.outbox import Outbox
from bbs_client.session.connection import Connection, Notify
from bbs_client.session.session import Session
from bbs_client.session.storage import ProfileStorage, drafts_folder, mirror_path, outbox_path
from bbs_client.theme import FOLKMOOT, PALETTES
from bbs_client.tui.app import QUIET, FolkmootApp

SHOWN = Path(__file__).resolve().parent / "screens"
NOW = to_ms(datetime(2026, 11, 22, 18, 40, tzinfo=UTC))
SIZES = ((80, 24), (120, 40))
SETTLE_SECONDS = 0.15  # longer than the screen gathers changes before it draws them
SETTLE_TURNS = 40

KEYS: dict[str, str] = {
    "start": "",
    "home": "H",
    "board": "j enter",
    "thread": "j enter j enter j j",
    "read": "n",
    "lounge": "j 3",
    "composer": "j enter enter r 'I own a torque wrench and no car. It may live there too.' enter"
    " enter '*One* condition: a list by the door, with `who` and `since when`.'",
    "new-thread": "j t 'Whose ladder is in the hall?' tab 'It is blue, and it is in the way.'",
    "say": "j 3 r 'Is anybody still up?'",
    "search": "/ 'frost' enter",
    "switch": "g 'pump'",
    "seat": "j j j j S",
    "info": "j enter enter i",
    "member": "j enter enter u",
    "who": "w",
    "log": "A",
    "waiting": "V",
    "outbox": "o",
    "empty": "j j j j j enter",
    "help": "?",
    "palette": "ctrl+p 'read'",
    "banner": "f2",
    "tour": "f2 space space space n",
    "theme": "ctrl+t j",
    "keys": "f4",
    "command": ": 'go'",
    "communities": "W",
    "quit": "j t 'A draft' tab 'x' escape ctrl+q",
}
"""What is pressed to come to each screen from the first one; what is quoted is typed."""

IN_ALL_THEMES = ("home", "thread", "composer")
IN_THE_PAGES = (
    ("home", FOLKMOOT.name, (100, 30)),
    ("thread", FOLKMOOT.name, (100, 30)),
    ("composer", "dusk", (100, 30)),
    ("lounge", "amber", (80, 24)),
    ("seat", "daylight", (80, 24)),
    ("banner", FOLKMOOT.name, (80, 24)),
    ("theme", "amber", (80, 24)),
)


@dataclass(frozen=True)
class Picture:
    """One picture to be taken.

    Attributes:
        scene: A key of `KEYS`.
        theme: A theme's name.
        size: Columns and rows.
        name: Of its file, without the ending.
    """

    scene: str
    theme: str
    size: tuple[int, int]
    name: str


@dataclass(frozen=True)
class Place:
    """A device in the sample community, the clock there, and how many boards can be seen."""

    profile: Profile
    clock: BackdatedClock
    boards: int


class Unmarking(Connection):
    """A link that marks nothing as read: every picture finds the same."""

    def mark(self, thread: str, first: int, last: int, read: bool = True) -> None:
        """Leave it as it is."""


@asynccontextmanager
async def sample() -> AsyncIterator[Place]:
    """Open the sample community for as long as the block lasts."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="folkmoot-screens-")))
        os.environ["BBS_HOME"] = str(folder / "home")
        clock = BackdatedClock(FakeClock(NOW))
        link = await stack.enter_async_context(sample_server(folder / "data", clock))
        community = SampleCommunity(link, stack, clock)
        profile = await community.fill()
        yield Place(profile, clock, len(community.boards))


def presses(scene: str) -> Iterator[str]:
    """Yield the keys that lead to a scene, by Textual's names; a quoted text letter by letter."""
    for typed, key in re.findall(r"'([^']*)'|(\S+)", KEYS[scene]):
        if key:
            yield {"/": "slash", "?": "question_mark", ":": "colon"}.get(key, key)
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

    def connect(tell: Notify) -> Unmarking:
        return Unmarking(place.profile, kept.cache, kept.outbox, tell)

    session = Session(*kept, connect, zone=UTC)
    app = FolkmootApp(session, settings=replace(QUIET, theme=picture.theme))
    async with app.run_test(size=picture.size, notifications=True) as pilot:
        await settle(pilot)
        for key in presses(picture.scene):
            await pilot.press(key)
        await settle(pilot)
        app.clear_notifications()
        for field in (*app.screen.query(TextArea), *app.screen.query(Input)):
            field.cursor_blink = False
        await pilot.pause()
        svg = app.export_screenshot(title="Folkmoot")
        session.connection.stop()
    for draft in session.drafts.all():
        session.drafts.clear(draft.destination)
    # No font from the network: a page that shows the picture asks nobody for anything.
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    svg = svg.replace("Fira Code, monospace", "monospace").replace("Fira Code", "monospace")
    # Some programs drop spaces at the beginning of a text.
    return svg.replace("<text ", '<text xml:space="preserve" ')


def everything() -> Iterator[Picture]:
    """Yield every screen in the first theme, and some in all, at both sizes."""
    for size in SIZES:
        at = "x".join(map(str, size))
        for scene in KEYS:
            for theme in PALETTES if scene in IN_ALL_THEMES else (FOLKMOOT.name,):
                yield Picture(scene, theme, size, f"{scene}-{theme}-{at}")


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
            return {picture.name: await take(place, kept, picture) for picture in pictures}
        finally:
            kept.close()


def write(folder: Path, pictures: Sequence[Picture]) -> None:
    """Take pictures, each into a file of its own; a picture that is not among them goes."""
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
    parser.add_argument("--only", default="", help="with --all: what the names are to begin with")
    wanted = parser.parse_args(arguments)
    if wanted.all:
        chosen = [one for one in everything() if one.name.startswith(wanted.only)]
        write(wanted.all, chosen)
        return 0
    write(SHOWN, [Picture(scene, theme, size, scene) for scene, theme, size in IN_THE_PAGES])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
