"""The version is told in two places, and is the same in both."""

import tomllib

import bbs
from tests.shape.tree import ROOT


def test_the_program_is_the_version_it_is_packed_as() -> None:
    """What `hello` and a backup tell as the version is what pyproject.toml packs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert bbs.__version__ == project["version"]
