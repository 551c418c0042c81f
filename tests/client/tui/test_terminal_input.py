"""Bytes become keys: whole sequences, pastes to their end mark, and nothing from the rest."""

import itertools
from collections.abc import Iterable, Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from textual import events

from bbs import limits
from bbs_client.actions.table import ACTIONS
from bbs_client.tui import terminal_input
from bbs_client.tui.terminal_input import PASTE_BEGINS, PASTE_ENDS, TerminalInput
from bbs_client.tui.terminal_keys import TerminalKeys
from bbs_client.widgets.paste import LongPaste

SLOW = 1 / 300  # seconds a byte on the slowest line
LONG = 10.0  # more than anything waits for


def cut(data: bytes, places: Iterable[int]) -> list[bytes]:
    """Return the data in pieces, cut at some places."""
    at = [0, *sorted({place % (len(data) + 1) for place in places}), len(data)]
    return [data[a:b] for a, b in itertools.pairwise(at) if a < b]


def sent(*pieces: bytes, apart: float = SLOW, start: float = 100.0) -> list[events.Event]:
    """Return what comes of pieces that arrive so far apart, and of the silence after them."""
    reads = [(start + apart * at, piece) for at, piece in enumerate(pieces)]
    return played(reads)


def played(reads: Sequence[tuple[float, bytes]]) -> list[events.Event]:
    """Return what comes of reads at given times, each deadline between them kept."""
    reader, keys, found = TerminalInput(), TerminalKeys(), []
    for now, data in [*reads, (reads[-1][0] + LONG, b"")]:
        while reader.deadline is not None and reader.deadline < now:
            found += keys.events(reader.tick(reader.deadline))
        found += keys.events(reader.feed(data, now))
    return [event for event in found if isinstance(event, events.Event)]


def told(found: Iterable[events.Event]) -> list[str]:
    """Return the events in short: a key's name with what it types, a paste's text."""
    return [
        f"{event.key}={event.character}"
        if isinstance(event, events.Key) and event.is_printable
        else event.key
        if isinstance(event, events.Key)
        else f"paste {event.text}"
        if isinstance(event, events.Paste)
        else type(event).__name__
        for event in found
    ]


@pytest.mark.parametrize(
    ("data", "shows"),
    [
        (b"j", ["j=j"]),
        (b"G?", ["G=G", "question_mark=?"]),
        ("é日👍".encode(), ["é=é", "日=日", "thumbs_up_sign=👍"]),
        (b"\r\t\x7f\x03 ", ["enter", "tab", "backspace", "ctrl+c", "space= "]),
        (b"\x1f\x1a", ["ctrl+underscore", "ctrl+z"]),
        (b"\x1b", ["escape"]),
        (b"\x1b\x1b", ["escape", "escape"]),
        (b"\x1b[A\x1bOB\x1b[5~\x1b[H", ["up", "down", "pageup", "home"]),
        (b"\x1bOP\x1b[15~\x1b[[A\x1b[25~", ["f1", "f5", "f1", "f13"]),
        (b"\x1b[1;5C\x1b[3;2~\x1b[Z", ["ctrl+right", "shift+delete", "shift+tab"]),
        # kitty: the code, its modifiers, the text
        (b"\x1b[106;1;106u\x1b[103;2;71u", ["j=j", "G=G"]),
        (b"\x1b[27u\x1b[13u\x1b[13;3u\x1b[99;5u", ["escape", "enter", "alt+enter", "ctrl+c"]),
        (b"\x1b[97:65;2u\x1b[97;2u", ["A=A", "A=A"]),
        (b"\x1b[47;5u\x1b[95;5u", ["ctrl+slash", "ctrl+underscore"]),
        (b"\x1b[106;65;106u\x1b[106;129;106u", ["j=j", "j=j"]),  # with caps lock, with num lock
        (b"\x1b[111;3;248u", ["ø=ø"]),  # Option on a Macintosh types another letter
        # modifyOtherKeys
        (b"\x1b[27;2;65~\x1b[27;5;99~\x1b[27;5;9~", ["A=A", "ctrl+c", "ctrl+tab"]),
        (b"\x1b\x03", ["ctrl+c"]),
        (b"\x1b\r\x1bf\x1b\x7f", ["alt+enter", "ctrl+right", "ctrl+w"]),
        (b"\x1b[I\x1b[O", ["AppFocus", "AppBlur"]),
        (b"\x1b[<0;3;4M\x1b[<0;3;4m", ["MouseDown", "MouseUp"]),
    ],
)
def test_keys_are_known_in_every_form(data: bytes, shows: list[str]) -> None:
    """What a key sends is that key: read at once, and byte for byte on a slow line."""
    assert told(sent(data)) == shows
    assert told(sent(*cut(data, range(len(data))))) == shows


