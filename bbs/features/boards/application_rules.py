"""Rules of applications: questions, answers, and what may become of them. Pure."""

from collections.abc import Sequence

from bbs import limits
from bbs.clock import DAY_MS, Ms
from bbs.features.boards.application_messages import ApplicationState
from bbs.refusals import TextRefused
from bbs.text import check_body, check_line

APPLICATION_TRANSITIONS: dict[ApplicationState | None, frozenset[ApplicationState]] = {
    None: frozenset({ApplicationState.OPEN}),
    ApplicationState.OPEN: frozenset(
        {
            ApplicationState.ACCEPTED,
            ApplicationState.DECLINED,
            ApplicationState.PASSED,
            ApplicationState.WITHDRAWN,
        }
    ),
    ApplicationState.ACCEPTED: frozenset(),
    ApplicationState.DECLINED: frozenset(),
    ApplicationState.PASSED: frozenset(),
    ApplicationState.WITHDRAWN: frozenset(),
}
"""The states that may follow each state of an application; None for one that is not made yet. Who asks
again makes a new one."""

APPLICATION_MS = limits.APPLICATION_DAYS * DAY_MS
KEPT_MS = limits.APPLY_AGAIN_DAYS * DAY_MS
"""How long the answers and the decision are kept after it. The member may ask again when they end."""


def check_move(before: ApplicationState | None, to: ApplicationState) -> None:
    """Check that an application may move from one state to another. Pure.

    Raises:
        AssertionError: If the table has no such move, which is a mistake in the program.
    """
    assert to in APPLICATION_TRANSITIONS[before], (before, to)


def split_questions(said: str | None) -> tuple[str, ...]:
    """Return the questions of a board: the lines of its setting. Pure."""
    return tuple(said.split("\n")) if said else ()


def check_questions(said: str) -> None:
    """Check the questions of a board.

    Raises:
        TextRefused: If there are too many, or one of them is empty, too long or no single line.
    """
    questions = split_questions(said)
    if len(questions) > limits.QUESTIONS_MAX:
        raise TextRefused("questions", f"a board asks at most {limits.QUESTIONS_MAX}, a line each")
    for number, question in enumerate(questions, 1):
        if not question.strip():
            raise TextRefused("questions", f"line {number} is empty; each line is a question")
        try:
            check_line(question, field="questions", chars_max=limits.QUESTION_CHARS_MAX)
        except TextRefused as refused:
            raise _about("questions", "question", number, refused) from None


def check_answers(questions: Sequence[str], answers: Sequence[str]) -> None:
    """Check the answers to the questions of a board, one to each, in their order.

    Raises:
        TextRefused: If there are too few or too many, or one of them is empty or too long.
    """
    asked, given = len(questions), len(answers)
    if asked != given:
        if not asked:
            raise TextRefused("answers", "nothing is asked here; send none")
        each = "one answer" if asked == 1 else f"{asked} answers"
        raise TextRefused("answers", f"{each}, one to each question; {given} came")
    for number, answer in enumerate(answers, 1):
        try:
            check_body(answer, field="answers", chars_max=limits.ANSWER_CHARS_MAX)
        except TextRefused as refused:
            raise _about("answers", "answer", number, refused) from None


def _about(field: str, noun: str, number: int, refused: TextRefused) -> TextRefused:
    rule = f"{noun} {number}: {refused.rule}"
    return TextRefused(field, rule, refused.position, refused.code_point)


def check_decision(*, norm: int | None, word: str | None) -> None:
    """Check what the desk says to somebody whom it declines: a clause, a kind word, or both.

    Raises:
        TextRefused: If it says neither, or the word is too long or no single line.
    """
    if norm is None and word is None:
        raise TextRefused("word", "say a kind word, or name the clause of the norms")
    if word is not None:
        check_line(word, field="word", chars_max=limits.DESK_WORD_CHARS_MAX)


def due_at(asked_at: Ms) -> Ms:
    """Return when an application goes on without an answer of the desk, in ms. Pure."""
    return asked_at + APPLICATION_MS


def over_at(decided_at: Ms) -> Ms:
    """Return when a decision and its answers end, in ms: from then on the member may ask again. Pure."""
    return decided_at + KEPT_MS
