"""The dialogs of the screen, by the question of an action that each asks."""

from functools import partial
from typing import TYPE_CHECKING, Any

from textual.content import Content
from textual.screen import ModalScreen

from bbs_client.actions.arriving import NoteChosen, NoteQuestion
from bbs_client.actions.blocks import BlocksQuestion, ReportQuestion
from bbs_client.actions.boards import TemplateQuestion
from bbs_client.actions.desk import DeskQuestion
from bbs_client.actions.forms import SettingsQuestion
from bbs_client.actions.inviting import InvitationQuestion, InvitationsQuestion
from bbs_client.actions.letters import LettersQuestion
from bbs_client.actions.lookup import (
    InboxQuestion,
    MemberQuestion,
    MembersQuestion,
    PostQuestion,
    SavedQuestion,
    SearchQuestion,
    WhoQuestion,
)
from bbs_client.actions.personal import FolderQuestion, LevelQuestion
from bbs_client.actions.places import NormsQuestion, PlaceQuestion, SeatQuestion
from bbs_client.actions.power_log import LogQuestion
from bbs_client.actions.program import (
    ChoiceQuestion,
    CommandQuestion,
    HelpQuestion,
    OwnSettingsQuestion,
    PaletteQuestion,
    TourQuestion,
    completions,
)
from bbs_client.actions.proof import WordQuestion
from bbs_client.actions.proposals import HiddenWordsQuestion, ProposalsQuestion
from bbs_client.actions.reading import ChainQuestion, LinksQuestion
from bbs_client.actions.round import CatchUpQuestion
from bbs_client.actions.seats import SeatsQuestion
from bbs_client.actions.sheets import ListingQuestion, RollQuestion, SheetQuestion
from bbs_client.actions.surface import Confirm, Question, Surface, TendQuestion
from bbs_client.actions.unsent import OutboxQuestion
from bbs_client.actions.welcome import WelcomeQuestion

if TYPE_CHECKING:
    from bbs_client.session.session import Session
    from bbs_client.tui.program import ScreenProgram


def dialog_for(
    question: Question[Any],
    surface: Surface,
    program: "ScreenProgram",
    typed_before: list[str],
) -> ModalScreen[Any] | None:
    """Return the dialog that asks a question; its code is read when it is first opened.

    Args:
        question: Any question of `bbs_client.actions`.
        surface: The surface that asks it.
        program: The parts that the app has once.
        typed_before: Lines typed after `:`, the newest last; the dialog appends to it.

    Returns:
        None if there is nothing to show.
    """
    match question:
        case Confirm():
            from bbs_client.widgets.dialog import Confirm as Dialog

            return Dialog(Content(question.question), question.consequence, yes=question.yes)
        case OutboxQuestion():
            from bbs_client.tui.outbox import OutboxPage

            return OutboxPage(surface.session)
        case FolderQuestion():
            from bbs_client.features.boards.folder import FolderDialog

            return FolderDialog(Content(f"Folder of {question.board}"), question.names)
        case CatchUpQuestion():
            from bbs_client.features.reading.catch_up import CatchUpDialog

            return CatchUpDialog(question.size)
        case ChainQuestion():
            from bbs_client.features.threads.screen import AncestorsDialog

            return AncestorsDialog(surface.session, question.thread, question.numbers)
        case LinksQuestion():
            from bbs_client.features.threads.screen import Links

            return Links(question.targets)
        case PlaceQuestion():
            from bbs_client.tui.switch import Switch

            return Switch(surface.session)
        case _:
            return (
                _choice(question)
                or _lookup(question, surface.session)
                or _post(question, surface.session)
                or _office(question, surface.session)
                or _case(question, surface.session)
                or _program(question, surface, program, typed_before)
            )


def _lookup(question: Question[Any], session: "Session") -> ModalScreen[Any] | None:
    match question:
        case SeatQuestion():
            from bbs_client.features.norms.screen import SeatPage

            return SeatPage(session, question.row)
        case NormsQuestion():
            from bbs_client.features.norms.screen import NormsPage

            return NormsPage(session, question.row)
        case SearchQuestion():
            from bbs_client.features.reading.screen import SearchPage

            return SearchPage(session, question.words, question.here)
        case InboxQuestion():
            from bbs_client.features.reading.inbox import InboxPage

            return InboxPage(session)
        case SavedQuestion():
            from bbs_client.features.reading.saved import SavedPage

            return SavedPage(session)
        case PostQuestion():
            from bbs_client.features.threads.screen import PostInfo

            return PostInfo(session, question.post)
        case MemberQuestion():
            from bbs_client.features.members.screen import MemberInfo

            return MemberInfo(session, question.author)
        case MembersQuestion(at=at):
            from bbs_client.features.members.everybody import MembersPage

            return MembersPage(session, at)
        case LogQuestion():
            from bbs_client.features.moderation.screen import LogPage

            return LogPage(session, question)
        case ProposalsQuestion():
            from bbs_client.features.proposals.screen import ProposalsPage

            return ProposalsPage(session)
        case HiddenWordsQuestion():
            from bbs_client.features.proposals.screen import HiddenWordsDialog

            return HiddenWordsDialog(question)
        case WordQuestion():
            from bbs_client.features.proposals.screen import WordDialog

            return WordDialog(question)
        case WhoQuestion():
            from bbs_client.features.presence.screen import WhoIsHere

            return WhoIsHere(session)
    return None


