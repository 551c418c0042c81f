"""What is typed to narrow a log of power: any text is valid, and says what was left out."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bbs.features.moderation.messages import GetLog
from bbs.ids import new_id
from bbs.powers import Power
from bbs.terminal.log_filter import parse_log_filter


def test_operators_and_words() -> None:
    """Each operator is a field of the query; what is none is a word that has to stand there."""
    found = parse_log_filter("from:@Ana power:TEND norm:commons-3 after:2026-01-31 cases Slugs")
    assert found.by == "ana"
    assert found.query == {
        **{"power": Power.TEND, "norm": 3, "of_commons": True, "of_cases": True},
        "since": datetime(2026, 1, 31, tzinfo=UTC),
    }
    assert found.matches("moved SLUGS here")
    assert not found.matches("moved snails here")


def test_a_wrong_value_is_left_out_and_said() -> None:
    """The rest counts; the note says what to type."""
    found = parse_log_filter("power:steal norm:0 after:soon from:@ herons")
    assert found.query == {}
    assert found.by is None
    assert [note.partition(" ")[0] for note in found.notes] == [
        "power:steal",
        "norm:0",
        "after:soon",
    ]
    assert found.words == ("from:@", "herons")


@given(st.text(max_size=80))
def test_any_text_makes_a_query(text: str) -> None:
    """Nothing that is typed raises, and what is read fits the query."""
    found = parse_log_filter(text)
    GetLog(board=new_id(), **found.query)
    assert found.matches(" ".join(found.words))
