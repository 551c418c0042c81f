"""Folders for one person's eyes: nobody else on the machine may look into them (P11)."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from bbs.folders import make_private


@pytest.fixture(params=[0o000, 0o022, 0o777])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_every_folder_that_is_made_is_private_whatever_the_umask(
    tmp_path: Path, umask: int
) -> None:
    """Those above the last one too: they show names of communities and people (P11)."""
    make_private(tmp_path / "a" / "b" / "c")
    modes = [mode_of(tmp_path / name) for name in ("a", "a/b", "a/b/c")]
    assert modes == [0o700] * 3, f"under umask {umask:03o}"


def test_a_folder_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    """Who made it decided who may enter."""
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o755)
    make_private(tmp_path / "open" / "ours")
    make_private(tmp_path / "open" / "ours")
    assert mode_of(tmp_path / "open") == 0o755
    assert mode_of(tmp_path / "open" / "ours") == 0o700


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    """What the disk refuses is told with its place."""
    (tmp_path / "file").write_text("")
    with pytest.raises(FileExistsError) as refused:
        make_private(tmp_path / "file")
    assert refused.value.filename == str(tmp_path / "file")
    with pytest.raises(NotADirectoryError):
        make_private(tmp_path / "file" / "below")