def _post(question: Question[Any], session: "Session") -> ModalScreen[Any] | None:
    """Return the dialog of a question about letters; None for another question."""
    match question:
        case LettersQuestion(at=at):
            from bbs_client.features.letters.screen import LettersPage

            return LettersPage(session, at)
        case BlocksQuestion():
            from bbs_client.features.letters.blocks import BlocksPage

            return BlocksPage(session)
        case ReportQuestion():
            from bbs_client.features.letters.report import ReportPage

            return ReportPage(session, question)
    return None


def _office(question: Question[Any], session: "Session") -> ModalScreen[Any] | None:
    """Return the dialog of a question to members in office; None for another question."""
    match question:
        case TemplateQuestion():
            from bbs_client.tui.choices import beginning_choice

            return beginning_choice()
        case SettingsQuestion():
            from bbs_client.features.boards.form import SettingsDialog

            return SettingsDialog(question)
        case SeatsQuestion():
            from bbs_client.features.boards.seats import SeatsPage

            return SeatsPage(session, question)
        case DeskQuestion():
            from bbs_client.tui.desk import DeskPage

            return DeskPage(session, question)
        case NoteChosen():
            from bbs_client.features.arriving.screen import NotesPage

            return NotesPage(session)
        case NoteQuestion(newcomer=newcomer):
            from bbs_client.features.arriving.screen import NotePage

            return NotePage(session, newcomer)
        case InvitationQuestion():
            from bbs_client.features.members.invitation import InvitationPage

            return InvitationPage(session, question)
        case InvitationsQuestion():
            from bbs_client.features.members.invitations import InvitationsPage

            return InvitationsPage(session, question)
    return None


def _case(question: Question[Any], session: "Session") -> ModalScreen[Any] | None:
    """Return the page of a case, a decision or a list of them; None for another question."""
    match question:
        case SheetQuestion():
            from bbs_client.features.cases.screen import SheetPage

            return SheetPage(session, question)
        case ListingQuestion():
            from bbs_client.features.cases.screen import ListingPage

            return ListingPage(session, question)
        case RollQuestion():
            from bbs_client.tui.roll import RollPage

            return RollPage(session, question)
    return None


def _choice(question: Question[Any]) -> ModalScreen[Any] | None:
    match question:
        case TendQuestion():
            from bbs_client.tui.choices import Choice

            return Choice(question.heading, question.doings, "")
        case LevelQuestion():
            from bbs_client.tui.choices import level_choice

            return level_choice(question.board, question.now)
    return None


def _program(
    question: Question[Any],
    surface: Surface,
    program: "ScreenProgram",
    typed_before: list[str],
) -> ModalScreen[Any] | None:
    match question:
        case CommandQuestion():
            from bbs_client.tui.command_line import CommandLine

            return CommandLine(typed_before, partial(completions, surface))
        case ChoiceQuestion(id=id):
            from bbs_client.tui.choices import ThemeChoice, community_choice, keymap_choice

            if id == "communities":
                return community_choice(program.communities(), program.current(id))
            return {"keymap": keymap_choice, "theme": ThemeChoice}[id](program.current(id))
        case TourQuestion():
            from bbs_client.tui.tour import tour_of

            program.note_tour_taken()
            return tour_of(surface.session, program.current("theme"), question)
        case WelcomeQuestion():
            from bbs_client.tui.welcome import WelcomePage

            program.note_tour_taken()
            return WelcomePage(surface.session)
        case OwnSettingsQuestion():
            from bbs_client.tui.settings_page import SettingsPage

            return SettingsPage(surface.session, program)
        case HelpQuestion():
            from bbs_client.tui.help import Help

            place, own = program.place(surface), program.own_keys()
            return Help(surface.session, place, question.words, own)
        case PaletteQuestion():
            from bbs_client.tui.palette import Palette

            return Palette(surface.session, composing=question.composing)
    raise LookupError(f"no dialog asks {type(question).__name__}")
