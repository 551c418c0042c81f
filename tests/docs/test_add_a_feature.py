"""The worked example of docs/add-a-feature.md, followed to the letter against a real store."""

import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from bbs.ids import COMMONS
from bbs.refusals import TextRefused
from bbs.streams import board_stream
from bbs.testing.clock import NOON
from bbs_server import bootstrap
from bbs_server.composition import make_table
from bbs_server.handler_api import Context
from bbs_server.pipeline import execute
from bbs_server.settings import ServerSettings
from bbs_server.store import event_log, texts
from bbs_server.store.api import Tx
from bbs_server.store.sqlite.open import open_store
from bbs_server.store.sqlite.writer import SqliteStore
from tests.support.moments import in_order

PAGE = Path(__file__).parents[2] / "docs" / "add-a-feature.md"
_BLOCK = re.compile(
    r"^`(?P<path>[\w/.]+)`\n\n```(?:python|sql)\n(?P<code>.*?)```$", re.MULTILINE | re.DOTALL
)
_PACKAGES = {
    "bbs": "bbs.features",
    "server": "bbs_server.features",
    "client": "bbs_client.features",
}


def blocks() -> dict[str, str]:
    """Return the code of the page by the path it is to be written to."""
    return {found["path"]: found["code"] for found in _BLOCK.finditer(PAGE.read_text("utf-8"))}


def write(root: Path) -> None:
    """Write the example's files below `root`, each feature's folder with its `__init__.py`."""
    for path, code in blocks().items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(code, "utf-8")
        if file.parent.name == "plaques":
            (file.parent / "__init__.py").touch()


@pytest.fixture
def plaques(tmp_path: Path) -> Iterator[ModuleType]:
    """The example's handlers, written beside the real features and imported from there."""
    added = []
    write(tmp_path)
    for folder, package in _PACKAGES.items():
        features = next((tmp_path / folder).rglob("features"))
        found = importlib.import_module(package)
        found.__path__.append(str(features))
        added.append((found, str(features)))
    yield importlib.import_module("bbs_server.features.plaques.handlers")
    for found, where in added:
        found.__path__.remove(where)
        vars(found).pop("plaques", None)
    for name in [name for name in sys.modules if ".features.plaques" in name]:
        del sys.modules[name]


@pytest.fixture
async def store(tmp_path: Path) -> Any:
    """A founded community's store with the example's migration applied."""
    (tmp_path / "data").mkdir()
    opened = await open_store(tmp_path / "data")
    await bootstrap.ensure_community(opened, ServerSettings())
    sql = next(code for path, code in blocks().items() if "migrations" in path)
    await opened.write(lambda tx: tx.execute(sql))
    yield opened
    await opened.close()


async def test_the_example_works(plaques: ModuleType, store: SqliteStore) -> None:
    """What the page builds answers, tells the board, and forgets the words before (P8, P10)."""
    messages: Any = importlib.import_module("bbs.features.plaques.messages")
    table = make_table()
    assert (table.commands[messages.PutUp], table.queries[messages.GetPlaque]) == (
        plaques.put_up,
        plaques.get_plaque,
    )
    at = Context(in_order(NOON), lambda n: bytes(range(n)), table.readers)

    def put_up(tx: Tx, text: str | None) -> Any:
        command = messages.PutUp(board=COMMONS, text=text)
        return execute.append_effects(tx, table, at, plaques.put_up(tx, at, command))

    first = await store.write(lambda tx: put_up(tx, "Seeds are swapped on Sunday."))
    assert first.result.plaque.text == "Seeds are swapped on Sunday."
    assert [(told.stream, told.seq) for told in first.appended] == [(board_stream(COMMONS), 1)]
    gone = await store.read(lambda tx: tx.fetch_value("SELECT plaque_text FROM plaques"))
    second = await store.write(lambda tx: put_up(tx, None))
    assert (second.result.plaque.text, second.result.plaque.revision) == (None, 3)
    shown = await store.read(
        lambda tx: plaques.get_plaque(tx, at, messages.GetPlaque(board=COMMONS))
    )
    assert shown.plaque == second.result.plaque
    assert shown.as_of == {board_stream(COMMONS): 2}
    replayed = await store.read(
        lambda tx: event_log.replay(tx, board_stream(COMMONS), 0, 10, 10_000)
    )
    assert not any(b"Seeds" in told.frame for told in replayed)
    assert await store.read(lambda tx: texts.load_bodies(tx, [gone])) == {}


async def test_the_example_refuses(plaques: ModuleType, store: SqliteStore) -> None:
    """A plaque that is no single line is refused and changes nothing (P13)."""
    messages: Any = importlib.import_module("bbs.features.plaques.messages")
    at = Context(in_order(0), bytes, make_table().readers)
    command = messages.PutUp(board=COMMONS, text="two\nlines")
    with pytest.raises(TextRefused):
        await store.write(lambda tx: plaques.put_up(tx, at, command))
    assert await store.read(lambda tx: tx.fetch_one("SELECT 1 FROM plaques")) is None


_ALL_SIDES = """
import sys
from importlib import import_module
from pathlib import Path

root, mirror = map(Path, sys.argv[1:])
for folder, package in {packages!r}.items():
    import_module(package).__path__.append(str(next((root / folder).rglob("features"))))

from bbs.ids import COMMONS
from bbs.wire.registry import EVENTS, FEATURES, REQUESTS
from bbs_client.mirror.changes import ForgetBoard
from bbs_client.mirror.file import Mirror
from bbs_client.mirror.fold import fold
from bbs_server.composition import make_table

messages = import_module("bbs.features.plaques.messages")
plaques = import_module("bbs_client.features.plaques.reads")
assert "plaques" in FEATURES
assert REQUESTS["plaques.put_up"] is messages.PutUp and EVENTS["plaques.changed"] is messages.Changed
assert messages.PutUp in make_table().commands

copy = Mirror.open(mirror)
count = lambda: copy._db.execute("SELECT revision, text FROM plaques").fetchall()
told = messages.Changed(plaque=messages.Plaque(board=COMMONS, text="Sunday.", revision=2))
copy.apply(fold(told))
stale = messages.Plaque(board=COMMONS, text="Saturday.", revision=1)
copy.apply(fold(messages.PlaqueShown(plaque=stale)))
assert count() == [(2, "Sunday.")], count()
assert plaques.plaque(copy, COMMONS) == "Sunday."
copy.apply((ForgetBoard(COMMONS),))
assert count() == []
print("found")
"""


def test_the_example_is_found_by_its_folders(tmp_path: Path) -> None:
    """The folders alone bring the feature to the wire, the server and the mirror; P10 holds there."""
    write(tmp_path)
    script = _ALL_SIDES.format(packages=_PACKAGES)
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path), str(tmp_path / "mirror.db")],
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
    )
    assert done.stdout.strip() == "found", done.stderr[-2_000:]


def test_every_file_of_the_example_compiles() -> None:
    """The page names a file for every part a feature has, and each is valid Python."""
    found = blocks()
    for path, code in found.items():
        if path.endswith(".py"):
            compile(code, path, "exec")
    names = {path.rpartition("/")[2] for path in found}
    assert {
        "messages.py",
        "rules.py",
        "records.py",
        "handlers.py",
        "feature.py",
        "mirror.py",
    } <= names
