"""All messages: every request by method, every event and ephemeral by kind."""

import importlib
from collections.abc import Iterator
from functools import cache
from types import ModuleType
from typing import Any, TypeVar, get_args

from bbs.discovery import feature_modules, feature_names
from bbs.messages import Ephemeral, Event, Request, Result

FEATURES = feature_names("bbs.features")
"""The folders of `bbs/features`, sorted. A feature's messages are in its `messages.py`, or come in there."""


T = TypeVar("T")

_MODULES: tuple[ModuleType, ...] = (
    importlib.import_module("bbs.wire.messages"),
    *feature_modules("bbs.features", "messages"),
)


def _declared(base: type[T], attribute: str) -> Iterator[type[T]]:
    """Yield the classes below `base`, module by module, in the order of the source.

    Those of another file of a feature's folder count if `messages.py` imports them, and they have a
    name of their own: bases have none.
    """
    for module in _MODULES:
        folder = module.__name__.rpartition(".")[0]
        for cls in vars(module).values():
            if not isinstance(cls, type) or not issubclass(cls, base) or _folder(cls) != folder:
                continue
            if cls.__module__ == module.__name__ or hasattr(cls, attribute):
                yield cls


def _folder(cls: type) -> str:
    return cls.__module__.rpartition(".")[0]


def _by_name(base: type[T], attribute: str) -> dict[str, type[T]]:
    found: dict[str, type[T]] = {}
    for cls in _declared(base, attribute):
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
