"""Features are found by the names of their folders, wherever the program was installed."""

import importlib
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bbs.discovery import ManifestError, feature_modules, feature_names, feature_texts, merge

PACKAGE = "a_house_of_features"


@pytest.fixture(params=["folder", "zip"])
def session(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """A package with two features and a folder that is none, installed as files or as a zip file."""
    files = {
        "__init__.py": "",
        "walls/__init__.py": "",
        "walls/feature.py": "FEATURE = 'walls'",
        "walls/mirror.sql": "-- bricks, and mørtel",
        "doors/__init__.py": "",
        "doors/feature.py": "FEATURE = 'doors'",
        "leftover/feature.py": "",
    }
    place = tmp_path / "session.zip"
    if request.param == "zip":
        with zipfile.ZipFile(place, "w") as packed:
            for name, code in files.items():
                packed.writestr(f"{PACKAGE}/{name}", code)
    else:
        for name, code in files.items():
            (place / PACKAGE / name).parent.mkdir(parents=True, exist_ok=True)
            (place / PACKAGE / name).write_text(code, "utf-8")
    sys.path.insert(0, str(place))
    importlib.invalidate_caches()
    yield PACKAGE
    sys.path.remove(str(place))
    for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
        del sys.modules[name]


def test_features_are_found_in_order(session: str) -> None:
    """Every folder that is a package is a feature; their order is that of their names."""
    assert feature_names(session) == ("doors", "walls")
    found = feature_modules(session, "feature")
    assert [module.FEATURE for module in found] == ["doors", "walls"]


def test_a_feature_without_its_module_is_told(session: str) -> None:
    """A feature that lacks a module is an error at start, not a feature that is left out."""
    with pytest.raises(ModuleNotFoundError, match=r"doors\.messages"):
        feature_modules(session, "messages")


def test_files_of_features_are_read(session: str) -> None:
    """A file beside the code is read without loading the code; who has none brings none."""
    assert feature_texts(session, "mirror.sql") == ["-- bricks, and mørtel"]
    assert f"{session}.walls.feature" not in sys.modules


def test_nothing_is_brought_twice() -> None:
    """Two features that bring the same are refused: neither silently replaces the other."""
    assert merge(({"locate": 1}, {"member": 2})) == {"locate": 1, "member": 2}
    with pytest.raises(ManifestError, match="locate"):
        merge(({"locate": 1}, {"member": 2}, {"locate": 3}))
