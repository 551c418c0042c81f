"""Rules of applications: questions, answers, and what may become of them (protocol 19.8)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbs import limits
from bbs.features.boards.application_messages import ApplicationState
from bbs.features.boards.application_rules import (
    APPLICATION_TRANSITIONS,
    check_answers,
    check_decision,
    check_move,
    check_questions,
    split_questions,
)
from bbs.refusals import TextRefused

PLAIN = st.text(st.sampled_from("abc ä?é."), min_size=1, max_size=40).filter(
    lambda said: said == said.strip()
)


@given(st.lists(PLAIN, min_size=1, max_size=limits.QUESTIONS_MAX))
def test_each_line_is_a_question(questions: list[str]) -> None:
    """Up to three lines are up to three questions, and come back as they were typed."""
    said = "\n".join(questions)
    check_questions(said)
    assert split_questions(said) == tuple(questions)


def test_a_board_without_questions_asks_nothing() -> None:
    """No text and an empty one are the same: nothing is asked (the default of five friends)."""
    assert split_questions(None) == split_questions("") == ()
    check_answers((), ())


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ("a\nb\nc\nd", "questions: a board asks at most 3, a line each"),
        ("a\n\nb", "questions: line 2 is empty; each line is a question"),
        ("a\n" + "b" * 201, "questions: question 2: longer than 200 characters: it has 201"),
        ("a\tb", "questions: question 1:"),
    ],
)
def test_questions_that_cannot_stand_are_refused(said: str, rule: str) -> None:
    """One sentence names the field, the question and the rule."""
    with pytest.raises(TextRefused) as refused:
        check_questions(said)
    assert str(refused.value).startswith(rule)


@pytest.mark.parametrize(
    ("asked", "answers", "rule"),
    [
        (1, (), "answers: one answer, one to each question; 0 came"),
        (2, ("a",), "answers: 2 answers, one to each question; 1 came"),
        (1, ("a", "b"), "answers: one answer, one to each question; 2 came"),
        (0, ("a",), "answers: nothing is asked here; send none"),
        (2, ("a", " "), "answers: answer 2:"),
        (1, ("a" * 501,), "answers: answer 1: longer than 500 characters: it has 501"),
    ],
)
def test_answers_that_do_not_fit_are_refused(
    asked: int, answers: tuple[str, ...], rule: str
) -> None:
    """Too few, too many, empty or too long: one sentence names the field and the rule."""
    with pytest.raises(TextRefused) as refused:
        check_answers(("Why?",) * asked, answers)
    assert str(refused.value).startswith(rule)


@given(st.lists(PLAIN, max_size=5), st.lists(PLAIN, max_size=5))
def test_answers_count_as_the_questions_do(questions: list[str], answers: list[str]) -> None:
    """Exactly one answer to each question is taken."""
    if len(questions) == len(answers):
        check_answers(questions, answers)
    else:
        with pytest.raises(TextRefused, match="answers"):
            check_answers(questions, answers)


def test_who_is_declined_is_told_something() -> None:
    """A clause, a kind word or both; a word is one line of at most 280 characters."""
    check_decision(norm=1, word=None)
    check_decision(norm=None, word="Not this time.")
    for word in (None, "a" * 281, "a\nb", ""):
        with pytest.raises(TextRefused) as refused:
            check_decision(norm=None, word=word)
        assert refused.value.field == "word"


@given(st.sampled_from([None, *ApplicationState]), st.sampled_from(ApplicationState))
def test_the_table_says_all_moves(before: ApplicationState | None, to: ApplicationState) -> None:
    """An application is made open, is decided once, and moves no more (protocol 19.8)."""
    allowed = to in APPLICATION_TRANSITIONS[before]
    assert allowed == (
        (before is None and to is ApplicationState.OPEN)
        or (before is ApplicationState.OPEN and to is not ApplicationState.OPEN)
    )
    if allowed:
        check_move(before, to)
    else:
        with pytest.raises(AssertionError):
            check_move(before, to)
