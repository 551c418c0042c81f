"""Packs: what was written is read, and whatever else is given is refused in one sentence (P13, protocol 29)."""

import io
import re
from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Raw
from msgspec.structs import replace

from bbs.features.packs import pack_limits
from bbs.features.packs.id_table import IdTable
from bbs.features.packs.pack_file import PackError, encode_line
from bbs.features.packs.views import (
    Line,
    PackAct,
    PackAuthor,
    PackCheck,
    PackPost,
    PackSettings,
    PackState,
    PackThread,
)
from bbs.signatures import public_key_of
from bbs.wire.pack_reader import PackReader, check_pack, read_pack
from tests.support.packs import (
    BOARD,
    HOME,
    NOON,
    SEED,
    as_lifeboat,
    packed,
    post,
    signature_over,
    small_board,
    uuid,
)

GOOD = packed(small_board())
LINES = GOOD.splitlines(keepends=True)


def refused(data: bytes) -> PackError:
    """Return how a file is refused."""
    with pytest.raises(PackError) as caught:
        check_pack(io.BytesIO(data))
    return caught.value


def refused_lines(lines: list[Line | bytes]) -> PackError:
    """Return how a pack of these lines is refused."""
    return refused(packed(lines))


def changed(change: Callable[[list[Line | bytes]], None]) -> PackError:
    """Return how the small board is refused once something is changed before it is packed."""
    lines: list[Line | bytes] = list(small_board())
    change(lines)
    return refused_lines(lines)


def test_what_was_written_is_read() -> None:
    """A reader gets each line as it was written, with the checks between, and a summary (29.4)."""
    board = small_board()
    found = list(read_pack(io.BytesIO(GOOD)))
    assert [line for line in found if not isinstance(line, PackCheck)][:-1] == board
    summary = check_pack(io.BytesIO(GOOD))
    assert summary.heading == board[0]
    assert (summary.norms, summary.threads, summary.authors) == (2, 3, 3)
    assert (summary.posts, summary.acts, summary.size) == (9, 2, len(GOOD))
    assert summary.signatures == (signature_over(summary.digest),)


@given(st.integers(1, 400))
def test_pieces_make_no_difference(size: int) -> None:
    """A pack can be given in pieces of any size (29.6)."""
    reader = PackReader()
    found = [line for at in range(0, len(GOOD), size) for line in reader.feed(GOOD[at : at + size])]
    assert found == list(read_pack(io.BytesIO(GOOD)))
    assert reader.finish() == check_pack(io.BytesIO(GOOD))


def test_a_lifeboat_needs_no_signature() -> None:
    """A lifeboat proves nothing; a server's pack without its home's signature is refused (29.5)."""
    assert check_pack(io.BytesIO(packed(as_lifeboat(small_board()), ()))).signatures == ()
    error = refused(packed(small_board(), ()))
    assert "the signature of moot.example, where the board stood, is missing" in str(error)


@settings(max_examples=300)
@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255))
def test_a_flipped_byte_is_named(at: int, bits: int) -> None:
    """Whichever byte of a pack is changed: it is refused, at its line or by its block (29.6)."""
    data = bytearray(GOOD)
    data[at] ^= bits
    error = refused(bytes(data))
    line = GOOD[:at].count(b"\n") + 1
    assert line <= error.line <= len(LINES) + 1
    if found := re.match(r"of lines (\d+) to (\d+) at least one is not as it was", error.rule):
        # A check that was changed itself says it of the lines before it.
        assert int(found[1]) <= line <= int(found[2]) or line == error.line


@settings(max_examples=100)
@given(st.integers(0, len(GOOD) - 1))
def test_a_cut_pack_is_refused(end: int) -> None:
    """A file that was cut anywhere is no pack (29.6)."""
    assert "\n" not in str(refused(GOOD[:end]))