OURS = {key for action in ACTIONS for key in action.keys}
NOTHING = [
    b"\x1bx", b"\x1b1", b"\x1bX", b"\x1b\x12", b"\x1b\x1b[A", b"\x1b[1;3A", "\x1bé".encode(),
    b"\x1b[120;3u", b"\x1b[120;3;120u", b"\x1b[114;7u", b"\x1b[115;9u", b"\x1b[115;9;115u",
    b"\x1b[27;3;120~", b"\x1b[27;7;114~", b"\x1b[115;33u", b"\x1b[97;1:3u", b"\x1b[97;2:3;65u",
    b"\x1b[99~", b"\x1b[113z", b"\x1b[57350u", b"\x1b[3u", b"\x1b[57441;2u", b"\x1b[1;2;3;4q",
    b"\x1b[?62;22c", b"\x1b[12;5R", b"\x1b[200;5u", b"\x1b[[q", b"\x1bO$q", b"\x1b[1 2q", b"\x1b[3$y",
    b"\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\", b"\x1b]l a title\x07", b"\x1bP>|term(1)\x1b\\",
    b"\x1b_Gi=1;OK\x1b\\", b"\x1b[M q!", b"\x9b1;3x", b"\xc2\x9bq", b"\xff\xfe", b"\x80\xc0\xf8",
    b"\x1b[201~", b"\x1b[" + b"1;" * 5_000 + b"q", b"\x1b]0;" + b"q" * 5_000 + b"\x07",
]  # fmt: skip


@pytest.mark.parametrize("data", NOTHING, ids=lambda data: repr(data[:24])[2:-1])
def test_what_no_key_is_named_by_types_nothing(data: bytes) -> None:
    """A modifier too many, an unknown key, a report: no letter of it is typed, and no key of ours.

    Read at once, cut at every place, and in single bytes.
    """
    few = range(min(len(data), 40))
    for pieces in ([data], *(cut(data, [at]) for at in few), cut(data, few)):
        typed = [
            event
            for event in sent(*pieces)
            if not isinstance(event, events.Key) or event.key in OURS or event.is_printable
        ]
        assert not typed, pieces


@pytest.mark.parametrize(
    "data", [b"\x1b[A", b"\x1bOA", b"\x1b[1;1A", b"\x1b[57352u", b"\x1b[<35;3;4M"]
)
@pytest.mark.parametrize("pause", [0.05, 0.15, 0.6, 0.9])
def test_a_line_that_stops_in_a_sequence_types_nothing_of_it(data: bytes, pause: float) -> None:
    """After an ESC that time took for the key, what completes it is still no letter."""
    for at in range(1, len(data)):
        found = told(sent(data[:at], data[at:], apart=pause))
        late = ["escape"] if at == 1 and pause > terminal_input.ESCAPE_SECONDS else []
        assert found in ([*late, "up"], [*late, "MouseMove"], late)


def test_an_escape_is_felt_at_once_and_what_follows_is_a_key() -> None:
    """ESC alone is the key after a tenth of a second, also before a key that begins sequences."""
    reader = TerminalInput()
    assert not reader.feed(b"\x1b", 1.0)
    assert reader.deadline == 1.0 + terminal_input.ESCAPE_SECONDS
    assert [token.text for token in reader.tick(reader.deadline)] == ["\x1b"]
    for key in (b"[", b"O", b"j"):
        assert [event[-1] for event in told(sent(b"\x1b", key, apart=0.3))] == ["e", key.decode()]


PIECES = (
    PASTE_BEGINS, PASTE_ENDS[:-1], b"\x1b", b"\x1b[", b"\r", b"q", b"\x03", b"\0", b"\x1b[13u", b"\xc3",
    "é".encode(), b"\x1b]0;", b"\x1b\x1b[A", b"\x9b", b"\x1b[<0;1;1M", b"201~",
)  # fmt: skip
PASTED = st.binary(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=12).map(b"".join)


