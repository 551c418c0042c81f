"""The questions of a board to whoever asks for a seat there."""

from bbs.features.boards.application_rules import split_questions
from bbs.seat_refusals import AnswersNeeded
from bbs_server.standing import BoardFacts
from bbs_server.store import texts
from bbs_server.store.api import Tx


def load_questions(tx: Tx, board: BoardFacts) -> tuple[str, ...]:
    """Return the questions of a board; none for most boards."""
    key = board.questions_text
    return () if key is None else split_questions(texts.load_bodies(tx, [key]).get(key))


def refuse_unanswered(tx: Tx, board: BoardFacts) -> None:
    """Refuse to give a seat for the asking where questions come first.

    Raises:
        AnswersNeeded: If the board asks any.
    """
    if questions := load_questions(tx, board):
        raise AnswersNeeded(board=board.id, questions=list(questions))
