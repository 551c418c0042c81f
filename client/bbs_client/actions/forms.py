"""Forms: their fields, what is typed there, and sending it so that nothing is lost where the server refuses."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from enum import Enum
from typing import Any, TypeVar

from msgspec import NODEFAULT, Struct
from msgspec.structs import replace

from bbs import limits
from bbs.errors import FolkmootError
from bbs.features.boards.declaring import BoardSetting
from bbs.features.boards.rules import check_texts
from bbs.features.boards.settings import SETTINGS
from bbs.features.norms.clause_text import BETWEEN, BY_TWO, format_clauses, parse_clause
from bbs.features.norms.messages import Clause
from bbs.ids import BoardId
from bbs.plural import counted
from bbs.refusals import CommandWaits, NameTaken
from bbs.text import check_line, normalize_body, normalize_line
from bbs.typed import describe_mended, mend_typed
from bbs_client.actions.surface import Question, Surface
from bbs_client.safe_text import describe_error

T = TypeVar("T")

NORMS = "norms"
"""The name of the field of norms."""
_NORMS_CHARS_MAX = limits.NORMS_MAX * 3 * (limits.NORM_CHARS_MAX + len(BETWEEN) + 2)
OPTIONS_TOLD_MAX = 4  # in a sentence about a wrong one
_YES_NO = {"yes": True, "no": False}


class FormField(Struct, frozen=True):
    """A line of a form.

    Attributes:
        name: Of the setting, or of what else is asked.
        label: What people call it.
        help: What it is, a sentence.
        now: What stands there before anything is typed; cleaned.
        choices: What can be typed, where that is little.
        chars_max: Of text: its length at most, in characters; 0 for what is no text.
        least, most: Of a number that is no setting of a board: its bounds; `most` is 0 for no number.
        is_paragraph: Whether it may have more than a line.
        is_list: Whether each of its lines is an entry of its own.
        is_required: Whether it has to be typed where nothing stands there.
        may_be_empty: Whether a text that stands there can be taken away.
        is_of_words: Whether several of the choices may be typed, with blanks between them.
        options: Where one of a few is chosen: what is typed for each, and what it is; cleaned.
    """

    name: str
    label: str
    help: str
    now: str = ""
    choices: tuple[str, ...] = ()
    chars_max: int = 0
    least: int = 0
    most: int = 0
    is_paragraph: bool = False
    is_list: bool = False
    is_required: bool = False
    may_be_empty: bool = False
    is_of_words: bool = False
    options: tuple[tuple[str, str], ...] = ()


class FormError(Exception):
    """What was typed into a field cannot stand there.

    Attributes:
        field: The name of the field.
    """

    def __init__(self, field: str, says: str) -> None:
        """Say what is wrong, in a sentence; cleaned."""
        super().__init__(says)
        self.field = field


class SettingsQuestion(Question[dict[str, Any]], frozen=True):
    """What a board is to be like: the values that were typed anew, by name.

    Attributes:
        heading: What is asked, in one line; cleaned.
        fields: In their order.
        makes: Whether something new is made, also where all stays as it stands in the form.
        yes: What answering does, a word or two.
        typed: What the reader typed last, by the name of the field; the surface writes it down, and
            begins with it when the same is asked again.
        trouble: Why that could not be, a sentence; cleaned.
        mended: What was changed in the texts as they were read last, a sentence each.
        about: What the form is about, a sentence each, above its fields; cleaned.
        keeps: Whether what was typed is kept as a draft when the form is left.
    """

    heading: str
    fields: tuple[FormField, ...]
    makes: bool = False
    yes: str = "save"
    typed: dict[str, str] = {}
    trouble: str = ""
    mended: list[str] = []
    about: tuple[str, ...] = ()
    keeps: bool = False

    def read(self, typed: Mapping[str, str]) -> dict[str, Any]:
        """Return the values of the fields in which something else stands than before.

        Args:
            typed: What stands in each field, by name.

        Raises:
            FormError: If something cannot stand where it was typed, is too long, or is missing.
        """
        values: dict[str, Any] = {}
        self.mended.clear()
        for field in self.fields:
            text, changes = _mended(field, typed[field.name])
            if changes and text != field.now:
                self.mended.append(describe_mended("text", changes))
            is_missing = not text and bool(field.now or field.is_required)
            if is_missing and field.chars_max and not field.may_be_empty:
                says = f"{field.label}: this cannot be empty; type a word at least."
                raise FormError(field.name, says)
            if is_missing or text != field.now:
                values[field.name] = self.mean(field, text)
        try:
            check_texts(values)
            if NORMS in values:
                values[NORMS] = _clauses(values[NORMS])
        except FolkmootError as error:
            raise FormError(getattr(error, "field", ""), describe_error(error)) from None
        return values

    def mean(self, field: FormField, text: str) -> Any:
        """Return what a text means in a field.

        Args:
            field: The field.
            text: What was typed there, cleaned; empty only in a field that is no text.

        Raises:
            FormError: If it means nothing there, or is out of bounds.
        """
        if (setting := SETTINGS.get(field.name)) is not None:
            return _parsed(setting, text)
        if field.options:
            return _option(field, text)
        if field.most:
            return _number(field.name, field.label, text, field.least, field.most)
        return text


class WholeForm(SettingsQuestion, frozen=True):
    """A form whose fields all count, also those in which nothing was typed anew."""

    def read(self, typed: Mapping[str, str]) -> dict[str, Any]:
        """Return the values of all fields that are not empty. Raises as that of every form."""
        values = super().read(typed)
        for field in self.fields:
            if field.name not in values and typed[field.name].strip():
                values[field.name] = self.mean(field, typed[field.name].strip())
        return {name: value for name, value in values.items() if value != ""}


def norms_field(clauses: tuple[Clause, ...]) -> FormField:
    """Return the field in which norms are typed, with those that stand."""
    return FormField(
        name=NORMS,
        label="norms",
        help=f"The board's own norms, a line each: the rule {BETWEEN} why {BETWEEN} an example, if you like."
        f" {BY_TWO} before a rule: a matter of judgement, cited by two.",
        now=_cleaned(_NORMS_CHARS_MAX, True, format_clauses(clauses)),
        chars_max=_NORMS_CHARS_MAX,
        is_paragraph=True,
        is_list=True,
        is_required=True,
    )


def _clauses(text: str) -> tuple[Clause, ...]:
    """Return the clauses that were typed, a line each.

    Raises:
        FormError: If a line has no why, or there are too many.
        TextRefused: If a rule or a why cannot be one.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > limits.NORMS_MAX:
        raise FormError(NORMS, f"norms: a board has at most {limits.NORMS_MAX}.")
    clauses = []
    for number, line in enumerate(lines, 1):
        if (clause := parse_clause(line)) is None:
            says = f"norms, line {number}: write the rule, {BETWEEN} and why; nobody follows a rule"
            raise FormError(NORMS, f"{says} without its reason.")
        for part in filter(None, (clause.text, clause.why, clause.example)):
            check_line(part, field=NORMS, chars_max=limits.NORM_CHARS_MAX)
        clauses.append(clause)
    return tuple(clauses)