@given(
    pasted=PASTED,
    places=st.lists(st.integers(0, 200), max_size=12),
    apart=st.sampled_from((0.0, SLOW, 0.04)),
)
@example(pasted=b"\x1b[201", places=range(40), apart=SLOW)
@example(pasted=b"a\x1bb\rq\x03", places=range(40), apart=0.04)
@settings(max_examples=1_000)
def test_a_paste_stays_one_whatever_is_in_it(
    pasted: bytes, places: Sequence[int], apart: float
) -> None:
    """All that stands before the end mark is its text; the keys around it are keys."""
    whole = pasted.partition(PASTE_ENDS)[0]
    text = whole.decode(errors="replace").replace("\0", "")
    data = b"jk" + PASTE_BEGINS + whole + PASTE_ENDS + b"lq"
    found = told(sent(*cut(data, places), apart=apart))
    assert found == ["j=j", "k=k", *([f"paste {text}"] if whole else []), "l=l", "q=q"]


@given(data=st.binary(max_size=80), places=st.lists(st.integers(0, 100), max_size=12))
@settings(max_examples=1_000)
def test_no_bytes_break_it(data: bytes, places: Sequence[int]) -> None:
    """Whatever comes, cut anywhere, the next key after a second of silence is that key."""
    reads = [(1.0 + SLOW * at, piece) for at, piece in enumerate(cut(data, places))]
    found = played([*reads, (20.0, b"j")])
    assert told(found)[-1] == "j=j"
    assert all(len(event.character or "") <= 1 for event in found if isinstance(event, events.Key))


@given(
    body=st.text("0123456789;:<=>? !\"#$%&'()*+,-./", max_size=20),
    final=st.characters(min_codepoint=0x40, max_codepoint=0x7E),
    places=st.lists(st.integers(0, 30), max_size=8),
)
@settings(max_examples=1_000)
def test_no_sequence_types_its_own_letters(body: str, final: str, places: Sequence[int]) -> None:
    """Whatever control sequence comes, it types nothing, or what the terminal says that it types."""
    data = f"\x1b[{body}{final}".encode()
    for event in sent(*cut(data, places)):
        if isinstance(event, events.Key) and event.is_printable:
            assert final in "u~"
            letter = event.character or ""
            assert str(ord(letter)) in body or letter.isupper()


def test_a_paste_is_bounded_and_says_what_it_lost() -> None:
    """Beyond the bound nothing is kept but the count; a character cut by the bound is lost whole."""
    text = "x" + "é" * limits.PASTE_BYTES_MAX
    (paste,) = sent(PASTE_BEGINS, *cut(text.encode(), range(0, 10**6, 4_096)), PASTE_ENDS)
    assert isinstance(paste, LongPaste)
    assert paste.text + "é" * paste.lost == text[: len(paste.text) + paste.lost]
    assert len(paste.text.encode()) in (limits.PASTE_BYTES_MAX, limits.PASTE_BYTES_MAX - 1)


@pytest.mark.parametrize(
    ("reads", "shows"),
    [
        # The line stops: what came is shown, and what comes then is text still.
        ([(1, b"ab"), (5, b"q\rq"), (5.1, PASTE_ENDS + b"j")], ["paste ab", "paste q\rq", "j=j"]),
        ([(1, b"ab"), (5, b"q\rq"), (9, b"x" * 9)], ["paste ab", "paste q\rq", "paste " + "x" * 9]),
        # The mark never comes: a key that is pressed alone is a key again.
        ([(1, b"ab"), (5, b"j"), (5.2, b"k")], ["paste ab", "j=j", "k=k"]),
        ([(1, b"ab"), (5, b"\x1b[B"), (6, b"q")], ["paste ab", "down", "q=q"]),
        ([(1, b"ab"), (5, b"\x1b"), (6.5, b"q")], ["paste ab", "escape", "q=q"]),
        ([(1, b"ab"), (5, b"j"), (5.01, b"k")], ["paste ab", "paste jk"]),
        # ^C leads out sooner, but not out of the middle.
        ([(1, b"ab"), (1.5, b"\x03"), (2, b"\x03")], ["paste ab", "ctrl+c", "ctrl+c"]),
        ([(1, b"ab"), (1.5, b"\x1b[99;5u"), (2, b"q")], ["paste ab", "ctrl+c", "q=q"]),
        ([(1, b"ab"), (1.1, b"\x03"), (1.2, b"cd")], ["paste ab\x03cd"]),
        ([(1, b"ab"), (1.5, b"\x03"), (1.52, b"cd")], ["paste ab\x03cd"]),
        ([(1, b""), (5, b"j")], ["j=j"]),
    ],
)
def test_a_paste_whose_end_does_not_come(
    reads: list[tuple[float, bytes]], shows: list[str]
) -> None:
    """After two seconds it is shown; nothing of it becomes a key; the next key leads out of it."""
    assert told(played([(0.9, PASTE_BEGINS), *reads])) == shows
