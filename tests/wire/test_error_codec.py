"""Errors that a peer sends: what does not fit this version is told all the same."""

import copy
import pickle
from typing import Any

import pytest

from bbs.errors import BadParams
from bbs.wire.error_codec import UnknownError, from_facts


@pytest.mark.parametrize("facts", [{}, {"field": "title"}, {"field": 7, "rule": "too long"}])
def test_facts_that_do_not_fit_leave_the_sentence(facts: dict[str, Any]) -> None:
    """An error whose facts this version cannot read is told in the peer's own words."""
    back = from_facts("protocol.bad_params", facts, "title: too long")
    assert isinstance(back, UnknownError)
    assert str(back) == "title: too long"


def test_facts_of_a_newer_peer_are_left_out() -> None:
    """A fact that this version does not know changes nothing (protocol 4)."""
    facts = {"field": "title", "rule": "too long", "since": 9}
    assert from_facts("protocol.bad_params", facts, "").facts() == {
        "field": "title",
        "rule": "too long",
    }


def test_an_error_can_be_copied() -> None:
    """However it was made, a copy holds the same facts."""
    for error in (BadParams("title", rule="too long"), BadParams(field="title", rule="too long")):
        for copied in (copy.copy(error), pickle.loads(pickle.dumps(error))):
            assert copied.facts() == error.facts()


@pytest.mark.parametrize("facts", [(), ("a", "b", "c")])
def test_an_error_is_made_of_its_facts(facts: tuple[str, ...]) -> None:
    """An error cannot be raised without a fact, or with one it does not have."""
    with pytest.raises(TypeError, match="BadParams is made of field, rule"):
        BadParams(*facts)
    with pytest.raises(TypeError, match="field, rule"):
        BadParams("a", field="b", rule="c")  # type: ignore[misc]  # said twice, on purpose
