"""Acts and restrictions: uses of power with their reasons, and limits set by power (P7, P8)."""

from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta

from bbs import limits
from bbs.clock import Instant
from bbs.features.members.views import Author
from bbs.features.moderation.views import Restriction
from bbs.ids import BatchId, BoardId, MemberId
from bbs.messages import Event, Number, PageSize, Query, Result, View
from bbs.powers import Need, NeedTarget, Office, Power, Way


class ThingKind(StrEnum):
    """The kind of thing that an act was done to."""

    COMMUNITY = "community"
    BOARD = "board"
    MEMBER = "member"
    THREAD = "thread"
    POST = "post"
    LINE = "line"
    INVITATION = "invitation"
    APPLICATION = "application"  # by its number alone: it names no member
    CASE = "case"  # likewise
    BATCH = "batch"  # commands that were applied together: `count` says how many


class Thing(View, frozen=True, kw_only=True):
    """The thing that an act was done to, without any of its text.

    Attributes:
        id: Its id; None for the community, for a member (whom the act names by `about`), and for an
            act on many things at once.
        thread: The number of the thread that it is, or is in.
        number: Its own number there: of a post in its thread, of a line in its lounge.
        count: The number of things of this kind that the act was done to.
    """

    kind: ThingKind
    id: str | None = None
    thread: Number | None = None
    number: Number | None = None
    count: int = 1


class Change(View, frozen=True, kw_only=True):
    """A value that an act changed.

    Attributes:
        field: Its name, as the command names it.
        before, after: The value before and after; None for no value, or for a text.
        said_before, said_after: The same for a text of the board: a title, a charter, a norm.
    """

    field: str
    before: bool | int | str | None = None
    after: bool | int | str | None = None
    said_before: str | None = None
    said_after: str | None = None


ACT_WORDS = ("act.law", "act.reason", "act.changes.said_before", "act.changes.said_after")


class ActContent(View, frozen=True, kw_only=True):
    """The content of an act, with its reason; never the text of a member's post or line.

    Attributes:
        thing: What it was done to.
        about: The member it was about; None if it was about nobody or about a case (13.6), and once
            a year has passed without another act about them.
        changes: What it changed, each with what was before.
        norm, norms_version: The clause it cites, in the version in force for what it was done to.
        norms_board: The board of those norms, where that is not the act's; None otherwise.
        law: The law it cites, in the form in which its country cites it.
        reason: Why, in the words of whoever did it.
        batch: The id that acts carry which were done together.
        undoes: The act that this one undoes.
    """

    thing: Thing
    about: MemberId | None = None
    changes: tuple[Change, ...] = ()
    norm: int | None = None
    norms_version: int | None = None
    norms_board: BoardId | None = None
    law: str | None = None
    reason: str | None = None
    batch: str | None = None
    undoes: str | None = None


class Act(ActContent, frozen=True, kw_only=True):
    """A use of power, kept for `ACT_DAYS`, even if the board's posts end before (P8).

    Attributes:
        board: The board in whose acts it stands; what concerns everybody stands in the commons'.
        number: Its place among the acts of that board, without gaps.
        method: The command; of somebody at the server's machine, its name there.
        author: Who did it; an `office` where the board's log names offices and the reader is not
            told more (13.5).
        office: In which office.
        power: The power used; None for what the machine allows to whoever has it.
        seconded_by: Who gave the second key to a command that waited for it; None without one.
        is_seconded: Whether somebody gave it whom this board's log does not name.
        way: How the command came; None for acts older than this record.
    """

    id: str
    board: BoardId
    number: Number
    at: Instant
    method: str
    author: Author
    office: Office
    power: Power | None = None
    way: Way | None = None
    seconded_by: MemberId | None = None
    is_seconded: bool = False


class ActPage(Result, frozen=True, kw_only=True):
    """Acts of a board, newest first.

    Attributes:
        next_before: Pass it as `before` for the next page; None at the end.
    """

    acts: tuple[Act, ...]
    next_before: Number | None = None


class GetLog(Query[ActPage], frozen=True, kw_only=True):
    """List the uses of power on a board, newest first (P8). Errors: `not_found`.

    A batch is one act there (26.10); the acts of its items come if `batch` asks for them, or `norm`,
    `power` or `of_cases` looks for what they did.

    Attributes:
        before: Only acts with a lower number.
        norm: Only acts that cite the clause of this number.
        of_commons: Whether that is a clause of the commons' norms, and not one of the board's own.
        power: Only uses of this power.
        since: Only acts from then on.
        by: Only acts of this member, of those that name them to the reader.
        of_cases: Only acts that decide cases, and urgent holds.
        batch: Only the acts of this batch's items.
    """

    method: ClassVar[str] = "moderation.log"
    needs: ClassVar[Need] = Need(Power.READ, on=NeedTarget.BOARD)
    board: BoardId
    before: Number | None = None
    limit: PageSize = limits.PAGE_ITEMS_DEFAULT
    norm: Annotated[int, Meta(ge=1, le=limits.NORMS_MAX)] | None = None
    of_commons: bool = False
    power: Power | None = None
    since: Instant | None = None
    by: MemberId | None = None
    of_cases: bool = False
    batch: BatchId | None = None


class Acted(Event, frozen=True, kw_only=True):
    """A member used power. On the board's stream; on the commons' if it concerns everybody."""

    kind: ClassVar[str] = "moderation.acted"
    text_paths: ClassVar[tuple[str, ...]] = ACT_WORDS
    act: Act


class ActRecorded(Event, frozen=True, kw_only=True):
    """An act as the log stores it: on a stream without listeners, hash-chained, with its own texts.

    Attributes:
        act: Without the member it is about, unless that member is its author.
        about_digest: HMAC-SHA256 of that member's id under a salt of its own, in hexadecimal. The
            server can forget the member's id, and the chain stays valid.
        by_office: Whether its readers are told the office in place of who did it.
    """

    kind: ClassVar[str] = "moderation.recorded"
    text_paths: ClassVar[tuple[str, ...]] = ACT_WORDS
    own_words: ClassVar[bool] = True
    act: Act
    about_digest: str | None = None
    by_office: bool = False


class RestrictionChanged(Event, frozen=True, kw_only=True):
    """A restriction was set, began, was ended or is over; its moments show which.

    The event of a restriction about a member goes to that member's own stream alone, the event of a
    restriction about everybody to the board. Only the moments decide whether a restriction is in
    force, not the arrival of this event.
    """

    kind: ClassVar[str] = "moderation.restriction_changed"
    text_paths: ClassVar[tuple[str, ...]] = ("restriction.reason",)
    restriction: Restriction
