"""The codec: calls in, answers out, and nothing but its own refusals for hostile input."""

import json
from datetime import UTC, datetime
from typing import Any, get_type_hints

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbs import errors, limits, refusals
from bbs.clock import instant
from bbs.errors import BadJson, BadParams, BadRequest, UnknownMethod
from bbs.features.members.views import MemberAuthor, SystemAuthor
from bbs.features.presence.messages import PresenceChanged
from bbs.features.threads.messages import PostsFaded, WithdrawPost, WritePost
from bbs.features.threads.views import LineResult, PostResult
from bbs.ids import COMMONS, new_id
from bbs.messages import Result
from bbs.testing import a_line, a_post
from bbs.wire import client_protocol, codec
from bbs.wire import error_codec as wire_errors
from bbs.wire.client_protocol import ErrorReply, Reply
from bbs.wire.codec import Call, InvalidCall
from bbs.wire.messages import EventFrame, Hello
from bbs.wire.registry import EPHEMERALS, EVENTS, REQUESTS, result_type
from tests.wire.strategies import few, json_values, messages

POST = "00000000-0000-4000-8000-00000000000a"
OP = "00000000-0000-4000-8000-00000000000b"
CLAUSE = {"text": "Be kind.", "why": "It costs nothing."}


def frame(method: str = "threads.withdraw", /, **params: Any) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": 7, "method": method, "params": params}).encode()


def refused(data: bytes) -> InvalidCall:
    with pytest.raises(InvalidCall) as caught:
        codec.decode_call(data)
    return caught.value


@pytest.mark.parametrize("method", REQUESTS)
def test_every_request_survives_the_wire(method: str) -> None:
    """What a client encodes is what the server reads, for every method (protocol 2)."""
    cls = REQUESTS[method]

    @few
    @given(messages(cls), st.integers(0, limits.REQUEST_ID_INT_MAX) | st.text(max_size=8))
    def survives(request: Any, request_id: int | str) -> None:
        assert codec.decode_call(codec.encode_call(request_id, request)) == (request_id, request)

    survives()


@pytest.mark.parametrize("method", REQUESTS)
def test_every_result_survives_the_wire(method: str) -> None:
    """What a server answers is what the client reads, for every method (protocol 2)."""
    cls = REQUESTS[method]

    @few
    @given(messages(result_type(cls)))
    def survives(result: Result) -> None:
        reply = client_protocol.decode_message(codec.encode_result(3, result))
        assert isinstance(reply, Reply)
        assert reply.id == 3
        assert client_protocol.typed_result(cls, reply) == result

    survives()


@pytest.mark.parametrize("kind", EVENTS)
def test_every_event_survives_the_wire(kind: str) -> None:
    """An event arrives as it was told, its data spliced in raw (protocol 7.1)."""

    @few
    @given(messages(EVENTS[kind]))
    def survives(event: Any) -> None:
        author, at = MemberAuthor(id=POST), instant(1_700_000_000_123)
        data = msgspec.json.encode(event)
        sent = codec.encode_event(f"board:{COMMONS}", 9, at, kind, author, POST, data)
        told = client_protocol.decode_message(sent)
        assert isinstance(told, EventFrame)
        assert (told.seq, told.at, told.author, told.subject) == (9, at, author, POST)
        assert client_protocol.typed_event(told) == event

    survives()


@pytest.mark.parametrize("kind", EPHEMERALS)
def test_every_ephemeral_survives_the_wire(kind: str) -> None:
    """An ephemeral arrives as it was told (protocol 7.5)."""

    @few
    @given(messages(EPHEMERALS[kind]))
    def survives(ephemeral: Any) -> None:
        told = client_protocol.decode_message(codec.encode_ephemeral(ephemeral))
        assert not isinstance(told, Reply | ErrorReply | EventFrame)
        assert client_protocol.typed_ephemeral(told) == ephemeral

    survives()


@given(st.binary(max_size=300))
def test_any_bytes_are_a_call_or_refused(data: bytes) -> None:
    """Arbitrary bytes raise nothing outside the codec's own family (P13)."""
    try:
        assert isinstance(codec.decode_call(data), Call)
    except InvalidCall as refusal:
        codec.encode_error(refusal.request_id, refusal.error)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "jsonrpc": st.just("2.0") | json_values,
            "id": json_values,
            "method": st.sampled_from(sorted(REQUESTS)) | json_values,
            "params": json_values | st.dictionaries(st.sampled_from(["post", "op"]), json_values),
            "extra": json_values,
        },
    )
)
def test_any_json_is_a_call_or_refused(message: dict[str, Any]) -> None:
    """JSON of any shape raises nothing outside the codec's own family, and can be answered."""
    try:
        assert isinstance(codec.decode_call(json.dumps(message).encode()), Call)
    except InvalidCall as refusal:
        codec.encode_error(refusal.request_id, refusal.error)


