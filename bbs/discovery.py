"""Find features by the names of their folders, in alphabetical order."""

import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from types import ModuleType
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class ManifestError(Exception):
    """The manifests of features contradict each other: a mistake in the program, found at start."""


def feature_names(package: str) -> tuple[str, ...]:
    """Return the names of a package's features, sorted: each folder below it that is a package.

    This works in an installed wheel and in a zip file too.

    Args:
        package: The package whose folders are features, like `bbs.features`.
    """
    folders = importlib.import_module(package).__path__
    return tuple(sorted(found.name for found in pkgutil.iter_modules(folders) if found.ispkg))


def feature_modules(package: str, module: str) -> list[ModuleType]:
    """Return the module of this name of each feature, in the order of the features' names.

    Args:
        package: As `feature_names` takes it.
        module: The module's name, like `feature`.

    Raises:
        ModuleNotFoundError: If a feature has no such module.
    """
    return [
        importlib.import_module(f"{package}.{name}.{module}") for name in feature_names(package)
    ]


def feature_texts(package: str, file: str) -> list[str]:
    """Return the text of the file of this name of each feature that has it, by feature name.

    Args:
        package: As `feature_names` takes it.
        file: The file's name, like `mirror.sql`.
    """
    texts = []
    for name in feature_names(package):
        try:
            data = pkgutil.get_data(f"{package}.{name}", file)
        except OSError:  # folders and zip files both say so
            continue
        texts.append((data or b"").decode())
    return texts


def merge(tables: Iterable[Mapping[K, V]]) -> dict[K, V]:
    """Return the entries of several features in one table.

    Raises:
        ManifestError: If two features bring the same key.
    """
    merged: dict[K, V] = {}
    for table in tables:
        if twice := merged.keys() & table.keys():
            raise ManifestError(f"two features bring {', '.join(sorted(map(str, twice)))}")
        merged.update(table)
    return merged
