"""All messages: every request by method, every event and ephemeral by kind."""

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from types import ModuleType
from typing import Any, TypeVar, get_args

from bbs.discovery import feature_names
from bbs.messages import Ephemeral, Event, Request, Result

FEATURES = feature_names("bbs.features")
"""The folders of `bbs/features`, sorted. A feature's messages are in its `messages.py`; a large one has
more of them in modules beside it, such as `tending_messages.py`."""


T = TypeVar("T")


def message_modules(feature: str) -> list[ModuleType]:
    """Return the modules of a feature's messages, in the order of their names."""
    package = f"bbs.features.{feature}"
    found = pkgutil.iter_modules(importlib.import_module(package).__path__)
    names = sorted(module.name for module in found if module.name.endswith("messages"))
    return [importlib.import_module(f"{package}.{name}") for name in names]


_MODULES: tuple[ModuleType, ...] = (
    importlib.import_module("bbs.wire.messages"),
    *(module for feature in FEATURES for module in message_modules(feature)),
)


def _declared(base: type[T]) -> Iterator[type[T]]:
    """Yield the classes below `base`, module by module, in the order of the source."""
    for module in _MODULES:
        for cls in vars(module).values():
            if (
                isinstance(cls, type)
                and issubclass(cls, base)
                and cls.__module__ == module.__name__
            ):
                yield cls


def _by_name(base: type[T], attribute: str) -> dict[str, type[T]]:
    found: dict[str, type[T]] = {}
    for cls in _declared(base):
        name = getattr(cls, attribute)
        assert name not in found, f"{name} is declared twice"
        found[name] = cls
    return found


REQUESTS: dict[str, type[Request[Any]]] = _by_name(Request, "method")
EVENTS: dict[str, type[Event]] = _by_name(Event, "kind")
EPHEMERALS: dict[str, type[Ephemeral]] = _by_name(Ephemeral, "kind")


@cache
def result_type(cls: type[Request[Any]]) -> type[Result]:
    """Return the type that answers a request of this class: the `R` of its `Query[R]`.

    Raises:
        TypeError: If the class names no result type.
    """
    for base in getattr(cls, "__orig_bases__", ()):
        for argument in get_args(base):
            if isinstance(argument, type) and issubclass(argument, Result):
                return argument
    raise TypeError(f"{cls.__name__} names no result type")
