"""Which dialog asks which question of an action."""

from typing import Any

from textual.content import Content
from textual.screen import ModalScreen

from bbs_client.actions.personal import LevelQuestion
from bbs_client.actions.places import SeatQuestion
from bbs_client.actions.reading import ChainQuestion, LinksQuestion
from bbs_client.actions.round import CatchUpQuestion
from bbs_client.actions.surface import Confirm, Question, Surface
from bbs_client.actions.unsent import OutboxQuestion


def dialog_for(surface: Surface, question: Question[Any]) -> ModalScreen[Any]:
    """Return the dialog that asks a question; its code is read when it is first opened."""
    match question:
        case Confirm():
            from bbs_client.widgets.dialog import Confirm as Dialog

            asked = Content(question.question)
            return Dialog(asked, question.consequence, yes=question.yes)
        case LevelQuestion():
            from bbs_client.features.boards.level import LevelDialog

            return LevelDialog(Content(question.board), question.now)
        case OutboxQuestion():
            from bbs_client.shell.outbox import OutboxDialog

            return OutboxDialog(surface.session)
        case SeatQuestion():
            from bbs_client.features.norms.screen import SeatDialog

            return SeatDialog(surface.session, question.row)
        case CatchUpQuestion():
            from bbs_client.features.reading.catch_up import CatchUpDialog

            return CatchUpDialog(question.size)
        case ChainQuestion():
            from bbs_client.features.threads.screen import AncestorsDialog

            return AncestorsDialog(surface.session, question.thread, question.numbers)
        case LinksQuestion():
            from bbs_client.features.threads.screen import Links

            return Links(question.targets)
        case _:
            raise LookupError(f"no dialog asks {type(question).__name__}")
