"""The registry: every message of every feature, once."""

import pytest

from bbs.features.threads.messages import ListPosts
from bbs.features.threads.views import Post, PostPage
from bbs.messages import Query, Result
from bbs.wire.registry import EPHEMERALS, EVENTS, FEATURES, REQUESTS, result_type


def test_methods_and_kinds_begin_with_their_feature() -> None:
    """A method or kind says which feature it belongs to; only the protocol's own have none."""
    own = {"hello", "rpc.discover", "sync", "stream.ended", "server.stopping", "server.notice"}
    for name in {*REQUESTS, *EVENTS, *EPHEMERALS} - own:
        assert name.partition(".")[0] in FEATURES, name
    assert own <= {*REQUESTS, *EPHEMERALS}


def test_every_request_names_its_result_and_need() -> None:
    """Every request has a result type and a need that the gate can check."""
    for cls in REQUESTS.values():
        assert issubclass(result_type(cls), Result)
        assert cls.needs.power


def test_every_path_of_words_exists() -> None:
    """Each path in an event's `words` leads to a field that may be absent (P10)."""
    for cls in EVENTS.values():
        for path in cls.text_paths:
            assert "." in path or cls.own_words, (cls, path)
            assert path.split(".")[0] in cls.__struct_fields__, (cls, path)
    assert "body" in Post.__struct_fields__


def test_a_request_names_what_answers_it() -> None:
    """The result of a request is the type in its base, `Query[R]`."""
    assert result_type(ListPosts) is PostPage


def test_a_request_without_a_result_type_is_a_mistake() -> None:
    """A request that names no result type is refused where it is registered."""

    class Nameless(Query, frozen=True, kw_only=True):  # type: ignore[type-arg]  # wrong on purpose
        pass

    with pytest.raises(TypeError, match="Nameless"):
        result_type(Nameless)