@given(st.binary(max_size=300) | json_values.map(lambda value: json.dumps(value).encode()))
def test_any_frame_of_a_server_is_a_message_or_refused(data: bytes) -> None:
    """A hostile server cannot make the client raise anything but a ProtocolError (P13)."""
    try:
        client_protocol.decode_message(data)
    except errors.ProtocolError:
        return


@pytest.mark.parametrize(
    ("data", "error", "request_id"),
    [
        (b"nonsense", BadJson, None),
        (b"[]", BadRequest, None),
        (b"7", BadRequest, None),
        (b'{"jsonrpc":"2.0","method":"hello","params":{}}', BadRequest, None),
        (b'{"jsonrpc":"2.0","method":"hello","id":null}', BadRequest, None),
        (b'{"jsonrpc":"2.0","method":"hello","id":1.5}', BadRequest, None),
        (b'{"jsonrpc":"2.0","method":"hello","id":true}', BadRequest, None),
        (b'{"jsonrpc":"2.0","method":"hello","id":"%s"}' % (b"x" * 65), BadRequest, None),
        (b'{"jsonrpc":"2.0","method":"hello","id":1,"params":[1]}', BadRequest, 1),
        (b'{"jsonrpc":"2.0","method":"hello","id":1,"params":null}', BadRequest, 1),
        (b'{"jsonrpc":"1.0","method":"hello","id":"a"}', BadRequest, "a"),
        (b'{"method":"hello","id":"a"}', BadRequest, "a"),
        (b'{"jsonrpc":"2.0","method":3,"id":"a"}', BadRequest, "a"),
        (b'{"jsonrpc":"2.0","method":"nope","id":5}', UnknownMethod, 5),
        (b'{"jsonrpc":"2.0","method":"hello","id":5}', BadParams, 5),
    ],
)
def test_what_is_wrong_is_told_under_its_id(
    data: bytes, error: type[Exception], request_id: int | str | None
) -> None:
    """Each way of being no call has its error, with the id as far as it can be told (protocol 4)."""
    refusal = refused(data)
    assert type(refusal.error) is error
    assert refusal.request_id == request_id


@pytest.mark.parametrize(
    ("params", "field", "rule"),
    [
        ({"op": OP}, "post", "is missing"),
        ({"op": OP, "post": POST, "colour": 1}, "colour", "is not known here"),
        ({"op": OP, "post": 5}, "post", "expected str, got int"),
        ({"op": OP, "post": "x"}, "post", "shorter than 36 characters; give it whole"),
        ({"op": "x", "post": POST}, "op", "shorter than 36 characters; give it whole"),
        ({"post": POST}, "op", "a changing request names its op, a fresh uuid"),
    ],
)
def test_bad_params_name_the_field_and_the_rule(
    params: dict[str, Any], field: str, rule: str
) -> None:
    """A wrong parameter is named, with the rule it broke; a command needs its op (P12)."""
    assert refused(frame(**params)).error.facts() == {"field": field, "rule": rule}


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"norms": [CLAUSE] * 200}, "norms: at most 20 of them; leave some out"),
        ({"reason": ""}, "reason: empty; write at least a word"),
        ({"reason": "x" * 5_000}, "reason: longer than 800 characters; shorten it"),
        ({"norms": [{**CLAUSE, "why": "x" * 5_000}]}, "norms 1, why: longer than 2000 characters"),
        ({"if_version": 0}, "version: at least 1"),
    ],
)
def test_a_bound_is_told_in_words(fields: dict[str, Any], told: str) -> None:
    """What is too long, too short or too many is told in a sentence that says what to do."""
    given = {"op": OP, "board": COMMONS, "norms": [CLAUSE], "reason": "Why", **fields}
    assert str(refused(frame("norms.amend", **given)).error).startswith(told)


def test_a_path_leads_to_the_item() -> None:
    """In a list, the path of what is wrong says which item it is (protocol 4)."""
    mail = {"id": POST, "thread": POST, "author": "x", "at": "yesterday", "body": ""}
    refusal = refused(frame("threads.import", op=OP, board=COMMONS, posts=[mail]))
    assert refusal.error.facts()["field"] == "posts[0].at"


def test_foreign_names_in_errors_are_cut() -> None:
    """The name of an unknown field or method cannot blow up the answer (P13)."""
    assert len(refused(frame(op=OP, post=POST, **{"y" * 9_000: 1})).error.facts()["field"]) == 64
    assert len(refused(frame("z" * 9_000)).error.facts()["method"]) == 64


