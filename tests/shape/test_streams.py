"""Where the names of streams are made and taken apart: in `bbs/streams.py` and nowhere else."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from bbs.streams import StreamKind
from tests.shape.tree import PACKAGES, ROOT, parsed, python_files, where

_NAME = re.compile(rf"(?:^|')(?:{'|'.join(StreamKind)})[:;](?:$|['*]|[0-9a-f-]{{36}})")
_TAKING_APART = {"partition", "rpartition", "split", "rsplit", "startswith", "removeprefix"}


def _faults(path: Path) -> Iterator[ast.AST]:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str) and _NAME.search(node.value):
                yield node
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            named = ast.unparse(node.func.value).endswith("stream")
            if named and node.func.attr in _TAKING_APART:
                yield node


def test_names_of_streams_are_made_in_one_place() -> None:
    """No name of a stream is written, built, matched or taken apart outside of `bbs/streams.py`."""
    own = ROOT / "bbs" / "streams.py"
    files = [path for path in python_files(*PACKAGES) if path != own]
    assert not [where(path, node) for path in files for node in _faults(path)]


def test_the_rule_would_notice(tmp_path: Path) -> None:
    """Each way to make or read such a name is seen where it is used."""
    bad = (
        "f'board:{board}'",
        "'member:' + me",
        "\"SELECT 'lounge:' || board FROM boards\"",
        "\"stream > 'desk:' AND stream < 'desk;'\"",
        "stream.partition(':')",
        "frame.stream.startswith(prefix)",
    )
    good = (
        "board_stream(board)",
        "'like board:garden'",
        "stream_parts(stream)",
        "at.partition(':')",
    )
    for number, line in enumerate((*bad, *good)):
        sample = tmp_path / f"sample{number}.py"
        sample.write_text(line, "utf-8")
        assert bool(list(_faults(sample))) == (number < len(bad)), line
