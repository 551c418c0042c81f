"""The manifest of a feature's part of the mirror, from its `feature.py`; finds all manifests.

A feature's tables are beside it in `mirror.sql`, so that a mirror can be opened without its code.
"""

import inspect
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from types import ModuleType
from typing import Any, get_args

from msgspec import Struct

from bbs.discovery import feature_modules
from bbs_client.mirror.changes import Change
from bbs_client.mirror.transaction import MirrorTransaction

Writer = Callable[[MirrorTransaction, Any], None]
Dropper = Callable[[MirrorTransaction, str], None]


class Feature(Struct, frozen=True, kw_only=True):
    """A feature's part of the mirror.

    Attributes:
        modules: The modules that write. A public function there that takes `(pen, x)` and returns
            nothing writes each `x` of its type: a view, a message that changes more than the views
            that it shows, or a `Change` of the feature's own.
        fed_by: For each kind of stream, a function that deletes what came from it, given the id of
            the stream's owner.
        board_tables: Its tables with a column `board`; forgetting a board deletes its rows there.
    """

    modules: tuple[ModuleType, ...] = ()
    fed_by: Mapping[str, Dropper] = {}
    board_tables: tuple[str, ...] = ()

    @property
    def writers(self) -> Iterator[Mapping[type[Change], Writer]]:
        """The writer of each view, message and change."""
        for module in self.modules:
            for name, function in inspect.getmembers(module, inspect.isfunction):
                if function.__module__ == module.__name__ and not name.startswith("_"):
                    yield dict.fromkeys(_written_by(function), function)


def _written_by(function: Callable[..., Any]) -> list[type[Change]]:
    match list(function.__annotations__.values()):
        case [pen, kind, None] if pen is MirrorTransaction:
            return [one for one in get_args(kind) or (kind,) if issubclass(one, Struct)]
        case _:
            return []


@cache
def find_features() -> tuple[Feature, ...]:
    """Return every feature's manifest, sorted by the feature's name.

    Raises:
        ModuleNotFoundError: If a feature's folder has no `feature.py`.
    """
    return tuple(module.FEATURE for module in feature_modules("bbs_client.features", "feature"))
