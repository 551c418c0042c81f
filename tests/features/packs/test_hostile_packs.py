"""Whatever file a sysop sends: it is refused in one sentence, and no table has a row more (P13, 29.9)."""

import asyncio
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bbs.features.packs.unpack_messages import UnpackState
from tests.support.founded import open_founded
from tests.support.moot import Moot
from tests.support.packs import packed, small_board
from tests.support.unpacked import unpack

GOOD = packed(small_board())
OF_THE_SYSOP = {"unpackings", "ops", "acts", "events", "streams", "texts", "sessions", "meta"}
LINES = GOOD.split(b"\n")[:-1]


@st.composite
def bad_files(draw: st.DrawFn) -> bytes:
    """Return a pack with a byte changed, a part cut out or repeated, lines in another order, or noise."""
    how = draw(st.sampled_from(("byte", "cut", "twice", "order", "noise", "deep")))
    at = draw(st.integers(0, len(GOOD) - 1))
    match how:
        case "byte":
            return GOOD[:at] + bytes([GOOD[at] ^ draw(st.integers(1, 255))]) + GOOD[at + 1 :]
        case "cut":
            return GOOD[: max(1, at)]
        case "twice":
            line = draw(st.sampled_from(LINES))
            return GOOD.replace(line, line + b"\n" + line, 1)
        case "order":
            lines = draw(st.permutations(LINES))
            return b"\n".join(lines) + b"\n" if lines != LINES else b"\n"
        case "deep":
            return b"[" * draw(st.integers(1, 40_000)) + b"\n"
    return draw(st.binary(min_size=1, max_size=40_000))


async def _rows(moot: Moot) -> dict[str, object]:
    dump = await moot.dump()
    return {name: rows for name, rows in dump.items() if name not in OF_THE_SYSOP}


async def _send_all(folder: Path, files: list[bytes]) -> None:
    async with open_founded(folder / "data") as moot:
        before = await _rows(moot)
        for file in files:
            done = await unpack(moot, file)
            assert done.state is UnpackState.REFUSED, file
            assert done.why
            assert "\n" not in done.why
            assert await _rows(moot) == before


@settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(bad_files(), min_size=10, max_size=10, unique=True))
def test_a_bad_file_leaves_no_row(
    tmp_path_factory: pytest.TempPathFactory, files: list[bytes]
) -> None:
    """Cut, changed, repeated, in another order, too deep or noise: nothing of it is left (29.9)."""
    asyncio.run(_send_all(tmp_path_factory.mktemp("hostile"), files))
