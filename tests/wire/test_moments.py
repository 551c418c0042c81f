"""Moments at the edges of the calendar: refused wherever a message has one (protocol 2.4)."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bbs.clock import EARLIEST, LATEST, instant, is_expressible, to_ms
from bbs.errors import BadParams, BadRequest
from bbs.features.members.views import MemberAuthor
from bbs.ids import COMMONS, new_id
from bbs.messages import Command
from bbs.wire import client_protocol, codec
from bbs.wire.client_protocol import Reply
from bbs.wire.codec import InvalidCall
from bbs.wire.error_codec import from_facts
from bbs.wire.frame_check import find_inexpressible
from bbs.wire.messages import EphemeralFrame, EventFrame
from bbs.wire.registry import EPHEMERALS, EVENTS, REQUESTS, result_type
from tests.wire.strategies import few, messages

EDGES = (
    "0001-01-01T00:00:00+14:00",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59-14:00",
    "9999-12-31T23:59:59.999999Z",
)
ZONES = [timezone(timedelta(minutes=minutes)) for minutes in (-1439, -840, 0, 840, 1439)]

NOTIFICATIONS: dict[str, type[Any]] = {**EVENTS, **EPHEMERALS}
RESULTS = {result_type(cls): method for method, cls in REQUESTS.items()}

often_without = settings(few, max_examples=4, suppress_health_check=[HealthCheck.filter_too_much])


def has_moment(cls: type[Any]) -> bool:
    """Tell whether the schema of a message has a moment anywhere, however deep."""
    return '"date-time"' in json.dumps(msgspec.json.schema(cls))


def moments_in(value: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Yield the path of each moment in built-in values, with the container and key it is at."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inside in items:
        here = f"{path}[{key}]" if isinstance(value, list | tuple) else f"{path}.{key}".lstrip(".")
        if isinstance(inside, datetime):
            yield here, value, key
        elif isinstance(inside, dict | list | tuple):
            yield from moments_in(inside, here)


def at_an_edge(message: Any, data: st.DataObject) -> tuple[str, dict[str, Any]]:
    """Return a message as JSON values with one of its moments at an edge, and the path to it."""
    values = msgspec.to_builtins(message, builtin_types=(datetime,))
    values = json.loads(json.dumps(values, default=lambda moment: {"moment": str(moment)}))
    values = _restored(values)
    found = list(moments_in(values))
    assume(found)
    path, container, key = data.draw(st.sampled_from(found))
    container[key] = data.draw(st.sampled_from(EDGES))
    return path, json.loads(json.dumps(values, default=lambda moment: moment.isoformat()))


def _restored(value: Any) -> Any:
    if isinstance(value, dict):
        if value.keys() == {"moment"}:
            return datetime.fromisoformat(value["moment"])
        return {key: _restored(inside) for key, inside in value.items()}
    return [_restored(inside) for inside in value] if isinstance(value, list) else value


@pytest.mark.parametrize("method", [name for name, cls in REQUESTS.items() if has_moment(cls)])
def test_every_request_with_a_moment_refuses_the_edges(method: str) -> None:
    """A moment that leads out of the calendar is a bad param that is named (protocol 2.4)."""

    @often_without
    @given(messages(REQUESTS[method]), st.data())
    def refuses(request: Any, data: st.DataObject) -> None:
        path, params = at_an_edge(request, data)
        op = {"op": new_id()} if isinstance(request, Command) else {}
        call = {"jsonrpc": "2.0", "id": 5, "method": method, "params": {**params, **op}}
        with pytest.raises(InvalidCall) as caught:
            codec.decode_call(json.dumps(call).encode())
        assert caught.value.request_id == 5
        assert isinstance(caught.value.error, BadParams)
        assert caught.value.error.field == path
        assert "0001-01-02" in caught.value.error.rule

    refuses()


@pytest.mark.parametrize("method", [RESULTS[cls] for cls in RESULTS if has_moment(cls)])
def test_every_result_with_a_moment_refuses_the_edges(method: str) -> None:
    """A server cannot hand a client a moment that raises when a zone is applied (P13)."""
    cls = REQUESTS[method]

    @often_without
    @given(messages(result_type(cls)), st.data())
    def refuses(result: Any, data: st.DataObject) -> None:
        _, values = at_an_edge(result, data)
        with pytest.raises(BadRequest):
            client_protocol.typed_result(cls, Reply(3, json.dumps(values).encode()))

    refuses()


@pytest.mark.parametrize("kind", [name for name, cls in NOTIFICATIONS.items() if has_moment(cls)])
def test_every_event_and_ephemeral_with_a_moment_refuses_the_edges(kind: str) -> None:
    """An event or ephemeral whose data has such a moment is none (P13)."""

    @often_without
    @given(messages(NOTIFICATIONS[kind]), st.data())
    def refuses(message: Any, data: st.DataObject) -> None:
        _, values = at_an_edge(message, data)
        with pytest.raises(BadRequest):
            typed(kind, values)

    refuses()


def typed(kind: str, values: dict[str, Any]) -> object:
    """Read the data of an event or ephemeral as a client does."""
    if kind in EPHEMERALS:
        return client_protocol.typed_ephemeral(EphemeralFrame(kind=kind, data=values))
    frame = EventFrame(
        stream=f"board:{COMMONS}",
        seq=1,
        at=instant(0),
        kind=kind,
        author=MemberAuthor(id=COMMONS),
        subject=COMMONS,
        data=values,
    )
    return client_protocol.typed_event(frame)


@pytest.mark.parametrize("edge", EDGES)
def test_the_moment_of_an_event_is_not_at_an_edge(edge: str) -> None:
    """The frame of an event has a moment of its own (protocol 7.1, P13)."""
    author, data = MemberAuthor(id=COMMONS), b"{}"
    sent = codec.encode_event(f"board:{COMMONS}", 1, instant(0), "x.y", author, COMMONS, data)
    client_protocol.decode_message(sent)
    with pytest.raises(BadRequest):
        client_protocol.decode_message(sent.replace(b"1970-01-01T00:00:00Z", edge.encode()))


@pytest.mark.parametrize("edge", EDGES)
def test_the_moment_of_an_error_is_not_at_an_edge(edge: str) -> None:
    """An error whose facts have such a moment reads as the peer's sentence (protocol 4.7)."""
    error = from_facts("community.closed", {"closed_at": edge}, "closed for good")
    assert error.code == "unknown"
    assert str(error) == "closed for good"
    known = from_facts("community.closed", {"closed_at": "2027-01-01T00:00:00Z"}, "")
    assert known.code == "community.closed"


@given(st.datetimes(timezones=st.sampled_from(ZONES)))
def test_what_is_accepted_can_be_expressed_in_every_zone(moment: datetime) -> None:
    """Applying any zone to an accepted moment raises nothing; Python's own edges do (P13)."""
    assert find_inexpressible(moment) in (None, "")
    if is_expressible(moment):
        for zone in ZONES:
            assert moment.astimezone(zone) == moment
        assert abs(instant(to_ms(moment)) - moment) < timedelta(milliseconds=1)


@given(st.integers(-(2**63), 2**63))
def test_every_number_of_milliseconds_is_a_moment(ms: int) -> None:
    """What is stored can always be told: beyond the calendar it is the calendar's edge."""
    assert EARLIEST <= instant(ms) <= LATEST
    assert is_expressible(instant(ms).astimezone(UTC))
