"""The form of a board's settings: a line for each, with its meaning and its possible values."""

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import DescendantFocus
from textual.suggester import Suggester, SuggestFromList
from textual.widget import Widget
from textual.widgets import Input, Static, TextArea

from bbs_client.actions.action import KeyScope
from bbs_client.actions.forms import FormError, FormField, SettingsQuestion
from bbs_client.keys import Pane, bindings, key_of
from bbs_client.widgets.dialog import Dialog
from bbs_client.widgets.fields import LineField, ParagraphField, PasteMended
from bbs_client.widgets.option_field import OptionField, OptionsDialog

Entry = Input | TextArea | OptionField
"""What stands in a line of the form."""

APART_MAX = 4  # fields that a low screen shows with a blank row above each
SLACK = 3  # rows for what is said of a mistake


class SettingsDialog(Dialog[dict[str, Any]]):
    """Asks for the settings of a board. Answers with the changed values, by name."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(KeyScope.COMPOSER, only=("send",))
    AUTO_FOCUS = ""
    footer = Pane.QUESTION

    def __init__(self, question: SettingsQuestion) -> None:
        """Make the form.

        Args:
            question: The question, with the present values.
        """
        self._question = question
        self.footer = Pane.DRAFT if question.keeps else Pane.QUESTION  # type: ignore[misc]  # of this one
        self._entries = {
            field.name: _entry(field, question.typed.get(field.name, field.now))
            for field in question.fields
        }
        self._wrong = Static(_error(question.trouble), id="wrong", markup=False)
        fields = question.fields
        few = len(fields) <= APART_MAX and not any(field.is_paragraph for field in fields)
        self._is_small = few
        form = Vertical(
            *(Static(Content(each), markup=False, classes="says") for each in question.about),
            *self._rows(),
            id="form",
            classes="apart" if few else None,
        )
        classes = None if few else "tall"
        super().__init__(Content(question.heading), form, self._wrong, classes=classes)
        # In a paragraph Enter begins a new line.
        lines_only = not any(field.is_paragraph or field.options for field in question.fields)
        save = "Enter" if lines_only else key_of("send")
        tab = (("Tab", "next line"),) if len(question.fields) > 1 else ()
        self.extra_keys = ((save, question.yes), *tab)

    def _rows(self) -> Iterator[Widget]:
        for field in self._question.fields:
            about = Content.assemble((field.label, "bold"), (f"  {field.help}", "$quiet"))
            yield Static(about, id=f"about-{field.name}", markup=False)
            yield self._entries[field.name]

    def on_mount(self) -> None:
        """Begin at the first line, with its explanation in view."""
        next(iter(self._entries.values())).focus(scroll_visible=False)

    def on_resize(self) -> None:
        """Be as high as what is asked, or as the screen where that is more."""
        if not self._is_small:
            self.add_class("tall")
            self.call_after_refresh(self._shrink)

    def _shrink(self) -> None:
        form = self.query_one("#form")
        self.set_class(form.children[-1].virtual_region.bottom + SLACK > form.size.height, "tall")

    def on_descendant_focus(self, message: DescendantFocus) -> None:
        """Show the line's explanation, too, when the reader comes to it."""
        for name, entry in self._entries.items():
            if entry is message.widget:
                about = self.query_one(f"#about-{name}")
                # After Textual has scrolled to the field itself.
                self.call_after_refresh(about.scroll_visible, animate=False)

    async def action_do(self, id: str) -> None:
        """Go to the next or the previous line; handle other keys like every dialog."""
        match id:
            case "down":
                self.focus_next()
            case "up":
                self.focus_previous()
            case _:
                await super().action_do(id)

    def on_paste_mended(self, message: PasteMended) -> None:
        """Say what a paste lost."""
        self._wrong.update(_error(f"The text was mended: {message.told}."))

    def on_option_field_asked(self, message: OptionField.Asked) -> None:
        """Show all options of a field, each in full; take the one that is chosen."""
        field = message.field
        dialog = OptionsDialog(field.heading, dict(field.options), field.value)
        self.app.push_screen(dialog, field.take)

    def action_enter(self) -> None:
        """Show the options of the line, where it has some; a form is saved by its own key alone."""
        if isinstance(self.focused, OptionField):
            self.focused.action_list()

    def action_back(self) -> None:
        """Keep what was typed, for the next time this is asked."""
        self._question.typed.update(self._typed())
        super().action_back()

    def _typed(self) -> dict[str, str]:
        return {name: _typed(each) for name, each in self._entries.items()}

    def on_input_changed(self) -> None:
        """Take away what was said of a mistake, once something else is typed."""
        if self._typed() != self._question.typed:
            self._wrong.update("")

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Save, like its key."""
        message.stop()
        self.action_send()

    def action_send(self) -> None:
        """Answer with what was typed anew; where something cannot stand, say so and stay."""
        typed = self._typed()
        self._question.typed.update(typed)
        try:
            values = self._question.read(typed)
        except FormError as error:
            self._wrong.update(_error(f"{error}"))
            if error.field in self._entries:
                entry = self._entries[error.field]
                entry.focus()
                self.call_after_refresh(entry.scroll_visible, animate=False)  # after this refresh
        else:
            self.dismiss(values)


class WordSuggester(Suggester):
    """Completes the last word of a line from a list."""

    def __init__(self, words: Iterable[str]) -> None:
        """Complete from these words."""
        super().__init__(case_sensitive=False)
        self._words = tuple(words)

    async def get_suggestion(self, value: str) -> str | None:
        """Return the line with its last word completed; None if no word begins so."""
        before, blank, last = value.rpartition(" ")
        sign = last[:1] if last.startswith("@") else ""
        begun = last.removeprefix("@")
        typed = before.split()
        for word in self._words if begun else ():
            if word.startswith(begun) and word not in typed:
                return f"{before}{blank}{sign}{word}"
        return None


def _from_list(choices: Iterable[str]) -> Suggester:
    return SuggestFromList(choices, case_sensitive=False)


def _error(says: str) -> Content:
    return Content.styled(says, "$role-error")


def _entry(field: FormField, text: str) -> Entry:
    if field.options:
        return OptionField(field.label, field.options, text)
    if field.is_paragraph:
        return ParagraphField(
            text,
            compact=True,
            highlight_cursor_line=False,
            classes="list" if field.is_list else None,
        )
    return LineField(
        text,
        suggester=(WordSuggester if field.is_of_words else _from_list)(field.choices),
        select_on_focus=False,
        compact=True,
    )


def _typed(entry: Entry) -> str:
    return entry.text if isinstance(entry, TextArea) else entry.value
