"""What waits for others, as a list, and the reader's word to it, with its proof (protocol 15)."""

from collections.abc import Callable
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.events import DescendantFocus
from textual.widgets import Input, Static

from bbs_client.actions.proof import READERS, SAYS, Said, WordQuestion
from bbs_client.actions.proposals import HiddenWordsQuestion, fetch_waiting
from bbs_client.keys import Pane
from bbs_client.session.proposals import WaitingCommand, Word, list_waiting, place_of
from bbs_client.session.session import Session
from bbs_client.widgets.block_view import BlockView
from bbs_client.widgets.dialog import Dialog
from bbs_client.widgets.fields import LineField
from bbs_client.widgets.key_bar import KeyBar
from bbs_client.widgets.page import Page, item_rows
from bbs_client.widgets.rows import Row

_INDENT = "  "
_ABOUT = "Commands that need a second key, or that others may object to first."


class WaitingList(BlockView):
    """For each command who wants what, what it waits for, and who said what."""

    ROWS_GUESSED = 3

    def __init__(self, session: Session, moved: Callable[[], None]) -> None:
        """Make an empty list.

        Args:
            session: Where it comes from.
            moved: Called when the cursor is on another command, or on none.
        """
        super().__init__()
        self._session = session
        self._moved = moved
        self.commands: dict[str, WaitingCommand] = {}

    def reload(self) -> None:
        """Read what waits again."""
        self.commands = {each.proposal.id: each for each in list_waiting(self._session)}
        self.set_keys(self.commands)

    def cursor_moved(self) -> None:
        """Tell it."""
        self._moved()

    def empty_text(self) -> Content:
        """Say that nothing waits."""
        return Content("Nothing waits for others.").stylize("dim")

    def draw(self, index: int, width: int) -> list[Row]:
        """Return a command as rows, each in full."""
        command = self.commands[self.keys[index]]
        room = max(8, width - len(_INDENT))
        head = Content.assemble((f"{place_of(self._session, command.proposal)} ", "dim"))
        first, *rows = (head + Content(command.told)).wrap(width)
        about = ((each, "") for each in command.about)
        below = [*about, (command.wait, "warn"), *((vote, "dim") for vote in command.votes)]
        if command.words:
            below.append((f"you may {' or '.join(command.words)}", "strong"))
        for text, look in below:
            rows += [Content(_INDENT) + row for row in Content.styled(text, look).wrap(room)]
        return item_rows(first, *rows)


