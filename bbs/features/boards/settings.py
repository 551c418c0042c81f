"""A board's settings, declared once: columns, commands, view, acts, options and forms follow from them."""

import types
from collections.abc import Callable
from enum import StrEnum
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Generic,
    Never,
    TypeVar,
    get_args,
    get_origin,
    get_type_hints,
)

from msgspec import NODEFAULT, UNSET, Meta, Struct
from msgspec.structs import fields

from bbs import limits
from bbs.gravity import Grave, ends_sooner, leaves_too_few, shows_wider
from bbs.messages import Command, R_co, View
from bbs.plural import counted
from bbs.powers import Mark, Touches

Unsaid = TypeVar("Unsaid")
"""The value of a field whose setting is not given: None in a command, no value in a board."""

_ALWAYS: Any = NODEFAULT  # every board states this field


class Visibility(StrEnum):
    """The members who may read a board and know of it."""

    MEMBERS = "members"  # listed; every member may read
    UNLISTED = "unlisted"  # every member who knows its address may read
    PRIVATE = "private"  # seat holders only; to others it does not exist


class Setting(Struct, frozen=True):
    """The description of a setting for people, in the annotation of the setting's field.

    Attributes:
        help: The setting's meaning, in a sentence.
        label: The name on screens; empty for the field's own name.
        unit: The noun for one of the units that it counts, such as `day`; empty for a bare number.
        zero: The meaning of 0, such as `kept`; empty where 0 is a number like any other.
        choices: The possible values, each with its meaning; empty if they cannot be listed.
        at_opening: The value for a new board if the command names none; None if the server computes
            it, UNSET for the field's default.
        chars_max: The greatest length of a text, in characters; 0 for other values.
        is_paragraph: Whether a text may have more than one line.
        heading: Its column's heading in lists of boards; empty for none.
    """

    help: str
    label: str = ""
    unit: str = ""
    zero: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    at_opening: Any = UNSET
    chars_max: int = 0
    is_paragraph: bool = False
    heading: str = ""


class BoardSettings(Struct, Generic[Unsaid], frozen=True, kw_only=True):
    """The settings of a board, in the order in which people see them.

    A field's type carries the bounds for commands, its `Setting`, a `Mark` and perhaps a `Grave`.
    The mark decides whether a token may change the setting; `Grave` names the changes that wait for
    other members. A field's default is the setting of a board that does not state it. Text is None
    once it is erased. Each field has a column of its name in the table `boards`; of a text, the
    column ends in `_text`.
    """

    slug: (
        Annotated[
            str,
            Meta(max_length=limits.SLUG_CHARS_MAX),
            Mark(Touches.RIGHTS_OF_OTHERS),
            Setting(
                "The board's name in addresses.", label="name", chars_max=limits.SLUG_CHARS_MAX
            ),
        ]
        | None
    ) = None
    title: (
        Annotated[
            str,
            Meta(max_length=limits.TITLE_CHARS_MAX * 4),
            Mark(Touches.OFFICE_WORDS),
            Setting("The board's title, a line.", chars_max=limits.TITLE_CHARS_MAX),
        ]
        | None
    ) = None
    charter: (
        Annotated[
            str,
            Meta(max_length=limits.CHARTER_CHARS_MAX * 4),
            Mark(Touches.OFFICE_WORDS),
            Setting(
                "What the board is for, a paragraph.",
                chars_max=limits.CHARTER_CHARS_MAX,
                is_paragraph=True,
            ),
        ]
        | None
    ) = None
    visibility: (
        Annotated[
            Visibility,
            Mark(Touches.RIGHTS_OF_OTHERS),
            Setting(
                "Who may read the board and know of it.",
                choices=(
                    (Visibility.MEMBERS, "every member"),
                    (Visibility.UNLISTED, "members who know its address"),
                    (Visibility.PRIVATE, "only who has a seat on it"),
                ),
                heading="VISIBLE TO",
            ),
            Grave(
                "visibility",
                "more people could read the board",
                shows_wider,
                erases=True,
                all_moderators=True,
                days_min=limits.VISIBILITY_DAYS,
            ),
        ]
        | Unsaid
    ) = Visibility.MEMBERS
    seats: (
        Annotated[
            int,
            Meta(ge=1, le=limits.BOARD_SEATS_MAX),
            Mark(Touches.ADDING, lowered=Touches.RIGHTS_OF_OTHERS),
            Setting("The number of seats, taken or not.", at_opening=None, heading="SEATS"),
            Grave("seats", "it would have fewer seats than are taken", leaves_too_few),
        ]
        | Unsaid
    ) = _ALWAYS
    retention_days: (
        Annotated[
            int,
            Meta(ge=0, le=limits.RETENTION_DAYS_MAX),
            Mark(Touches.MEMORY),
            Setting(
                "Days after which a post written now fades; 0 keeps it.",
                label="retention",
                unit="day",
                zero="kept",
                heading="POSTS",
            ),
            Grave("retention_days", "posts would end sooner", ends_sooner, erases=True),
        ]
        | Unsaid
    ) = 0
    lounge_hours: (
        Annotated[
            int,
            Meta(ge=1, le=limits.LOUNGE_HOURS_MAX),
            Mark(Touches.MEMORY),
            Setting(
                "Hours after which a line of the lounge fades.",
                label="lounge",
                unit="hour",
                at_opening=limits.LOUNGE_HOURS_DEFAULT,
                heading="LOUNGE",
            ),
            Grave("lounge_hours", "lines of the lounge would end sooner", ends_sooner, erases=True),
        ]
        | Unsaid
    ) = _ALWAYS
    hold_s: (
        Annotated[
            int,
            Meta(ge=0, le=limits.HOLD_SECONDS_MAX),
            Mark(Touches.RIGHTS_OF_OTHERS),
            Setting(
                "Seconds for which a post waits before it is published, editable without a trace;"
                " 0: none.",
                label="hold",
                unit="second",
                zero="none",
                at_opening=limits.HOLD_SECONDS_DEFAULT,
                heading="HOLD",
            ),
        ]
        | Unsaid
    ) = 0


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
        return f"{self.about.help} {means}." if means else self.about.help

    def describe(self, value: Any) -> str:
        """Return a value as people read it: `kept`, `1 day`, `yes`; text as it is."""
        match value:
            case None:
                return "none"
            case bool():
                return "yes" if value else "no"
            case 0 if self.about.zero:
                return self.about.zero
            case int() if self.about.unit:
                return counted(value, self.about.unit)
        return str(value)


