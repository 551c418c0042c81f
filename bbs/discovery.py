"""How features are found: by the names of their folders, in alphabetical order."""

import importlib
import pkgutil
from types import ModuleType


def feature_names(package: str) -> tuple[str, ...]:
    """Return the names of a package's features, sorted: each folder below it that is a package.

    This works in an installed wheel and in a zip file too.

    Args:
        package: The package whose folders are features, like `bbs.features`.
    """
    folders = importlib.import_module(package).__path__
    return tuple(sorted(found.name for found in pkgutil.iter_modules(folders) if found.ispkg))


def feature_modules(package: str, module: str) -> list[ModuleType]:
    """Return one module of each feature, in the order of the features' names.

    Args:
        package: As `feature_names` takes it.
        module: The module's name, like `feature`.

    Raises:
        ModuleNotFoundError: If a feature has no such module.
    """
    return [
        importlib.import_module(f"{package}.{name}.{module}") for name in feature_names(package)
    ]
