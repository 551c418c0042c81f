"""Which versions of Python are supported: told once, in pyproject.toml, and the same everywhere."""

import ast
import re

from tests.shape.tree import PACKAGES, parsed, python_files, where

# ?1, but not in an escape sequence of a terminal.
_NUMBERED = re.compile(r"(?<!\[)\?\d")


def test_no_statement_numbers_its_parameters() -> None:
    """SQL takes plain parameters or named ones: Python 3.12 warns of numbered ones with a sequence."""
    found = [
        where(path, node)
        for path in python_files(*PACKAGES)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and _NUMBERED.search(node.value)
    ]
    assert not found