def test_a_check_stands_after_every_thousand_lines() -> None:
    """Checks stand after every 1,000 lines, so a change is named within so many (29.4)."""
    lines: list[Line | bytes] = list(small_board())
    lines[19:19] = [post(3, 2 + each, "More") for each in range(2_500)]
    data = packed(lines)
    checks = [each for each in read_pack(io.BytesIO(data)) if isinstance(each, PackCheck)]
    assert [each.lines for each in checks] == [1_000, 2_000, 2_521]
    at = data.index(b"More", len(data) // 2)
    error = refused(data[:at] + b"Less" + data[at + 4 :])
    assert error.field == "digest"
    assert (
        error.rule
        == "of lines 1002 to 2001 at least one is not as it was when the board was packed"
    )
    cut = data.splitlines(keepends=True)
    del cut[1_000]
    assert "a check is missing above it" in str(refused(b"".join(cut)))


def test_a_line_too_long_or_a_file_too_large_is_refused() -> None:
    """A line has at most 128 KiB, and the reader holds no more of it (29.6)."""
    reader = PackReader()
    with pytest.raises(PackError, match="longer than 131072 bytes"):
        reader.feed(b"x" * (pack_limits.PACK_LINE_BYTES_MAX + 1))
    reader = PackReader()
    reader.size = pack_limits.PACK_BYTES_MAX
    with pytest.raises(PackError, match="the file has more than 536870912 bytes"):
        reader.feed(b"x")


@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    """Whatever the first bytes are, the answer is one sentence that names line, field and rule (P13)."""
    error = refused(data)
    assert error.line >= 1
    assert str(error).isprintable()
    assert error.hint


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=200)
@given(st.integers(0, len(LINES) - 1), st.data())
def test_no_field_breaks_the_reader(place: int, data: st.DataObject) -> None:
    """Whatever one field of a line is, the file is refused in one sentence, or the line is the same."""
    line = msgspec.json.decode(LINES[place])
    field = data.draw(st.sampled_from(sorted(line)))
    line[field] = data.draw(json)
    try:
        encoded = msgspec.json.encode(line) + b"\n"
    except (UnicodeEncodeError, msgspec.MsgspecError):
        return
    if encoded == LINES[place]:
        return
    error = refused(b"".join((*LINES[:place], encoded, *LINES[place + 1 :])))
    assert str(error).isprintable()


def test_depth_is_checked_before_anything_is_decoded() -> None:
    """A line nested a hundred thousand deep costs nothing and is refused (29.6)."""
    deep = b"[" * 60_000 + b"]" * 60_000 + b"\n"
    assert "nested deeper" in str(refused(LINES[0] + deep))


@pytest.mark.parametrize(
    ("escape", "field"),
    [("\x1b[2J", "body"), ("a\u2028b", "body"), ("e\u0301", "body"), ("\ufdd0", "body")],
)
def test_text_passes_the_gate(escape: str, field: str) -> None:
    """No word of a pack is stored that a member could not have posted (P13)."""

    def put(lines: list[Line | bytes]) -> None:
        lines[7] = post(1, 1, f"They climb {escape}")

    error = changed(put)
    assert (error.line, error.field) == (8, field)
    assert escape not in str(error)


def test_a_name_passes_the_gate() -> None:
    """An author's name and a title are one line that anybody's screen can show (P13)."""

    def put(lines: list[Line | bytes]) -> None:
        assert isinstance(lines[4], PackThread)
        lines[4] = replace(lines[4], title="Beans \u202e")

    assert changed(put).field == "title"


def test_ids_are_unique_and_numbers_rise() -> None:
    """No id stands twice, threads stand by number, posts are counted, parents stand above (29.6)."""

    def again(lines: list[Line | bytes]) -> None:
        lines[8] = post(1, 2, "So they do.", id=uuid(1))

    def falling(lines: list[Line | bytes]) -> None:
        last = lines[16]
        assert isinstance(last, PackThread)
        lines[16] = replace(last, number=2)

    def gap(lines: list[Line | bytes]) -> None:
        lines[8] = post(1, 3, "So they do.")

    def later(lines: list[Line | bytes]) -> None:
        lines[8] = post(1, 2, "So they do.", parent=2)

    assert changed(again).rule == "it stands above already; each id is there once"
    assert changed(falling).rule == "threads stand by number, and 3 is above it"
    assert changed(gap).rule == "the posts of a thread are counted, and this is 2"
    assert changed(later).rule == "a post answers an earlier one, and 2 is not earlier"


def merged(key: int, number: int, to: int) -> PackThread:
    """Return a thread that was merged with another one."""
    return PackThread(
        id=uuid(key), number=number, at=NOON, state=PackState.MOVED, moved_to=uuid(to)
    )


def test_threads_lead_in_no_circle() -> None:
    """Merged threads lead to a thread of the pack, and never back to themselves (29.6)."""

    def circle(lines: list[Line | bytes]) -> None:
        lines[15:19] = [merged(2, 3, 3), merged(3, 4, 2)]

    def nowhere(lines: list[Line | bytes]) -> None:
        lines[15] = merged(2, 3, 77)

    assert changed(circle).rule.endswith("leads back to itself")
    assert changed(nowhere).rule.endswith("leads to one that the pack does not have")