def setting_fields(board: BoardId | None, values: Mapping[str, Any]) -> Iterator[FormField]:
    """Yield a field for each setting of a board; where nothing usual stands, a text has to be typed.

    Args:
        board: None for a new board.
        values: By name.
    """
    for name, setting in SETTINGS.items():
        if not setting.is_on(board):
            continue
        value = values[name]
        yield FormField(
            name=name,
            label=setting.label,
            help=setting.explanation,
            now="" if value in (None, NODEFAULT) else _shown(setting, value),
            choices=_choices(setting),
            chars_max=setting.about.chars_max,
            is_paragraph=setting.about.is_paragraph,
            is_list=setting.about.is_list,
            is_required=value is NODEFAULT,
            may_be_empty=setting.may_be_empty,
        )


def _option(field: FormField, text: str) -> str:
    """Return the option that was typed. Raises `FormError` if there is none of that name."""
    known = {value.lower(): value for value, _ in field.options}
    if text.lower() not in known:
        says = " or ".join(value for value, _ in field.options[:OPTIONS_TOLD_MAX])
        raise FormError(field.name, f"{field.label}: choose one, such as {says}.")
    return known[text.lower()]


def _choices(setting: BoardSetting) -> tuple[str, ...]:
    if setting.kind is bool:
        return tuple(_YES_NO)
    return tuple(str(value) for value, _ in setting.about.choices)


