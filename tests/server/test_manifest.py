"""What features say they bring is put together in one order, or refused at start."""

import inspect
from collections.abc import Iterable
from types import ModuleType
from typing import Any, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbs.discovery import ManifestError, merge
from bbs.features.boards.messages import GetBoard, SeatChanged, TakeSeat
from bbs.features.members.messages import MemberJoined
from bbs_server.handler_api import FeatureLookups
from bbs_server.manifest import (
    Feature,
    ReactsTo,
    find_features,
    make_lookups,
    order_reactions,
)
from bbs_server.standing import ObjectLocator


def reaction(name: str) -> Any:
    """Return a reaction that does nothing and is called `name`."""

    def react(*_: object) -> tuple[()]:
        return ()

    react.__name__ = name
    return react


def house(waits: dict[str, Iterable[str]]) -> dict[str, Feature]:
    """Return features that each react to a seat, after those named."""
    return {
        name: Feature(reactions=(ReactsTo(SeatChanged, reaction(name), after=tuple(others)),))
        for name, others in waits.items()
    }


def order(features: dict[str, Feature]) -> list[str]:
    """Return the names of the reactions to a seat, in the order they run."""
    return [run.__name__ for run in order_reactions(features)[SeatChanged]]


def test_a_reaction_runs_after_those_it_names() -> None:
    """`after` decides the order, whatever the features are called."""
    assert order(house({"alder": ("birch",), "birch": ("cedar",), "cedar": ()})) == [
        "cedar",
        "birch",
        "alder",
    ]


@given(st.data())
def test_every_possible_order_is_found(data: st.DataObject) -> None:
    """Where an order is possible at all, each reaction runs once and after those it names."""
    names = data.draw(st.permutations("abcdefg"))
    waits = {
        name: data.draw(st.sets(st.sampled_from(names[:place]))) if place else set()
        for place, name in enumerate(names)
    }
    features = house({name: sorted(waits[name]) for name in sorted(waits)})
    found = order(features)
    assert sorted(found) == sorted(names)
    assert all(found.index(first) < found.index(name) for name in names for first in waits[name])
    assert found == order(features)


def test_one_feature_keeps_its_own_order() -> None:
    """Several reactions of one feature to one event run as it says them; other events stand apart."""
    features = {
        "alder": Feature(
            reactions=(
                ReactsTo(SeatChanged, reaction("second"), after=("birch",)),
                ReactsTo(MemberJoined, reaction("elsewhere")),
                ReactsTo(SeatChanged, reaction("third")),
            )
        ),
        "birch": Feature(reactions=(ReactsTo(SeatChanged, reaction("first")),)),
    }
    assert order(features) == ["first", "second", "third"]
    assert [run.__name__ for run in order_reactions(features)[MemberJoined]] == ["elsewhere"]


def test_a_circle_of_reactions_is_refused() -> None:
    """Reactions that wait for each other have no order: the server does not start."""
    with pytest.raises(ManifestError, match=r"boards\.seat_changed wait in a circle"):
        order_reactions(house({"alder": ("birch",), "birch": ("alder",)}))


def test_after_a_feature_that_does_not_react_is_refused() -> None:
    """`after` names a feature that reacts to the same event, so that no slip of the pen is lost."""
    with pytest.raises(ManifestError, match=r"alder reacts to .* after brich"):
        order_reactions(house({"alder": ("brich",), "birch": ()}))


def module(*handlers: Any) -> ModuleType:
    """Return a module of these functions, under the names they have."""
    found = ModuleType("handlers")
    for handler in handlers:
        handler.__module__ = found.__name__
        setattr(found, handler.__name__, handler)
    return found


def test_a_handler_is_found_by_its_parameters() -> None:
    """Public functions of a feature's modules handle the request of which their last parameter is."""

    def take(tx: Any, ctx: Any, command: TakeSeat) -> Any: ...
    def show(tx: Any, ctx: Any, query: GetBoard) -> Any: ...
    async def prepare(p: Any, command: TakeSeat) -> Any: ...
    def _shorten(tx: Any, ctx: Any, command: TakeSeat) -> Any: ...
    def check(command: TakeSeat) -> Any: ...

    feature = Feature(modules=(module(take, show), module(prepare, _shorten, check)))
    assert feature.commands == {TakeSeat: take}
    assert feature.queries == {GetBoard: show}
    assert feature.prepares == {TakeSeat: prepare}


def test_two_handlers_of_one_request_are_refused() -> None:
    """The server does not start if it cannot know which function handles a request."""

    def take(tx: Any, ctx: Any, command: TakeSeat) -> Any: ...
    def sit(tx: Any, ctx: Any, command: TakeSeat) -> Any: ...

    with pytest.raises(ManifestError, match="TakeSeat"):
        _ = Feature(modules=(module(take, sit),)).commands


def test_lookups_are_complete() -> None:
    """A lookup that is asked for and not brought, or brought and not asked for, is refused."""
    features = [feature for name, feature in find_features().items() if name != "norms"]
    with pytest.raises(ManifestError, match="clause_existed"):
        make_lookups(features, FeatureLookups, ObjectLocator)
    more = Feature(lookups={"clause_existed": reaction("a"), "weather": reaction("b")})
    with pytest.raises(ManifestError, match="weather"):
        make_lookups((*features, more), FeatureLookups, ObjectLocator)


ASKED = [
    (name, member)
    for protocol in (FeatureLookups, ObjectLocator)
    for name, member in vars(protocol).items()
    if callable(member) and not name.startswith("_")
]


@pytest.mark.parametrize(("name", "wanted"), ASKED)
def test_lookups_answer_what_is_asked(name: str, wanted: Any) -> None:
    """What a feature brings takes the arguments of the protocol and returns its type."""
    brought = merge(feature.lookups for feature in find_features().values())[name]
    arguments = [p for p in inspect.signature(wanted).parameters if p != "self"]
    inspect.signature(brought).bind(*arguments)
    assert get_type_hints(brought)["return"] == get_type_hints(wanted)["return"]
