"""Lines of an input, from real descriptors: terminals, pipes and files."""

import asyncio
import io
import os
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bbs.terminal.input_lines import LINE_CHARS_MAX, InputLines


async def all_lines(source: io.TextIOBase) -> list[str]:
    """Read an input to its end."""
    return [line async for line in InputLines(source)]  # type: ignore[arg-type]  # wider or wrong on purpose


async def test_a_pipe_gives_lines_as_they_come() -> None:
    """Lines are handed over before the input ends, whatever their ends look like."""
    reader, writer = os.pipe()
    with os.fdopen(reader) as source, os.fdopen(writer, "wb", buffering=0) as sink:
        lines = InputLines(source)
        sink.write(b"one\ntw")
        assert await lines.next_line() == "one"
        sink.write(b"o\r\nthr\xc3")
        assert await lines.next_line() == "two"
        sink.write(b"\xa9e\rfour")
        assert await lines.next_line() == "thrée"
        sink.close()
        assert await lines.next_line() == "four"
        assert await lines.next_line() is None


async def test_waiting_can_be_cancelled_without_loss() -> None:
    """Whoever stops waiting for a line can wait again and gets it."""
    reader, writer = os.pipe()
    with os.fdopen(reader) as source, os.fdopen(writer, "wb", buffering=0) as sink:
        lines = InputLines(source)
        waiting = asyncio.create_task(lines.next_line())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        sink.write(b"later\n")
        assert await lines.next_line() == "later"


async def test_files_and_text_objects_are_read_too(tmp_path: Path) -> None:
    """A plain file, which no loop can watch, and an object in memory give their lines."""
    path = tmp_path / "lines"
    path.write_bytes(b"one\r\ntwo\xff\n\nthree")
    with path.open() as source:
        assert await all_lines(source) == ["one", "two\ufffd", "", "three"]
    assert await all_lines(io.StringIO("a\nb")) == ["a", "b"]


async def test_a_line_without_end_is_cut(tmp_path: Path) -> None:
    """Endless input does not fill the memory: it comes in pieces."""
    path = tmp_path / "long"
    path.write_text("x" * (LINE_CHARS_MAX * 2 + 10))
    with path.open() as source:
        pieces = await all_lines(source)
    assert len(pieces) > 1
    assert sum(map(len, pieces)) == LINE_CHARS_MAX * 2 + 10


@given(st.lists(st.text(alphabet=st.characters(exclude_characters="\r\n", codec="utf-8"))))
def test_lines_are_what_was_written(lines: list[str]) -> None:
    """Whatever stands in the lines, they come as they were."""
    source = io.StringIO("".join(f"{line}\n" for line in lines), newline="")
    assert asyncio.run(all_lines(source)) == lines
