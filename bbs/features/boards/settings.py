"""A board's settings, declared once: columns, commands, view, acts, options and forms follow from them."""

from enum import StrEnum
from typing import Annotated, Any, Generic

from msgspec import Meta, Struct

from bbs import limits
from bbs.features.boards.declaring import ALWAYS, Setting, Unsaid, Where, declare
from bbs.gravity import Grave, ends_sooner, leaves_too_few, shows_wider
from bbs.powers import Mark, Touches


class Visibility(StrEnum):
    """The members who may read a board and know of it."""

    MEMBERS = "members"  # listed; every member may read
    UNLISTED = "unlisted"  # every member who knows its address may read
    PRIVATE = "private"  # seat holders only; to others it does not exist


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
    questions: (
        Annotated[
            str,
            Meta(max_length=(limits.QUESTION_CHARS_MAX + 1) * limits.QUESTIONS_MAX * 4),
            Mark(Touches.RIGHTS_OF_OTHERS),
            Setting(
                f"Questions to who asks for a seat, a line each, at most {limits.QUESTIONS_MAX};"
                " the desk alone reads the answers.",
                at_opening="",
                chars_max=(limits.QUESTION_CHARS_MAX + 1) * limits.QUESTIONS_MAX,
                is_paragraph=True,
                is_list=True,
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
    ) = ALWAYS
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
    ) = ALWAYS
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
    invitation_budget: (
        Annotated[
            bool,
            Mark(Touches.RIGHTS_OF_OTHERS),
            Setting(
                f"Whether a member may invite only {limits.BUDGET_AT_ONCE} people at once, one more"
                f" every {limits.BUDGET_DAYS} days, none in the first {limits.BUDGET_FIRST_DAYS}.",
                label="invitation budget",
                where=Where.COMMONS,
            ),
        ]
        | Unsaid
    ) = False
    newcomers_per_week: (
        Annotated[
            int,
            Meta(ge=0, le=limits.NEWCOMERS_PER_WEEK_MAX),
            Mark(Touches.RIGHTS_OF_OTHERS),
            Setting(
                "How many newcomers get a seat within seven days, of the community if it is the"
                " commons; the others wait for their week. 0: as many as there are seats.",
                label="newcomers a week",
                zero="no pace",
            ),
        ]
        | Unsaid
    ) = 0
    guard_first_posts: (
        Annotated[
            bool,
            Mark(Touches.RIGHTS_OF_OTHERS),
            Setting(
                "Whether a newcomer's posts wait for a moderator: the first"
                f" {limits.GUARD_POSTS}, for at most {limits.GUARD_DAYS} days.",
                label="hold first posts",
            ),
        ]
        | Unsaid
    ) = False
    guard_links: (
        Annotated[
            bool,
            Mark(Touches.RIGHTS_OF_OTHERS),
            Setting(
                "Whether a newcomer's posts with links wait for a moderator, until"
                f" {limits.GUARD_POSTS} posts are published or {limits.GUARD_DAYS} days are over.",
                label="hold links",
            ),
        ]
        | Unsaid
    ) = False
    guard_pace_s: (
        Annotated[
            int,
            Meta(ge=0, le=limits.GUARD_PACE_SECONDS_MAX),
            Mark(Touches.RIGHTS_OF_OTHERS),
            Setting(
                f"Seconds between two writings of a newcomer, until {limits.GUARD_POSTS} posts are"
                f" published or {limits.GUARD_DAYS} days are over; 0: none.",
                label="newcomers' pace",
                unit="second",
                zero="none",
            ),
        ]
        | Unsaid
    ) = 0
    guard_letters: (
        Annotated[
            bool,
            Mark(Touches.RIGHTS_OF_OTHERS),
            Setting(
                "Whether a newcomer writes no letters to members who never wrote to them, for"
                f" {limits.GUARD_LETTER_DAYS} days.",
                label="guard letters",
                where=Where.COMMONS,
            ),
        ]
        | Unsaid
    ) = False
    log_by_office: (
        Annotated[
            bool,
            Mark(Touches.RIGHTS_OF_OTHERS),
            Setting(
                "Whether the log says a moderator, and not who it was; who hears appeals reads names.",
                label="log by office",
            ),
        ]
        | Unsaid
    ) = False


SETTINGS = declare(BoardSettings)
"""The settings of a board by name, in their order."""

TEXT_SETTINGS = tuple(setting.name for setting in SETTINGS.values() if setting.is_text)
"""The names of the settings that are texts."""


def values_of(settings: "BoardSettings[Any]") -> dict[str, Any]:
    """Return the value of each setting of a board or command, by name. Pure."""
    return {name: getattr(settings, name) for name in SETTINGS}


def given_in(settings: "BoardSettings[None]") -> dict[str, Any]:
    """Return the settings that a command names, by name. Pure."""
    return {name: value for name, value in values_of(settings).items() if value is not None}
