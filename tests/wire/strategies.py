"""Hypothesis strategies for every message, made from the structs' own bounds."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from msgspec import Raw
from msgspec import inspect as mi

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_INT_MAX = 2**53 - 1
_moments = st.integers(0, 4_000_000_000_000).map(lambda ms: _EPOCH + timedelta(milliseconds=ms))
_letters = st.characters(exclude_categories=["Cs"])


few = settings(max_examples=max(4, settings().max_examples // 15))
"""For tests that run once for every message there is."""


def messages(cls: type[Any]) -> st.SearchStrategy[Any]:
    """Return a strategy for instances of a struct, every field within its bounds."""
    return _of(mi.type_info(cls))


def _of(kind: mi.Type) -> st.SearchStrategy[Any]:
    match kind:
        case mi.StructType():
            return _struct(kind)
        case mi.StrType(pattern=str(pattern)):
            # Written with its bounds inside, or nearly all of what a `+` draws would be thrown away.
            bounds = f"{{{kind.min_length or 0},{kind.max_length or 100}}}"
            bounded = pattern.replace("+$", f"{bounds}$").replace("$", r"\Z")
            return st.from_regex(bounded, fullmatch=True)
        case mi.StrType():
            length_max = min(kind.max_length or 40, 40)
            return st.text(_letters, min_size=kind.min_length or 0, max_size=length_max)
        case mi.IntType():
            low = -_INT_MAX if kind.ge is None else int(kind.ge)
            return st.integers(low, _INT_MAX if kind.le is None else int(kind.le))
        case mi.UnionType():
            return st.one_of([_of(member) for member in kind.types])
        case mi.VarTupleType():
            size_max = min(kind.max_length or 3, 3)
            items = st.lists(_of(kind.item_type), min_size=kind.min_length or 0, max_size=size_max)
            return items.map(tuple)
        case mi.TupleType():
            return st.tuples(*[_of(item) for item in kind.item_types])
        case mi.DictType():
            return st.dictionaries(_of(kind.key_type), _of(kind.value_type), max_size=3)
        case mi.EnumType():
            return st.sampled_from(list(kind.cls))
        case mi.Metadata():
            return _of(kind.type)
        case _:
            return _simple(kind)


def _raw(value: object) -> Raw:
    return Raw(msgspec.json.encode(value))


def _simple(kind: mi.Type) -> st.SearchStrategy[Any]:
    match kind:
        case mi.BoolType():
            return st.booleans()
        case mi.NoneType():
            return st.none()
        case mi.FloatType():
            return st.floats(0, 1_000_000, allow_nan=False)
        case mi.DateTimeType():
            return _moments
        case mi.RawType():
            return st.dictionaries(st.text(_letters, max_size=5), st.integers(-5, 5)).map(_raw)
        case mi.AnyType():
            return st.none() | st.booleans() | st.integers(-5, 5) | st.text(_letters, max_size=5)
        case _:
            raise NotImplementedError(kind)


def _struct(kind: mi.StructType) -> st.SearchStrategy[Any]:
    required: dict[str, st.SearchStrategy[Any]] = {}
    optional: dict[str, st.SearchStrategy[Any]] = {}
    for field in kind.fields:
        (required if field.required or field.name == "op" else optional)[field.name] = _of(
            field.type
        )
    return st.fixed_dictionaries(required, optional=optional).map(lambda kw: kind.cls(**kw))


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
"""Anything `json.dumps` takes, NaN, lone surrogates and great numbers among it."""