def _declared() -> tuple[BoardSetting, ...]:
    hints = get_type_hints(BoardSettings, include_extras=True)
    found = []
    for field in fields(BoardSettings):
        bounded = next(part for part in get_args(hints[field.name]) if get_origin(part))
        kind, *marks = get_args(bounded)
        (about,) = (mark for mark in marks if isinstance(mark, Setting))
        bounds = next((mark for mark in marks if isinstance(mark, Meta)), Meta())
        found.append(
            BoardSetting(
                name=field.name,
                kind=kind,
                bounded=bounded,
                least=None if bounds.ge is None else int(bounds.ge),
                most=None if bounds.le is None else int(bounds.le),
                about=about,
                default=field.default,
                marks=tuple(mark for mark in marks if not isinstance(mark, Setting | Meta)),
            )
        )
    return tuple(found)


SETTINGS = {setting.name: setting for setting in _declared()}
"""The settings of a board by name, in their order."""

TEXT_SETTINGS = tuple(setting.name for setting in SETTINGS.values() if setting.is_text)
"""The names of the settings that are texts."""


def values_of(settings: "BoardSettings[Any]") -> dict[str, Any]:
    """Return the value of each setting of a board or command, by name. Pure."""
    return {name: getattr(settings, name) for name in SETTINGS}


def given_in(settings: "BoardSettings[None]") -> dict[str, Any]:
    """Return the settings that a command names, by name. Pure."""
    return {name: value for name, value in values_of(settings).items() if value is not None}


if TYPE_CHECKING:

    class SettingsView(View, BoardSettings[Never], frozen=True, kw_only=True):
        """A view with a board's settings."""

    class SettingsAtOpening(
        Command[R_co], BoardSettings[None], Generic[R_co], frozen=True, kw_only=True
    ):
        """A command that says what a new board is like."""

    class SettingsChange(
        Command[R_co], BoardSettings[None], Generic[R_co], frozen=True, kw_only=True
    ):
        """A command that changes the settings it names."""

else:
    # msgspec lays fields out in memory, so a class cannot inherit fields from a command and from
    # `BoardSettings`. `_made` therefore builds these classes with the same fields as above, each
    # with the types and defaults it needs.
    def _made(
        name: str, bases: tuple[Any, ...], type_of: Callable[[BoardSetting], tuple[Any, Any]]
    ) -> type[Struct]:
        shapes = {name: type_of(setting) for name, setting in SETTINGS.items()}
        told = {
            name: Annotated[kind, Meta(description=SETTINGS[name].about.help)]
            for name, (kind, _) in shapes.items()
        }
        defaults = {name: value for name, (_, value) in shapes.items() if value is not NODEFAULT}
        body = {"__module__": __name__, "__annotations__": told, **defaults}
        return types.new_class(
            name, bases, {"frozen": True, "kw_only": True}, lambda ns: ns.update(body)
        )

    def _told(setting: BoardSetting) -> tuple[Any, Any]:
        # Without bounds, because a newer server may allow a wider range.
        return (setting.kind | None, None) if setting.is_text else (setting.kind, setting.default)

    def _asked(setting: BoardSetting) -> tuple[Any, Any]:
        value = setting.at_opening
        return (setting.bounded | None if value is None else setting.bounded), value

    SettingsView = _made("SettingsView", (View,), _told)
    SettingsAtOpening = _made("SettingsAtOpening", (Command[R_co], Generic[R_co]), _asked)
    SettingsChange = _made(
        "SettingsChange", (Command[R_co], Generic[R_co]), lambda each: (each.bounded | None, None)
    )
