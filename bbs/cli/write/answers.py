"""Asking for a seat with answers to a board's questions, and taking the answers back."""

from collections.abc import Sequence

from bbs import limits, terminal
from bbs.cli.context import CliContext
from bbs.features.boards.application_messages import (
    Applied,
    Apply,
    ListOwnApplications,
    OwnApplication,
    WithdrawApplication,
)
from bbs.features.boards.application_rules import check_answers, split_questions
from bbs.features.boards.messages import GetBoard
from bbs.features.members.views import MemberState
from bbs.ids import COMMONS, BoardId
from bbs.refusals import NotFound
from bbs.terminal import prompts
from bbs.terminal.input_text import mend_body
from bbs.text import check_body, sanitize


async def load_questions(caller: CliContext, board: BoardId) -> tuple[str, ...]:
    """Return what a board asks of the caller; a newcomer to the community is asked by the commons."""
    me = caller.community.me
    if board == COMMONS and me is not None and me.member.state is MemberState.WAITING:
        return (await caller.community.call(ListOwnApplications())).questions
    return split_questions((await caller.community.call(GetBoard(board=board))).board.questions)


def read_answers(questions: Sequence[str], given: Sequence[str]) -> tuple[str, ...]:
    """Return the answers that were given as options, or else what a person types.

    Raises:
        TextRefused: If they do not fit the questions.
        UsageError: If there is no person to ask.
    """
    answers = list(given)
    if not given and prompts.is_interactive():
        terminal.tell("Only the desk reads your answers; they are erased when they are not needed.")
        answers = [prompts.ask(sanitize(question), option="--answer") for question in questions]
    elif not given:
        for number, question in enumerate(questions, 1):
            terminal.tell(f"{number}. {sanitize(question)}")
        raise prompts.missing("--answer, once for each question")
    answers = [
        mend_body(each, field=f"--answer {number}") for number, each in enumerate(answers, 1)
    ]
    for number, answer in enumerate(answers, 1):
        check_body(answer, field=f"--answer {number}", chars_max=limits.ANSWER_CHARS_MAX)
    check_answers(questions, answers)
    return tuple(answers)


async def apply(
    caller: CliContext, board: BoardId, version: int, answers: tuple[str, ...], *, dry_run: bool
) -> Applied:
    """Ask for a seat with answers."""
    return await caller.community.call(
        Apply(board=board, norms_version=version, answers=answers, dry_run=dry_run)
    )


async def find_own(caller: CliContext, board: BoardId) -> OwnApplication | None:
    """Return the caller's application on a board that is not over; None without one."""
    listed = (await caller.community.call(ListOwnApplications())).applications
    return next((each for each in listed if each.board == board), None)


async def withdraw(caller: CliContext, board: BoardId, *, dry_run: bool) -> Applied:
    """Take the caller's answers back.

    Raises:
        NotFound: If none wait there.
    """
    own = await find_own(caller, board)
    if own is None:
        raise NotFound(what="application")
    return await caller.community.call(WithdrawApplication(application=own.id, dry_run=dry_run))
