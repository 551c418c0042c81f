"""Lines of events: without --words no word of anybody is in them, whatever the event (P2, P10)."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from msgspec import inspect as mi

from bbs.features.members.views import ImportedAuthor, MemberAuthor
from bbs.features.moderation.messages import Acted
from bbs.ids import COMMONS, new_id
from bbs.messages import Event
from bbs.sdk.following import StreamBegan, StreamLost, Why
from bbs.sdk.updates import EventHappened
from bbs.streams import COMMONS_STREAM, case_stream
from bbs.terminal.event_lines import (
    CODES,
    KINDS,
    EventLine,
    ResetLine,
    StartedLine,
    event_line,
    reset_line,
    started_line,
)
from bbs.terminal.names import Names
from bbs.testing import a_board, a_member, a_notice
from bbs.wire.registry import EVENTS

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
SENTENCE, WORD = "Quiet HERONS, both", "herons"


def filled(kind: mi.Type, word: str, name: str = "") -> Any:
    """Return a value of a type with a word in every place that takes one.

    Args:
        kind: The type.
        word: What stands wherever a text may; nothing checks it there.
        name: The field that it is for: names of the protocol stay what they are, if `word` looks
            like one.
    """
    match kind:
        case mi.StructType():
            values = {each.name: filled(each.type, word, each.name) for each in kind.fields}
            return kind.cls(**values)
        case mi.StrType(min_length=36, max_length=36):
            return new_id()
        case mi.StrType():
            return "code" if word == WORD and name in CODES else word
        case mi.UnionType():
            return filled(max(kind.types, key=_most_telling), word, name)
        case mi.VarTupleType():
            return (filled(kind.item_type, word, name),)
        case mi.DictType():
            return {"name": filled(kind.value_type, word, name)}
        case mi.EnumType():
            return next(iter(kind.cls))
        case mi.DateTimeType():
            return AT
        case mi.Metadata():
            return filled(kind.type, word, name)
    return 7


def _most_telling(kind: mi.Type) -> int:
    if isinstance(kind, mi.StructType):
        return 3 if kind.cls is ImportedAuthor else 2
    return 1 if isinstance(kind, mi.StrType) else int(not isinstance(kind, mi.NoneType)) - 1


def happened(event: Event, word: str, stream: str = COMMONS_STREAM) -> EventHappened:
    """Return an event as it came, by an author whose name is a word, too."""
    author = ImportedAuthor(id=new_id(), name=word)
    return EventHappened(stream, 7, AT, type(event).kind, author, new_id(), event)


def texts_in(value: Any) -> Iterator[str]:
    """Yield every text that stands anywhere in JSON, names of fields left aside."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from texts_in(each)


@pytest.mark.parametrize("word", [SENTENCE, WORD])
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_no_words_leave_unless_they_are_asked_for(kind: str, word: str) -> None:
    """Title, body, reason, law, name, answer, copy: every text of every kind, in no line (P10)."""
    event = filled(mi.type_info(EVENTS[kind]), word)
    came = happened(event, word)
    line = json.loads(msgspec.json.encode(event_line(came, Names(), "c", words=False)))
    shown = line if word == SENTENCE else {**line, "address": "", "board": ""}
    assert word.lower() not in " ".join(texts_in(shown)).lower()  # slugs and handles are addresses
    with_words = json.loads(msgspec.json.encode(event_line(came, Names(), "c", words=True)))
    assert with_words["data"] == json.loads(msgspec.json.encode(event))
    assert {**with_words, "data": 0, "author": 0} == {**line, "data": 0, "author": 0}


def test_what_a_script_works_with_stays() -> None:
    """Of an act it has all that is no word: the command, the clause, the thing, the settings (P8)."""
    act = a_notice(about=new_id()).act
    assert act is not None
    act = msgspec.structs.replace(act, reason=SENTENCE, norm=3)
    line = event_line(happened(Acted(act=act), SENTENCE), Names(), "c", words=False)
    whole = json.loads(msgspec.json.encode(act))
    kept = json.loads(msgspec.json.encode(line.data))["act"]
    assert kept == {key: whole[key] for key in whole.keys() - {"reason"}}


def test_addresses_are_those_of_people() -> None:
    """A line says where as `bbs read` takes it, who as people write it, and on which board."""
    names, ana, garden = Names(), a_member(handle="ana"), a_board(slug="garden")
    names.learn((ana, garden))
    act = a_notice(about=ana.id).act
    assert act is not None
    things = {
        ("member", None, None): "@ana",
        ("board", None, None): "garden",
        ("thread", 42, None): "garden/42",
        ("post", 42, 7): "garden/42/7",
        ("line", None, 113): "garden/lounge/113",
        ("case", None, 3): "garden/case/3",
        ("community", None, None): "garden",
    }
    for (kind, thread, number), address in things.items():
        thing = msgspec.convert({"kind": kind, "thread": thread, "number": number}, type(act.thing))
        told = msgspec.structs.replace(act, board=garden.id, thing=thing)
        by_ana = EventHappened(
            COMMONS_STREAM, 1, AT, Acted.kind, MemberAuthor(id=ana.id), told.id, Acted(act=told)
        )
        line = event_line(by_ana, names, "c", words=False)
        assert (line.address, line.board, line.by) == (address, "garden", "@ana")


def test_a_kind_of_a_newer_server_is_a_line_without_data() -> None:
    """What this version does not know is told with its place and its kind, and nothing else."""
    came = EventHappened(
        COMMONS_STREAM, 7, AT, "new.kind", MemberAuthor(id=new_id()), COMMONS, None
    )
    for words in (True, False):
        line = event_line(came, Names(), "c", words=words)
        assert (line.kind, line.data, line.seq) == ("new.kind", {}, 7)


def test_lines_of_streams_are_what_the_schema_says() -> None:
    """Each line decodes as its struct, from which the schema is made."""
    stream = case_stream(new_id())
    began = started_line(StreamBegan(COMMONS_STREAM, 3), Names(), "c")
    lost = reset_line(StreamLost(stream, Why.RIGHTS), Names(), "c")
    assert msgspec.json.decode(msgspec.json.encode(began), type=StartedLine) == began
    assert msgspec.json.decode(msgspec.json.encode(lost), type=ResetLine) == lost
    event = filled(mi.type_info(EVENTS["threads.posted"]), SENTENCE)
    line = event_line(happened(event, SENTENCE), Names(), "c", words=False)
    kept = msgspec.json.decode(msgspec.json.encode(line), type=EventLine)
    assert (kept.kind, kept.stream, kept.seq) == ("threads.posted", COMMONS_STREAM, 7)
