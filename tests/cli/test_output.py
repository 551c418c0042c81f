"""How results are shown: aligned, clean, and JSON that says the same to every reader."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbs.refusals import PasswordRefused
from bbs.terminal import escaped_json
from bbs.terminal.output import (
    CELL_COLUMNS_MAX,
    LAST_COLUMNS_MAX,
    Output,
    Style,
    local_time,
    table,
)
from bbs.terminal.prompts import show_refusal


@given(st.text())
def test_escaped_json_is_the_same_json(text: str) -> None:
    """Escaping what a terminal would act on changes no value (P13)."""
    try:
        encoded = json.dumps(text, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return
    escaped = escaped_json(encoded)
    assert json.loads(escaped) == text
    assert not set(escaped) & set("\x1b\x9b\u202e\u2066\u2028\x7f")


def test_tables_are_aligned_and_clean() -> None:
    """Columns line up; no cell can hold a control or a line of its own."""
    lines = table([["a", "long title\x1b[2J"], ["bbb", "x\ny"]], ("ID", "TITLE"))
    assert len(lines) == 3
    assert len({line.index(mark) for line, mark in zip(lines, "Tlx", strict=True)}) == 1
    assert not any("\x1b" in line or "\n" in line for line in lines)
    assert table([], ("ID",)) == []


def test_fields_of_rows_are_values_with_tabs(capsys: pytest.CaptureFixture[str]) -> None:
    """A script without a parser of JSON reads values; no value can hold a line or a tab of its own."""
    out = Output(Style.JSONL, fields=["address", "post.number", "post.tags", "no.such", "body"])
    row = {
        "address": "garden/42/7",
        "post": {"number": 7, "tags": [1, None]},
        "body": "a\tb\nc\x1b",
    }
    out.stream("posts", [row, {"address": None}])
    assert capsys.readouterr().out == "garden/42/7\t7\t[1,null]\t-\ta b c\ufffd\n-\t-\t-\t-\t-\n"


def test_cells_are_bounded_and_wide_letters_line_up() -> None:
    """A cell of any length leaves room for the next ones; JSON is never cut (P13)."""
    rows = [["x" * 9_000, "b", "y" * 9_000], ["漢" * 50, "b", ""], ["e\u0301", "b", "漢" * 120]]
    lines = table(rows)
    assert lines[0] == "x" * (CELL_COLUMNS_MAX - 1) + "…  b  " + "y" * (LAST_COLUMNS_MAX - 1) + "…"
    assert lines[1] == "漢" * 39 + "…   b  "
    assert lines[2] == "e\u0301" + " " * 79 + "  b  " + "漢" * 120


@pytest.mark.parametrize(
    "char", ["\u200d", "\ufe0f", "\U000e0041", "\u2062", "\ue000", "\x7f", "\u202e"]
)
def test_json_shows_what_is_not_seen(char: str) -> None:
    """Invisible, private and acting characters stand in JSON as escapes; letters stand as they are."""
    escaped = escaped_json(json.dumps(f"é{char}漢", ensure_ascii=False).encode())
    assert escaped.startswith('"é\\u')
    assert char not in escaped
    assert json.loads(escaped) == f"é{char}漢"


def test_streams_are_one_object_or_one_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    """--json wraps a list in one object, --jsonl prints its items alone."""
    Output(Style.JSON).stream("items", [1, 2], {"board": "garden"})
    Output(Style.JSONL).stream("items", [1, 2], {"board": "garden"})
    first, *rest = capsys.readouterr().out.splitlines()
    assert json.loads(first) == {"board": "garden", "items": [1, 2]}
    assert rest == ["1", "2"]


def test_quiet_leaves_results_alone(capsys: pytest.CaptureFixture[str]) -> None:
    """--quiet drops what is neither result nor error."""
    out = Output(quiet=True)
    out.say("beside")
    out.result({}, ["the result"])
    captured = capsys.readouterr()
    assert captured.out == "the result\n"
    assert captured.err == ""


def test_times_are_in_the_readers_zone() -> None:
    """A moment is shown in local time, to the minute; no moment is nothing."""
    moment = datetime(2026, 3, 1, 12, 30, 59, tzinfo=UTC)
    assert local_time(moment) == moment.astimezone().strftime("%Y-%m-%d %H:%M")
    assert local_time(None) == ""


def test_a_refusal_breaks_between_words(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Why an answer is refused can be read in a narrow terminal: no word is cut (P14)."""
    monkeypatch.setenv("COLUMNS", "40")
    refused = PasswordRefused(rule="it is one word; take four or five unrelated ones")
    show_refusal(refused)
    told = capsys.readouterr().err
    assert all(len(line) <= 40 and line.startswith("  ") for line in told.splitlines())
    assert " ".join(told.split()).startswith(str(refused))