def _shown(setting: BoardSetting, value: Any) -> str:
    """Return a value as it is typed: `kept`, `14`, `yes`, `private`; text cleaned."""
    if setting.is_text:
        return _cleaned(setting.about.chars_max, setting.about.is_paragraph, value)
    if isinstance(value, bool | Enum) or (value == 0 and setting.about.zero):
        return setting.describe(value)
    return str(value)


def _mended(field: FormField, typed: str) -> tuple[str, dict[str, int]]:
    """Return a text as it can be sent, and what was changed in it.

    Raises:
        FormError: If it is too long; nothing is cut.
    """
    text, changes = mend_typed(typed, is_paragraph=field.is_paragraph)
    text, most = text.strip(), field.chars_max or limits.SHORT_CHARS_MAX
    if (over := len(text) - most) > 0:
        says = f"{field.label.rstrip('?')}: too long by {counted(over, 'character')}; {most:,} fit."
        raise FormError(field.name, says)
    return text, changes


def _cleaned(chars_max: int, is_paragraph: bool, text: str) -> str:
    mend = normalize_body if is_paragraph else normalize_line
    return mend(text, chars_max=chars_max)[0].strip()


def _parsed(setting: BoardSetting, text: str) -> Any:
    """Return what a text means for a setting; the inverse of `_shown`.

    Raises:
        FormError: If it means nothing, or is out of bounds.
    """
    word = text.lower()
    if setting.is_text:
        return text
    if choices := _choices(setting):
        if word not in choices:
            raise FormError(setting.name, f"{setting.label}: type {' or '.join(choices)}.")
        return _YES_NO[word] if setting.kind is bool else setting.kind(word)
    if word == setting.about.zero:
        return 0
    zero = f", or {setting.about.zero}" if setting.about.zero else ""
    return _number(setting.name, setting.label, word, setting.least or 0, setting.most, zero)


def _number(field: str, label: str, word: str, least: int, most: int | None, zero: str = "") -> int:
    """Return the number that a word is. Raises `FormError` if it is none, or out of bounds."""
    number = int(word) if word.isdecimal() else -1
    if number < least or (most is not None and number > most):
        raise FormError(field, f"{label}: type a number from {least} to {most}{zero}.")
    return number


async def send_form(
    surface: Surface,
    question: SettingsQuestion,
    send: Callable[[dict[str, Any]], Awaitable[T]],
) -> T | None:
    """Ask, and send what was typed; where the server refuses it, ask again with all that was typed.

    Args:
        surface: Where it is asked.
        question: What is asked.
        send: Sends the values of the fields in which something else stands than before; raises
            `FormError` for what only the server could tell it.

    Returns:
        What the server answered; None if nothing was sent.

    Raises:
        CommandWaits: If others have their say first: what was typed is with the server.
    """
    while (values := await surface.ask(question)) is not None and (values or question.makes):
        try:
            return await surface.wait(send(values))
        except CommandWaits:
            raise
        except FormError as error:
            question = replace(question, trouble=str(error))
        except FolkmootError as error:
            question = replace(question, trouble=_trouble(question, error))
    return None


def _trouble(question: SettingsQuestion, error: FolkmootError) -> str:
    """Return an error as a sentence; a name that is taken after its field, as the form calls it."""
    labels = {field.name: field.label for field in question.fields}
    label = labels.get(error.field) if isinstance(error, NameTaken) else None
    return f"{label}: {describe_error(error)}" if label else describe_error(error)
