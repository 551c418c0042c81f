"""Answers are kept without words: every text of a command's result is named in its `words`."""

import types
from collections.abc import Iterator
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import pytest
from msgspec import Struct

from bbs.messages import Command
from bbs.powers import Power
from bbs.wire.registry import REQUESTS, result_type

# Answers to people who knock, signing up and in, are not kept.
COMMANDS = {
    method: cls
    for method, cls in REQUESTS.items()
    if issubclass(cls, Command) and cls.needs.power is not Power.KNOCK
}
NOT_THEIRS = {"ImportedAuthor"}  # only members write by command: no imported name is in an answer

NO_WORDS = {
    "act": "names an act",
    "after": "a setting; words are in `said_after`",
    "batch": "names acts that were done together",
    "came_as": "names a board, as its slug does",
    "before": "a setting; words are in `said_before`",
    "field": "the name of a setting",
    "grave": "names of settings",
    "id": "names a thing",
    "method": "names a command",
    "refused": "the code of an error",
    "undoes": "names an act",
    "why_not": "the code of an error",
}


def texts(place: Any, path: str = "") -> Iterator[str]:
    """Yield the paths of all fields of a struct that can hold free text."""
    for name, kind in get_type_hints(place, include_extras=True).items():
        if name in place.__struct_fields__ and name != "as_of":
            yield from _texts_of(kind, f"{path}.{name}".strip("."))


def _texts_of(kind: Any, path: str) -> Iterator[str]:
    if get_origin(kind) in (Union, types.UnionType):
        for one in get_args(kind):
            yield from _texts_of(one, path)
    elif get_origin(kind) is tuple:
        for one in get_args(kind):
            if one is not Ellipsis:
                yield from _texts_of(one, path)
    elif get_origin(kind) is Annotated:
        base, *notes = get_args(kind)
        # What must match a pattern is an id or a key, not a text.
        if not any(getattr(note, "pattern", None) for note in notes):
            yield from _texts_of(base, path)
    elif kind is str and path.rpartition(".")[2] not in NO_WORDS:
        yield path
    elif isinstance(kind, type) and issubclass(kind, Struct) and kind.__name__ not in NOT_THEIRS:
        yield from texts(kind, path)


@pytest.mark.parametrize("method", COMMANDS)
def test_every_text_of_an_answer_is_named(method: str) -> None:
    """No text is kept with the answer of a command, where nothing could make it forgotten (P10)."""
    result = result_type(COMMANDS[method])
    assert set(texts(result)) <= {path.replace("[]", "") for path in result.text_paths}
