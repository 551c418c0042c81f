"""Opening a board and changing its settings: one form, whose fields are those that a board declares."""

from collections.abc import Awaitable, Collection, Iterator, Mapping
from enum import Enum
from typing import Any

from msgspec import NODEFAULT, Struct

from bbs import limits
from bbs.errors import FolkmootError
from bbs.features.boards.messages import Board, BoardResult, ConfigureBoard, OpenBoard
from bbs.features.boards.rules import changes_between, check_texts
from bbs.features.boards.settings import SETTINGS, BoardSetting, values_of
from bbs.features.norms.clause_text import BETWEEN, BY_TWO, format_clauses, parse_clause
from bbs.features.norms.messages import AmendNorms, AmendNormsResult, Clause
from bbs.features.norms.templates import TEMPLATES, Template
from bbs.ids import new_id
from bbs.text import check_line, normalize_body, normalize_line
from bbs_client.actions.forms import send_form
from bbs_client.actions.places import go
from bbs_client.actions.surface import Question, Surface
from bbs_client.mirror.file import BoardRow
from bbs_client.safe_text import describe_error, safe_line
from bbs_client.session.consent import fetch_norms, whose_norms

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
    """

    heading: str
    fields: tuple[FormField, ...]
    makes: bool = False
    yes: str = "save"
    typed: dict[str, str] = {}
    trouble: str = ""

    def read(self, typed: Mapping[str, str]) -> dict[str, Any]:
        """Return the values of the fields in which something else stands than before.

        Args:
            typed: What stands in each field, by name.

        Raises:
            FormError: If something cannot stand where it was typed, or is missing.
        """
        values: dict[str, Any] = {}
        for field in self.fields:
            text = _normalized(field, typed[field.name])
            if not text and (field.now or field.is_required):
                raise FormError(field.name, f"{field.label}: this cannot be empty.")
            if text != field.now:
                values[field.name] = _meant(field, text)
        try:
            check_texts(values)
            if _NORMS in values:
                values[_NORMS] = _clauses(values[_NORMS])
        except FolkmootError as error:
            raise FormError(getattr(error, "field", ""), describe_error(error)) from None
        return values


class TemplateQuestion(Question[str], frozen=True):
    """What a new board begins with: the name of a template, or `OWN_WORDS`."""


OWN_WORDS = "own"
"""The answer of somebody who writes charter and norms themselves."""

BEGINNINGS = {
    **{name: f"For {each.about}." for name, each in TEMPLATES.items()},
    OWN_WORDS: "Your own charter and norms, from the first word on.",
}
"""What a new board can begin with, and what that is."""

_NORMS = "norms"
_NORMS_CHARS_MAX = limits.NORMS_MAX * 3 * (limits.NORM_CHARS_MAX + len(BETWEEN) + 2)


def _norms_field(clauses: tuple[Clause, ...]) -> FormField:
    return FormField(
        name=_NORMS,
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
        raise FormError(_NORMS, f"norms: a board has at most {limits.NORMS_MAX}.")
    clauses = []
    for number, line in enumerate(lines, 1):
        if (clause := parse_clause(line)) is None:
            says = f"norms, line {number}: write the rule, {BETWEEN} and why; nobody follows a rule"
            raise FormError(_NORMS, f"{says} without its reason.")
        for part in filter(None, (clause.text, clause.why, clause.example)):
            check_line(part, field=_NORMS, chars_max=limits.NORM_CHARS_MAX)
        clauses.append(clause)
    return tuple(clauses)


async def configure(surface: Surface, _: str) -> None:
    """Change the settings of the board that is here. Raises as `configure_board`."""
    await configure_board(surface, surface.board_here())


async def configure_board(
    surface: Surface, row: BoardRow, *, only: Collection[str] = tuple(SETTINGS)
) -> None:
    """Change the settings of a board; its log shows what changed (P8).

    Args:
        surface: Where it is asked.
        row: The board.
        only: The names of the settings that are asked for.

    Raises:
        FolkmootError: What the server answered; `conflict` if somebody changed the board meanwhile.
    """
    board = row.board
    if row.seat is None or not row.seat.moderator:
        surface.notify("Only moderators of a board change its settings.")
        return
    fields = tuple(field for field in _fields(values_of(board)) if field.name in only)
    heading = f"Settings of {safe_line(board.title, board.label)}"

    def send(values: dict[str, Any]) -> Awaitable[BoardResult]:
        op = new_id()
        command = ConfigureBoard(board=board.id, if_revision=board.revision, op=op, **values)
        return surface.session.connection.call(command)

    done = await send_form(surface, SettingsQuestion(heading, fields), send)
    if done is not None:
        surface.refresh()
        surface.notify(f"Changed: {_described(board, done.board)}.")


async def open_board(surface: Surface, _: str) -> None:
    """Open a board and go there.

    Raises:
        FolkmootError: What the server answered; `taken` if another board has the name, or had it.
    """
    me = surface.session.me
    if me is None or not me.sysop:
        surface.notify("Only the sysop opens boards; ask them for one.")
        return
    if (begins := await surface.ask(TemplateQuestion())) is None:
        return
    usual = {name: setting.at_opening for name, setting in SETTINGS.items()}
    template = TEMPLATES.get(begins)
    if template is not None:
        usual |= _said_by(template, surface)
    clauses = () if template is None else template.clauses
    fields = list(_fields(usual))
    # Beside the charter: what a board is comes before how it is run.
    fields.insert(list(SETTINGS).index("charter") + 1, _norms_field(clauses))
    said = {} if template is None else _said_by(template, surface)

    def send(values: dict[str, Any]) -> Awaitable[BoardResult]:
        given = {_NORMS: clauses, **said, **values}
        return surface.session.connection.call(OpenBoard(board=new_id(), op=new_id(), **given))

    form = SettingsQuestion("A new board", tuple(fields), makes=True, yes="open the board")
    opened = await send_form(surface, form, send)
    if opened is not None:
        await go(surface, opened.board.label)


async def amend(surface: Surface, _: str) -> None:
    """Change the norms of the board that is here, with a reason; it may wait for others (protocol 15).

    Raises:
        FolkmootError: What the server answered; `conflict` if somebody changed them meanwhile.
    """
    row = surface.board_here()
    if row.seat is None or not row.seat.moderator:
        surface.notify("Only moderators of a board change its norms.")
        return
    norms = (await surface.wait(fetch_norms(surface.session, row))).norms
    if norms is None:
        surface.notify("The norms are not on this device, and the server cannot be asked now.")
        return
    fields = (_norms_field(norms.clauses), _REASON_FIELD)
    heading = f"Norms of {whose_norms(row)}"

    async def send(values: dict[str, Any]) -> AmendNormsResult | None:
        if _NORMS not in values:
            surface.notify("The norms stay as they are.")
            return None
        command = AmendNorms(
            board=row.board.id,
            norms=values[_NORMS],
            reason=values[_REASON_FIELD.name],
            if_version=norms.version,
            op=new_id(),
        )
        return await surface.session.connection.call(command)

    done = await send_form(surface, SettingsQuestion(heading, fields), send)
    if done is not None:
        surface.refresh()
        surface.notify(f"Version {done.version} of the norms is in force.")


_REASON_FIELD = FormField(
    name="reason",
    label="reason",
    help="Why the norms change; members read it with them.",
    chars_max=limits.REASON_CHARS_MAX,
    is_required=True,
)


def _said_by(template: Template, surface: Surface) -> dict[str, Any]:
    """Return what a template says of a board; its name too, unless a board here has it."""
    taken = surface.session.cache.board_named(template.name) is not None
    slug = {} if taken else {"slug": template.name}
    return {**slug, "title": template.title, "charter": template.charter}


def _fields(values: Mapping[str, Any]) -> Iterator[FormField]:
    """Yield a field for each setting; where nothing usual stands, a text has to be typed."""
    for name, setting in SETTINGS.items():
        value = values[name]
        yield FormField(
            name=name,
            label=setting.label,
            help=setting.explanation,
            now="" if value in (None, NODEFAULT) else _shown(setting, value),
            choices=_choices(setting),
            chars_max=setting.about.chars_max,
            is_paragraph=setting.about.is_paragraph,
            is_required=value is NODEFAULT,
        )


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


def _normalized(field: FormField, text: str) -> str:
    return _cleaned(field.chars_max or limits.SHORT_CHARS_MAX, field.is_paragraph, text)


def _cleaned(chars_max: int, is_paragraph: bool, text: str) -> str:
    mend = normalize_body if is_paragraph else normalize_line
    return mend(text, chars_max=chars_max)[0].strip()


def _meant(field: FormField, text: str) -> Any:
    """Return what a text means in a field. Raises `FormError`."""
    if (setting := SETTINGS.get(field.name)) is not None:
        return _parsed(setting, text)
    return _number(field.name, field.label, text, field.least, field.most) if field.most else text


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


def _described(before: Board, after: Board) -> str:
    from bbs.terminal.act_text import describe_change

    return safe_line("; ".join(map(describe_change, changes_between(before, after))))