class ProposalsPage(Page[tuple[WaitingCommand, Word]]):
    """The list; answers with what the reader wants to say to which command."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("a", "agree"),
        ("o", "object"),
        ("x", "withdraw"),
        ("w", "words"),
        ("y", "accept"),
        ("n", "refuse"),
    ]

    def __init__(self, session: Session) -> None:
        """Show what waits.

        Args:
            session: Where it comes from.
        """
        self._list = WaitingList(session, self._offer_keys)
        self._note = Static(_ABOUT, classes="about", markup=False)
        super().__init__(session, "What waits for others", self._note, self._list)

    def on_mount(self) -> None:
        """Show what is here, and ask for what is not."""
        self.refresh_live()
        self.run_worker(self._fetch(), exit_on_error=False)

    async def _fetch(self) -> None:
        trouble = await fetch_waiting(self.session)
        self._note.update(Content.styled(trouble, "$warning") if trouble else Content(_ABOUT))
        self.refresh_live()

    def refresh_live(self) -> None:
        """Show it as it is now."""
        self._list.reload()
        self._offer_keys()

    def _offer_keys(self) -> None:
        """Show the keys of those words that the reader may say to the command under the cursor."""
        command = self._list.commands.get(self._list.current or "")
        words = command.words if command is not None else ()
        self.offer_keys([_KEYS[word] for word in words])

    def action_agree(self) -> None:
        """Agree to the command under the cursor."""
        self._say(Word.AGREE)

    def action_object(self) -> None:
        """Object to the command under the cursor."""
        self._say(Word.OBJECT)

    def action_withdraw(self) -> None:
        """Take the command under the cursor back."""
        self._say(Word.WITHDRAW)

    def action_accept(self) -> None:
        """Accept what binds whoever takes the community over, as its heir."""
        self._say(Word.ACCEPT)

    def action_refuse(self) -> None:
        """Refuse to take the community over, as its heir."""
        self._say(Word.REFUSE)

    def action_words(self) -> None:
        """Read the words that are hidden for the command under the cursor."""
        self._say(Word.READ)

    def _say(self, word: Word | None) -> None:
        """Answer with a word to the command under the cursor, or say which words count there."""
        command = self._list.commands.get(self._list.current or "")
        if command is None:
            return
        if word is not None and word in command.words:
            self.dismiss((command, word))
        else:
            no_word = _NO_WORD[command.proposal.to_few]
            says = f"you may {' or '.join(command.words)} here" if command.words else no_word
            self.notify(f"{says[:1].upper()}{says[1:]}.", markup=False)

    def chosen(self, key: str) -> None:
        """Open a plan; else answer with the one word that counts here, or say which keys give them."""
        words = self._list.commands[key].words
        only = words[0] if len(words) == 1 else None
        self._say(Word.ITEMS if Word.ITEMS in words else only)


_KEYS = {
    Word.AGREE: ("a", "agree"),
    Word.OBJECT: ("o", "object"),
    Word.WITHDRAW: ("x", "take back"),
    Word.READ: ("w", "words"),
    Word.ITEMS: ("Enter", "items"),
    Word.ACCEPT: ("y", "accept"),
    Word.REFUSE: ("n", "refuse"),
}
_NO_WORD = {
    False: "you cannot agree or object here; members in office or seated decide",
    True: "you cannot agree or object here; what concerns a person is put to no vote",
}
"""What is said to a reader who has no say, by whether few are told of the command."""


class HiddenWordsDialog(Dialog[None]):
    """Words that are hidden, as long as it is open."""

    footer = Pane.TEXT

    def __init__(self, question: HiddenWordsQuestion) -> None:
        """Show them.

        Args:
            question: The words.
        """
        more = "Esc shows the next page" if question.has_more else ""
        text = Static(Content("\n".join(question.lines)), markup=False)
        note = Static(Content.styled(more, "dim"), markup=False)
        note.display = question.has_more
        super().__init__(
            Content(question.heading),
            note,
            VerticalScroll(text),
            classes="tall",
        )


_SENDS = (("Enter", "send"),)
_GOES_ON = (("Enter", "go to the proof"),)


class WordDialog(Dialog[Said]):
    """Asks for the proof, and of an objection first for the reason; neither is kept anywhere."""

    footer = Pane.QUESTION
    extra_keys = _SENDS

    def __init__(self, question: WordQuestion) -> None:
        """Ask.

        Args:
            question: What is agreed or objected to.
        """
        command, objects = question.command, question.word is Word.OBJECT
        self._trouble = Static(
            Content.styled(question.trouble, "bold $warning"), markup=False, id="trouble"
        )
        self._trouble.display = bool(question.trouble)
        self._reason = LineField(
            question.reason,
            placeholder=f"why; {READERS[command.proposal.to_few]} can read it",
            compact=True,
        )
        self._reason.display = objects
        proof = "Enter: by the key of this device; or your password"
        self._password = Input(
            placeholder=proof if question.with_key else "your password", password=True, compact=True
        )
        self._with_key = question.with_key
        told = Static(
            Content("\n".join((command.told, *command.about, command.wait))), markup=False
        )
        heading = Content(SAYS[question.word])
        super().__init__(heading, told, self._trouble, self._reason, self._password)
        self._objects = objects

    def on_mount(self) -> None:
        """Begin with what is missing."""
        (self._password if self._reason.value or not self._objects else self._reason).focus()

    def on_descendant_focus(self, message: DescendantFocus) -> None:
        """Say what Enter does in this field."""
        self.query_one(KeyBar).offer(_GOES_ON if self._reason.has_focus else _SENDS)

    def on_input_submitted(self) -> None:
        """Answer once all is there; until then go to what is missing."""
        if self._objects and not self._reason.value.strip():
            self._reason.focus()
        elif not (self._password.value or (self._with_key and self._password.has_focus)):
            self._password.focus()
        else:
            self.dismiss(Said(self._reason.value, self._password.value))
