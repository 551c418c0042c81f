"""How a setting of a board is declared, and what follows from a declaration for people."""

from enum import StrEnum
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from msgspec import NODEFAULT, UNSET, Meta, Struct
from msgspec.structs import fields

from bbs.errors import BadParams
from bbs.ids import COMMONS, BoardId
from bbs.plural import counted

Unsaid = TypeVar("Unsaid")
"""The value of a field whose setting is not given: None in a command, no value in a board."""

ALWAYS: Any = NODEFAULT
"""The default of a field that every board states."""


class Where(StrEnum):
    """The boards that have a setting."""

    EVERYWHERE = "everywhere"
    COMMONS = "commons"  # the commons alone
    BOARDS = "boards"  # every board but the commons


_WHERE_IT_IS = {
    Where.EVERYWHERE: "",
    Where.COMMONS: "On the commons alone.",
    Where.BOARDS: "Not on the commons.",
}
_REFUSED = {
    Where.COMMONS: "the commons alone has this setting; change it there",
    Where.BOARDS: "every board but the commons has this setting",
}


class Setting(Struct, frozen=True):
    """The description of a setting for people, in the annotation of the setting's field.

    Attributes:
        help: The setting's meaning, in a sentence.
        label: The name on screens; empty for the field's own name.
        unit: The noun for one of the units that it counts, such as `day`; empty for a bare number.
        zero: The meaning of 0, such as `kept`; empty where 0 is a number like any other.
        choices: The possible values, each with its meaning; empty if they cannot be listed.
        at_opening: The value for a new board if the command names none; None if the server computes
            it, UNSET for the field's default. Of a text, empty if a board needs none.
        chars_max: The greatest length of a text, in characters; 0 for other values.
        is_paragraph: Whether a text may have more than one line.
        is_list: Whether each of its lines is an entry of its own.
        heading: Its column's heading in lists of boards; empty for none.
        where: The boards that have it.
    """

    help: str
    label: str = ""
    unit: str = ""
    zero: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    at_opening: Any = UNSET
    chars_max: int = 0
    is_paragraph: bool = False
    is_list: bool = False
    heading: str = ""
    where: Where = Where.EVERYWHERE


class BoardSetting(Struct, frozen=True):
    """One setting of a board, as it is declared.

    Attributes:
        kind: The type of its value: `str`, `int`, `bool` or an enum of strings.
        bounded: The type with its bounds and marks, as a command takes it.
        least, most: The smallest and the largest number; None for no such bound.
        about: Its description for people.
        default: The value of a board that does not state it; NODEFAULT if every board does.
        marks: The other objects in its annotation.
    """

    name: str
    kind: type
    bounded: Any
    least: int | None
    most: int | None
    about: Setting
    default: Any
    marks: tuple[Any, ...]

    @property
    def is_text(self) -> bool:
        """Whether its value is a text, which is stored as a row of `texts` (P10)."""
        return self.kind is str

    @property
    def may_be_empty(self) -> bool:
        """Whether a board needs no such text: an empty one takes it away."""
        return self.is_text and self.about.at_opening == ""

    @property
    def label(self) -> str:
        """The name that people read."""
        return self.about.label or self.name.replace("_", " ")

    @property
    def at_opening(self) -> Any:
        """The value of a new board. None: the server computes it. NODEFAULT: it must be given."""
        if self.about.at_opening is not UNSET:
            return self.about.at_opening
        return NODEFAULT if self.is_text else self.default

    @property
    def explanation(self) -> str:
        """The setting's meaning, and the meaning of each value if there are few."""
        means = "; ".join(f"{value}: {says}" for value, says in self.about.choices)
        parts = (self.about.help, f"{means}." if means else "", _WHERE_IT_IS[self.about.where])
        return " ".join(filter(None, parts))

    def is_on(self, board: BoardId | None) -> bool:
        """Return whether a board has the setting; None for a new board."""
        where = self.about.where
        return where is Where.EVERYWHERE or (where is Where.COMMONS) == (board == COMMONS)

    def check_on(self, board: BoardId) -> None:
        """Check that a board which is given a value has the setting.

        Raises:
            BadParams: If it has not.
        """
        if not self.is_on(board):
            raise BadParams(field=self.name, rule=_REFUSED[self.about.where])

    def describe(self, value: Any) -> str:
        """Return a value as people read it: `kept`, `1 day`, `yes`; text as it is."""
        match value:
            case None | "":
                return "none"
            case bool():
                return "yes" if value else "no"
            case 0 if self.about.zero:
                return self.about.zero
            case int() if self.about.unit:
                return counted(value, self.about.unit)
        return str(value)


def declare(settings: type[Struct]) -> dict[str, BoardSetting]:
    """Return the settings that the fields of a struct declare, by name, in their order."""
    hints = get_type_hints(settings, include_extras=True)
    found = {}
    for field in fields(settings):
        bounded = next(part for part in get_args(hints[field.name]) if get_origin(part))
        kind, *marks = get_args(bounded)
        (about,) = (mark for mark in marks if isinstance(mark, Setting))
        bounds = next((mark for mark in marks if isinstance(mark, Meta)), Meta())
        found[field.name] = BoardSetting(
            name=field.name,
            kind=kind,
            bounded=bounded,
            least=None if bounds.ge is None else int(bounds.ge),
            most=None if bounds.le is None else int(bounds.le),
            about=about,
            default=field.default,
            marks=tuple(mark for mark in marks if not isinstance(mark, Setting | Meta)),
        )
    return found
