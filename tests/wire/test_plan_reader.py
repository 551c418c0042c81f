"""Plan files: what was written is read, and whatever else is given is refused in one sentence (P13)."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bbs import limits
from bbs.features.batches.plan_file import (
    Plan,
    PlanFileError,
    check_epoch,
    make_plan,
    slices_of,
    with_revision,
    write_plan,
)
from bbs.features.batches.rules import digest_of
from bbs.features.batches.views import Found, PlanItem
from bbs.features.moderation.messages import Change, Thing, ThingKind
from bbs.ids import new_id
from bbs.wire.frame_check import check_frame
from bbs.wire.plan_reader import read_plan

BOARD = new_id()
NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


def is_plain(value: object) -> bool:
    """Tell whether a value can stand before or after a change."""
    return not isinstance(value, list)


words = st.text('abc ∫é"\\/', max_size=5)
values = st.integers(0, 2**53 - 1) | words | st.none() | st.booleans() | st.lists(words, max_size=2)
items = st.builds(
    PlanItem,
    method=words,
    params=st.dictionaries(words, values, max_size=2),
    found=st.builds(
        Found,
        changes=st.builds(Change, field=words, before=values.filter(is_plain)).map(
            lambda one: (one,)
        ),
        norm=st.none() | st.integers(1, 9),
        revision=st.none() | st.integers(0, 9),
        refused=st.none() | words,
    ),
)
moments = st.integers(0, 2**32).map(lambda second: datetime.fromtimestamp(second, UTC))


def file_of(plan: Plan) -> bytes:
    """Return a plan as it stands in a file."""
    return b"".join(write_plan(plan))


def read(data: bytes) -> Plan:
    """Read a plan."""
    return read_plan(io.BytesIO(data))


@given(st.lists(items, min_size=1, max_size=2), moments, st.none() | st.just(BOARD))
def test_what_was_written_is_read(
    items: list[PlanItem], made_at: datetime, undoes: str | None
) -> None:
    """Field by field and byte by byte."""
    plan = replace(plan_of(), items=tuple(items), made_at=made_at, undoes=undoes)
    digest = digest_of(plan.board, plan.epoch, plan.reason, undoes, plan.items)
    plan = replace(plan, digest=digest)
    assert read(file_of(plan)) == plan
    assert file_of(read(file_of(plan))) == file_of(plan)
    assert file_of(plan).decode("ascii").replace("\n", "").isprintable()


def test_any_changed_byte_is_refused() -> None:
    """Also where no digest is needed, as in the board's name or a space: nobody is misled."""
    for at in range(len(PLAN)):
        for byte in {0x0A, 0x20, 0x00, 0x7D, PLAN[at] ^ 1} - {PLAN[at]}:
            with pytest.raises(PlanFileError):
                read(PLAN[:at] + bytes([byte]) + PLAN[at + 1 :])
        if at < len(PLAN) - 1:  # its last newline is missing where it was pasted
            with pytest.raises(PlanFileError):
                read(PLAN[:at])


@given(st.binary(max_size=200))
def test_no_bytes_cause_another_error(data: bytes) -> None:
    """Whatever a file holds, it is a plan or it is refused (P13)."""
    with pytest.raises(PlanFileError):
        read(data)


def plan_of(count: int = 2, **params: Any) -> Plan:
    """Return a plan of hiding so many posts."""
    return make_plan(
        epoch="7f3a",
        board=BOARD,
        slug="garden",
        reason="Spam",
        made_at=NOON,
        nonce=new_id(),
        items=tuple(
            PlanItem(
                method="threads.hide",
                params={"post": new_id(), "norm": 3, "reason": "Spam", **params},
                if_revision=number,
                found=Found(thing=Thing(kind=ThingKind.POST, number=number), revision=number),
            )
            for number in range(1, count + 1)
        ),
    )


PLAN = file_of(plan_of())
HEAD, ITEM, OTHER, FOOT = PLAN.splitlines(keepends=True)


def changed(line: bytes, **fields: Any) -> bytes:
    """Return a line with other fields; one that is `UNSET` is left out."""
    return msgspec.json.encode({**msgspec.json.decode(line), **fields}) + b"\n"


