"""The two ends of a connection, joined without a socket: what may be said when (protocol 2, 3.1)."""

import json
import unicodedata
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbs import limits
from bbs.clock import instant
from bbs.errors import BadRequest, HelloFirst, Throttled, UnknownMethod, WrongVersion
from bbs.features.members.views import SystemAuthor
from bbs.features.presence.messages import GetPresence, PresenceChanged, PresenceResult
from bbs.ids import COMMONS
from bbs.messages import Done, Request
from bbs.text import compose
from bbs.wire import client_protocol, close, codec
from bbs.wire.client_protocol import Answered, ClientProtocol
from bbs.wire.close import MEANINGS, Close
from bbs.wire.codec import Call
from bbs.wire.cursors import Cursors, SeqGap
from bbs.wire.messages import (
    PROTOCOL,
    Discover,
    EphemeralFrame,
    EventFrame,
    Hello,
    StreamState,
    Welcome,
)
from bbs.wire.registry import REQUESTS
from bbs.wire.server_protocol import ServerProtocol
from tests.wire.strategies import few, messages

HELLO = Hello(versions=(PROTOCOL,), client="test")
STREAM = f"board:{COMMONS}"


class Pair:
    """A client and a server session whose frames are passed by hand."""

    def __init__(self, *, greeted: bool = True, signed_in: bool = True) -> None:
        self.cursors = Cursors()
        self.client = ClientProtocol(self.cursors)
        self.server = ServerProtocol()
        if greeted:
            request_id = self.send(HELLO)
            self.server.done(request_id)
        if signed_in:
            self.server.signed_in()

    def send(self, request: Request[object]) -> int:
        """Send a request that the server takes, and return its id."""
        request_id, frame = self.client.call(request)
        assert self.server.receive(frame) == Call(request_id, request)
        return request_id

    def refused(self, frame: bytes) -> object:
        """Send a frame that the server refuses, and return what the client makes of that."""
        answer = self.server.receive(frame)
        assert isinstance(answer, bytes), answer
        told = client_protocol.decode_message(answer)
        assert isinstance(told, client_protocol.ErrorReply)
        return told.error


def event(seq: int, stream: str = STREAM) -> bytes:
    args = (stream, seq, instant(0), "garden.watered", SystemAuthor(), COMMONS, b"{}")
    return codec.encode_event(*args)


def test_a_conversation() -> None:
    """Hello, a call, its answer: each answer finds its call, in whatever order (protocol 2.2)."""
    pair = Pair(greeted=False)
    hello, first, second = (pair.send(r) for r in (HELLO, GetPresence(), GetPresence()))
    welcome = Welcome(
        version=PROTOCOL, server="s", community="c", epoch="e", features=(), limits={}
    )
    answers = {first: PresenceResult(members=()), second: PresenceResult(members=(COMMONS,))}
    for request_id in (second, first):
        pair.server.done(request_id)
        sent = codec.encode_result(request_id, answers[request_id])
        assert pair.client.receive(sent) == Answered(request_id, answers[request_id])
    assert pair.client.receive(codec.encode_result(hello, welcome)) == Answered(hello, welcome)
    assert pair.server.in_flight == 1


def test_hello_comes_first() -> None:
    """Nothing but hello and rpc.discover is taken before hello, known or not (protocol 3.1)."""
    pair = Pair(greeted=False, signed_in=False)
    assert isinstance(pair.refused(pair.client.call(GetPresence())[1]), HelloFirst)
    assert isinstance(pair.refused(b'{"jsonrpc":"2.0","id":1,"method":"no.such"}'), HelloFirst)
    pair.send(Discover())
    pair.send(HELLO)
    pair.send(GetPresence())
    assert isinstance(pair.refused(b'{"jsonrpc":"2.0","id":9,"method":"no.such"}'), UnknownMethod)


def test_hello_is_said_once() -> None:
    """A second hello is refused: what was agreed stays (protocol 3.1)."""
    pair = Pair()
    assert isinstance(pair.refused(pair.client.call(HELLO)[1]), BadRequest)


def test_versions_have_to_meet() -> None:
    """A client of another version is told which are spoken, and is not greeted (protocol 3.1)."""
    pair = Pair(greeted=False)
    error = pair.refused(pair.client.call(Hello(versions=("bbs.v0", "bbs.v9")))[1])
    assert isinstance(error, WrongVersion)
    assert error.spoken == [PROTOCOL]
    assert pair.server.version is None
    pair.send(Hello(versions=("bbs.v9", PROTOCOL)))
    assert pair.server.version == PROTOCOL


def test_strangers_have_few_frames() -> None:
    """Whoever has not signed in is cut off after ten frames, readable or not (protocol 2.5)."""
    pair = Pair(signed_in=False)
    for _ in range(limits.STRANGER_FRAMES_MAX - 1):
        assert isinstance(pair.server.receive(b"junk"), bytes)
    end = pair.server.receive(pair.client.call(GetPresence())[1])
    assert isinstance(end, Close)
    assert end.code == close.TOO_MANY


def test_members_have_many() -> None:
    """Signing in lifts the count (protocol 2.5)."""
    pair = Pair()
    for _ in range(limits.STRANGER_FRAMES_MAX * 3):
        pair.server.done(pair.send(GetPresence()))