@pytest.mark.parametrize("code", sorted(wire_errors.all_errors()))
def test_every_error_survives_the_wire(code: str) -> None:
    """An error arrives as the same class with the same facts and sentence (protocol 4)."""
    cls = wire_errors.all_errors()[code]
    kinds = get_type_hints(cls)
    examples: dict[Any, Any] = {str: "word", int: 3, float: 1.5, bool: True, list[str]: ["bbs.v1"]}
    examples[datetime] = datetime(2026, 11, 22, tzinfo=UTC)
    examples[tuple[dict[str, Any], ...]] = ({"address": "garden/1"},)
    facts = {name: examples.get(kinds[name]) for name in cls.fact_names}
    error = cls(**facts)
    assert not set(error.facts()) & {"code", "hint", "audience"}
    reply = client_protocol.decode_message(codec.encode_error(4, error))
    assert isinstance(reply, ErrorReply)
    assert reply.id == 4
    assert type(reply.error) is cls
    assert reply.error.facts() == error.facts()
    assert str(reply.error) == str(error)


def test_an_error_of_a_newer_server_still_reads() -> None:
    """A code this version does not know becomes a refusal that reads the peer's sentence."""
    data = b'{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"no","data":{"code":"x.y"}}}'
    reply = client_protocol.decode_message(data)
    assert isinstance(reply, ErrorReply)
    assert isinstance(reply.error, refusals.Refused)
    assert str(reply.error) == "no"


def test_an_error_without_data_still_reads() -> None:
    """A bare JSON-RPC error is an error too (protocol 4)."""
    reply = client_protocol.decode_message(
        b'{"jsonrpc":"2.0","id":null,"error":{"code":-1,"message":"m"}}'
    )
    assert isinstance(reply, ErrorReply)
    assert (reply.id, str(reply.error)) == (None, "m")


def test_newer_fields_and_kinds_are_passed_over() -> None:
    """A client ignores fields, kinds and notifications it does not know (protocol 2)."""
    shown = msgspec.json.encode(
        {**msgspec.to_builtins(LineResult(line=a_line(body="hi"))), "new": {"x": 1}}
    )
    reply = client_protocol.decode_message(codec.encode_raw_result(1, shown))
    assert isinstance(reply, Reply)
    result = client_protocol.typed_result(REQUESTS["threads.say"], reply)
    assert isinstance(result, LineResult)
    assert result.line.body == "hi"
    args = (f"board:{COMMONS}", 1, instant(0), "garden.watered", SystemAuthor(), POST, b'{"a":1}')
    unknown = client_protocol.decode_message(codec.encode_event(*args))
    assert isinstance(unknown, EventFrame)
    assert client_protocol.typed_event(unknown) is None
    news = client_protocol.decode_message(b'{"jsonrpc":"2.0","method":"weather","params":[]}')
    assert not isinstance(news, Reply | ErrorReply | EventFrame)
    assert client_protocol.typed_ephemeral(news) is None


def test_an_answer_of_the_wrong_shape_is_refused() -> None:
    """A result that is not what the method answers is a ProtocolError, not a wrong struct."""
    reply = client_protocol.decode_message(codec.encode_result(1, LineResult(line=a_line())))
    assert isinstance(reply, Reply)
    with pytest.raises(BadRequest):
        client_protocol.typed_result(REQUESTS["threads.post"], reply)
    frame_ = EventFrame(
        stream=f"board:{COMMONS}",
        seq=1,
        at=instant(0),
        kind="threads.posted",
        author=SystemAuthor(),
        subject=POST,
        data={"post": 5},
    )
    with pytest.raises(BadRequest):
        client_protocol.typed_event(frame_)


def test_frames_hold_nothing_about_the_reader() -> None:
    """The frame of an event is the same bytes however often it is made (protocol 7.1)."""
    data = msgspec.json.encode(PostsFaded(board=COMMONS, until=instant(5)))
    args = (f"board:{COMMONS}", 2, instant(7), "threads.faded", SystemAuthor(), COMMONS, data)
    assert codec.encode_event(*args) == codec.encode_event(*args)
    assert json.loads(codec.encode_event(*args))["params"]["data"] == json.loads(data)


def test_notifications_and_answers_are_one_object_in_utf8() -> None:
    """What is sent is itself within the rules of what is taken (protocol 2)."""
    for sent in (
        codec.encode_ephemeral(PresenceChanged(members=(POST,))),
        codec.encode_result("ü", PostResult(post=a_post(body='Grüße\n"\\'))),
        codec.encode_call(1, Hello(versions=("bbs.v1",), client="t")),
        codec.encode_call("a", WithdrawPost(op=new_id(), post=POST)),
        codec.encode_call(2, WritePost(op=OP, thread=POST, post=POST, body="\u2028 \x7f")),
    ):
        assert json.loads(sent)["jsonrpc"] == "2.0"