def test_a_false_chain_of_acts_is_refused() -> None:
    """An act that was changed, left out or invented does not follow from the act above (P8, 29.6)."""

    def altered(lines: list[Line | bytes]) -> None:
        first = lines[-2]
        assert isinstance(first, PackAct)
        data = bytes(first.data).replace(b"threads.pin", b"threads.not")
        lines[-2] = replace(first, data=Raw(data))

    def left_out(lines: list[Line | bytes]) -> None:
        del lines[-2]

    def other_word(lines: list[Line | bytes]) -> None:
        last = lines[-1]
        assert isinstance(last, PackAct)
        lines[-1] = replace(last, words=(replace(last.words[0], body="Another reason"),))

    assert changed(altered).rule.endswith("the log was changed")
    assert changed(left_out).field == "before"
    assert "when it was logged" in changed(other_word).rule


def test_a_foreign_signature_is_refused() -> None:
    """A pack is signed by the key that its heading names, over exactly these lines (29.5)."""
    other = b"\x08" * 32
    assert refused(packed(small_board(), ((HOME, other),))).field == "key"
    elsewhere = replace(HOME, host="other.example")
    assert "where the board stood" in str(refused(packed(small_board(), ((elsewhere, other),))))
    lines: list[Line | bytes] = list(small_board())
    lines[7] = post(1, 1, "They fall.")
    stolen = packed(lines).splitlines(keepends=True)[:-1] + LINES[-1:]
    assert refused(b"".join(stolen)).field == "signature"
    assert check_pack(io.BytesIO(packed(small_board(), ((HOME, SEED), (elsewhere, other)))))


def test_a_marker_has_no_words_and_nobody_left_out_a_name() -> None:
    """Words stand in published posts alone; who is left out has a marker that names nobody (P9)."""

    def marker(lines: list[Line | bytes]) -> None:
        lines[9] = post(1, 3, "Taken back", state=PackState.WITHDRAWN)

    def named(lines: list[Line | bytes]) -> None:
        lines[9] = post(1, 3, None, state=PackState.LEFT_OUT)

    assert changed(marker).field == "body"
    assert changed(named).rule == "who is left out is not named"


def test_letters_and_the_commons_are_no_packs() -> None:
    """The reader refuses packs of letters, which are private, and of the commons, which stay (29.4)."""
    text = LINES[1].decode().replace('"opened_at"', '"kind":"letter","opened_at"')
    assert refused(b"".join((LINES[0], text.encode(), *LINES[2:]))).field == "kind"
    commons = GOOD.replace(BOARD.encode(), b"00000000-0000-4000-8000-000000000001")
    assert refused(commons).field == "board"


def test_what_a_newer_program_wrote_is_named_so() -> None:
    """A form that this program does not know is refused by its version (29.6)."""
    newer = LINES[0].replace(b'"version":1', b'"version":2,"colour":3')
    assert "version 2, and this program reads version 1; update it" in str(refused(newer))


def test_a_table_of_ids_holds_what_was_added() -> None:
    """The table of ids finds each id it was given and no other, also after it grew."""
    table = IdTable()
    assert all(table.add(uuid(each)) for each in range(3_000))
    assert not any(table.add(uuid(each)) for each in range(3_000))
    assert uuid(2_999) in table
    assert uuid(3_000) not in table


def test_the_settings_are_in_their_bounds() -> None:
    """A board's settings are those that a board may have, and a key is a key (29.4)."""

    def seats(lines: list[Line | bytes]) -> None:
        line = lines[1]
        assert isinstance(line, PackSettings)
        lines[1] = encode_line(line).replace(b'"seats":40', b'"seats":100000')

    error = changed(seats)
    assert error.field == "settings.seats"
    assert public_key_of(SEED) == HOME.key
    assert isinstance(small_board()[7], PackPost)


def test_counts_leave_room_to_count_on() -> None:
    """A number beyond what any client reads would make the board's next thread unreadable (29.6, P13)."""

    def threads(lines: list[Line | bytes]) -> None:
        line = lines[1]
        assert isinstance(line, PackSettings)
        lines[1] = encode_line(line).replace(b'"threads":5', b'"threads":9007199254740991')

    def edits(lines: list[Line | bytes]) -> None:
        lines[8] = encode_line(post(1, 2, "So", author=1, edits=1)).replace(
            b'"edits":1', b'"edits":9007199254740991'
        )

    assert changed(threads).field == "threads"
    assert changed(edits).field == "edits"


def test_a_name_stands_beside_its_handle() -> None:
    """Whoever may claim words is called by handle and community, not by what a file makes up (29.5)."""

    def named(lines: list[Line | bytes]) -> None:
        line = lines[5]
        assert isinstance(line, PackAuthor)
        lines[5] = replace(line, handle=None, name="sysanne of here.example")

    assert changed(named).field == "name"