@pytest.mark.parametrize(
    ("signed_in", "size_max"),
    [(False, limits.STRANGER_FRAME_BYTES_MAX), (True, limits.FRAME_TO_SERVER_BYTES_MAX)],
)
def test_frames_are_bounded(signed_in: bool, size_max: int) -> None:
    """A frame of the largest size is read, one byte more ends the connection (protocol 2.1)."""
    pair = Pair(signed_in=signed_in)
    assert isinstance(pair.server.receive(b"[" + b" " * (size_max - 1)), bytes)
    end = pair.server.receive(b"[" + b" " * size_max)
    assert isinstance(end, Close)
    assert end.code == close.TOO_BIG


def test_a_program_that_never_mends_is_cut_off() -> None:
    """Unreadable frames in a row end the connection; a readable one starts the count anew."""
    pair = Pair()
    for _ in range(limits.UNREADABLE_FRAMES_MAX):
        assert isinstance(pair.server.receive(b"{"), bytes)
    pair.server.done(pair.send(GetPresence()))
    for _ in range(limits.UNREADABLE_FRAMES_MAX):
        assert isinstance(pair.server.receive(b"{"), bytes)
    end = pair.server.receive(b"{")
    assert isinstance(end, Close)
    assert end.code == close.PROTOCOL_ABUSE


def test_calls_in_flight_are_bounded() -> None:
    """The 65th unanswered call is throttled; after an answer there is room again (P14)."""
    pair = Pair()
    ids = [pair.send(GetPresence()) for _ in range(limits.REQUESTS_IN_FLIGHT_MAX)]
    assert isinstance(pair.refused(pair.client.call(GetPresence())[1]), Throttled)
    pair.server.done(ids[0])
    pair.send(GetPresence())


def test_an_id_is_used_once_at_a_time() -> None:
    """A second call under a waiting id is refused without that id, so no answer is mistaken."""
    pair = Pair()
    frame = codec.encode_call("same", GetPresence())
    assert isinstance(pair.server.receive(frame), Call)
    answer = pair.server.receive(frame)
    assert isinstance(answer, bytes)
    assert json.loads(answer)["id"] is None
    pair.server.done("same")
    assert isinstance(pair.server.receive(frame), Call)


def test_answers_nobody_asked_for_are_dropped() -> None:
    """An answer to no call, or a second one to the same, is nothing (P13)."""
    pair = Pair()
    request_id = pair.send(GetPresence())
    sent = codec.encode_error(request_id, Throttled(1.0))
    answered = pair.client.receive(sent)
    assert isinstance(answered, Answered)
    assert isinstance(answered.outcome, Throttled)
    assert pair.client.receive(sent) is None
    assert pair.client.receive(codec.encode_result("text", Done())) is None
    assert pair.client.receive(codec.encode_error(None, BadRequest())) is None


def test_an_answer_of_the_wrong_shape_fails_its_call() -> None:
    """A server that answers nonsense fails that one call, not the connection (P13)."""
    pair = Pair()
    request_id = pair.send(GetPresence())
    answered = pair.client.receive(codec.encode_result(request_id, Done()))
    assert isinstance(answered, Answered)
    assert isinstance(answered.outcome, BadRequest)


def test_events_come_in_order_once() -> None:
    """Doubled events are dropped, missing ones are a gap, ephemerals pass (protocol 6.2)."""
    pair = Pair()
    pair.cursors.add(STREAM, 4, "e")
    assert pair.client.receive(event(5)) is None
    assert pair.cursors.next_batch() is not None
    pair.cursors.synced(STREAM, StreamState(state="live", seq=4), "e")
    fifth = pair.client.receive(event(5))
    assert isinstance(fifth, EventFrame)
    assert pair.client.receive(event(5)) is None
    assert pair.client.receive(event(3)) is None
    assert pair.client.receive(event(8)) == SeqGap(STREAM, 5)
    assert pair.client.receive(event(9)) is None
    assert pair.client.receive(event(1, f"lounge:{COMMONS}")) is None
    here = pair.client.receive(codec.encode_ephemeral(PresenceChanged(members=())))
    assert isinstance(here, EphemeralFrame)


def test_every_close_code_has_a_meaning_and_a_place() -> None:
    """Close codes are registered ones or in the range for applications (protocol 8)."""
    for code, meaning in MEANINGS.items():
        assert meaning
        assert code in (1000, 1001, 1003, 1006, 1007, 1009, 1012) or 4000 <= code < 5000


@few
@given(st.sampled_from(sorted(REQUESTS)), st.data())
def test_every_text_leaves_composed(method: str, data: st.DataObject) -> None:
    """Names, passwords and texts of every request are in NFC when they leave (protocol 2.12)."""
    request = data.draw(messages(REQUESTS[method]))
    _, frame = ClientProtocol(Cursors()).call(request)
    values = msgspec.to_builtins(request)
    assert msgspec.json.decode(frame)["params"] == _composed(values)
    assert unicodedata.is_normalized("NFC", frame.decode())


def _composed(value: Any) -> Any:
    if isinstance(value, dict):
        return {_composed(key): _composed(inside) for key, inside in value.items()}
    if isinstance(value, list | tuple):
        return [_composed(inside) for inside in value]
    return compose(value) if isinstance(value, str) else value


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_composing_json_composes_its_strings(text: str) -> None:
    """No sign of JSON composes with what stands beside it, such as a mark that begins a text."""
    whole = compose(msgspec.json.encode([text, {"k": text}]).decode())
    assert msgspec.json.decode(whole) == [compose(text), {"k": compose(text)}]