DEEP = b"[" * 100_000 + b"]" * 100_000
HOSTILE: dict[str, tuple[bytes, int, str, str]] = {
    "nothing": (b"", 1, "line", "empty"),
    "an empty line": (b"\n" + PLAN, 1, "line", "empty"),
    "no plan": (b"hello\n", 1, "line", "not JSON"),
    "no text": (b"\xff\xfe\n", 1, "line", "not UTF-8"),
    "a list": (b"[1]\n", 1, "line", "one JSON object"),
    "a line too long": (HEAD + b'{"a":"' + b"x" * 70_000 + b'"}\n', 2, "line", "longer than"),
    "a line without end": (b"x" * 70_000, 1, "line", "longer than"),
    "too deep": (HEAD + b'{"params":' + DEEP[:20_000] + b"\n", 2, "line", "nested deeper"),
    "deep within": (HEAD + b'{"params":' + b'{"a":' * 40 + b"1" + b"}" * 41 + b"\n", 2, "line", "deeper"),
    "an unknown version": (changed(HEAD, plan=2) + ITEM, 1, "plan", "update"),
    "no version": (changed(HEAD, plan="1") + ITEM, 1, "plan", "expected"),
    "an unknown field": (changed(HEAD, sudo=True), 1, "sudo", "not known here"),
    "a field missing": (b'{"plan":1}\n', 1, "epoch", "missing"),
    "a board's name that acts": (changed(HEAD, slug="g\x1b[2J"), 1, "slug", "control character"),
    "an escape in an item": (HEAD + changed(ITEM, params={"a": ["\x9b2J"]}), 2, "params.a[0]", "control"),
    "an escape as a name": (HEAD + changed(ITEM, params={"\x1b": 1}), 2, "params", "control"),
    "half a character": (HEAD + b'{"method":"\\ud800"}\n', 2, "line", "not JSON"),
    "a reason of two lines": (changed(HEAD, reason="a\nb"), 1, "reason", "line"),
    "a key twice": (b'{"plan":1,"plan":1}\n', 1, "line", "twice"),
    "a number too big": (changed(HEAD, count=0).replace(b'"count":0', b'"count":9999999999999999999999'), 1, "line", "2**53"),
    "no number": (HEAD.replace(b'"count":2', b'"count":NaN'), 1, "line", "NaN"),
    "too many items": (changed(HEAD, count=limits.BATCH_ITEMS_MAX + 1), 1, "count", "at most"),
    "no items": (changed(HEAD, count=0), 1, "count", "at least"),
    "a moment out of time": (changed(HEAD, made_at="0001-01-01T00:00:00Z"), 1, "made_at", ""),
    "a line missing": (HEAD + ITEM, 3, "line", "ends here"),
    "an item missing": (HEAD + ITEM + FOOT, 3, "line", "ends here"),
    "the digest missing": (HEAD + ITEM + OTHER, 4, "line", "digest is missing"),
    "an item too many": (HEAD + ITEM + OTHER + OTHER + FOOT, 4, "line", "announces only"),
    "a line after the end": (PLAN + FOOT, 5, "line", "follow"),
    "items in another order": (HEAD + OTHER + ITEM + FOOT, 4, "digest", "changed"),
    "another digest": (HEAD + ITEM + OTHER + changed(FOOT, digest="0" * 64), 4, "digest", "changed"),
    "no digest": (HEAD + ITEM + OTHER + changed(FOOT, digest="xyz"), 4, "digest", "shorter"),
    "an item unrehearsed": (HEAD + changed(ITEM, found=None), 2, "found", "missing"),
    "an item's unknown field": (HEAD + changed(ITEM, op=new_id()), 2, "op", "not known here"),
    "a revision that is none": (HEAD + changed(ITEM, if_revision=-1), 2, "if_revision", "at least"),
    "another board": (changed(HEAD, board=new_id()) + ITEM + OTHER + FOOT, 4, "digest", "changed"),
    "another reason": (changed(HEAD, reason="Fun") + ITEM + OTHER + FOOT, 4, "digest", "changed"),
    "another name": (changed(HEAD, slug="attic") + ITEM + OTHER + FOOT, 4, "lines", "changed"),
}  # fmt: skip


def test_a_hostile_file_is_refused_in_one_sentence() -> None:
    """It names the line, the field and the rule, shows nothing that acts, and says what to do next."""
    for name, (data, line, field, rule) in HOSTILE.items():
        with pytest.raises(PlanFileError) as refused:
            read(data)
        error = refused.value
        assert (error.line, error.field) == (line, field), (name, error)
        assert rule in error.rule, (name, error)
        assert str(error).isprintable(), name
        assert "\n" not in str(error)
        assert "nothing was changed" in error.hint


class Endless(io.RawIOBase):
    """A file that never ends, and counts what is read of it."""

    def __init__(self, line: bytes) -> None:
        self.line, self.taken = line, 0

    def readline(self, size: int | None = -1, /) -> bytes:
        """Return the next piece of it."""
        assert size is not None
        assert 0 < size < 100_000
        self.taken += len(self.line[:size])
        return self.line[:size]


@pytest.mark.parametrize("line", [b"x" * 200_000, ITEM, b" " * 60_000 + b"{}\n"])
def test_no_more_is_read_than_a_plan_can_have(line: bytes) -> None:
    """A file without an end, or without line ends, fills no memory."""
    endless = Endless(line)
    with pytest.raises(PlanFileError):
        read_plan(endless)  # type: ignore[arg-type]  # all that it needs of a file
    assert endless.taken <= limits.PLAN_BYTES_MAX + limits.PLAN_LINE_BYTES_MAX


def test_a_plan_is_for_one_community() -> None:
    """One that was restored from a backup has another epoch: its plans are made anew."""
    check_epoch(plan_of(), "7f3a")
    with pytest.raises(PlanFileError) as refused:
        check_epoch(plan_of(), "other")
    assert (refused.value.line, refused.value.field) == (1, "epoch")


def test_items_are_sent_in_pieces_that_fit_a_frame() -> None:
    """By number and by bytes; none is lost, and their order stays."""
    plan = plan_of(limits.BATCH_SLICE_ITEMS * 2 + 1)
    pieces = list(slices_of(plan.items))
    assert [len(piece) for piece in pieces] == [*[limits.BATCH_SLICE_ITEMS] * 2, 1]
    assert tuple(item for piece in pieces for item in piece) == plan.items
    long = plan_of(5, note="x" * 30_000)
    pieces = list(slices_of(long.items))
    assert [len(piece) for piece in pieces] == [2, 2, 1]
    frames = [msgspec.json.encode(piece) for piece in pieces]
    assert all(len(frame) < limits.FRAME_TO_SERVER_BYTES_MAX - 1_000 for frame in frames)
    for frame in frames:
        check_frame(frame)


def test_an_item_is_bound_to_the_revision_that_it_was_rehearsed_at() -> None:
    """If somebody edits the post meanwhile, nobody hides words that they have not read."""
    [item] = plan_of(1).items
    assert with_revision(replace(item, if_revision=None)).if_revision == 1
    without = replace(item, if_revision=None, found=Found())
    assert with_revision(without).if_revision is None
    assert NOON + timedelta(0) == plan_of().made_at
