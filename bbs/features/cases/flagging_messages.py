"""What scripts hand to a person: words they flag, and words they hold back for a day (P6, protocol 27)."""

from typing import ClassVar

from bbs.clock import Instant
from bbs.features.cases.views import CaseText
from bbs.features.threads.hiding_messages import ClauseNumber
from bbs.ids import LineId, PostId
from bbs.messages import Command, Done, Result
from bbs.powers import Need, NeedTarget, Power


class FlagPost(Command[Done], frozen=True, kw_only=True):
    """Flag a post to those who handle cases on its board, as a script. It opens a case or joins it.

    The case says that a script flagged it. Of somebody in office there it also says who owns the
    script; of another member the flag is a report, which names nobody (22.1). Errors: `not_found`,
    `gone`, `text_refused`, `protocol.bad_params` if there was no such clause, `cases.for_scripts` to
    a person, `cases.left_to_people` for words of somebody in office there, `conflict` for the
    owner's own words and for what was flagged or reported before; `full` above `FLAGS_PER_DAY_MAX`,
    without an office `REPORTS_PER_DAY_MAX`.

    Attributes:
        norm: The clause, by its number in the version in force when the words were written.
        of_commons: Whether it is one of the commons' norms.
        words: Why; only who handles the case reads it.
    """

    method: ClassVar[str] = "cases.flag"
    needs: ClassVar[Need] = Need(Power.FLAG, on=NeedTarget.POST)
    text_paths: ClassVar[tuple[str, ...]] = ("words",)
    post: PostId
    norm: ClauseNumber
    of_commons: bool = False
    words: CaseText | None = None


class FlagLine(Command[Done], frozen=True, kw_only=True):
    """Flag a line of a lounge, as `cases.flag` flags a post."""

    method: ClassVar[str] = "cases.flag_line"
    needs: ClassVar[Need] = Need(Power.FLAG, on=NeedTarget.LINE)
    text_paths: ClassVar[tuple[str, ...]] = ("words",)
    line: LineId
    norm: ClauseNumber
    of_commons: bool = False
    words: CaseText | None = None


class HeldBack(Result, frozen=True, kw_only=True):
    """Words that are held back.

    Attributes:
        until: When they are published again, unless a person decides before.
    """

    until: Instant


class HoldBackPost(Command[HeldBack], frozen=True, kw_only=True):
    """Hold back a post for a person to look at, as a script of somebody in office. Logged (P8).

    Nobody but author and desk reads the words for `HELD_BACK_HOURS`; it opens a case or joins it, so
    that a person decides. Its author is told. One wording is held back once, by whichever script, and
    never after a person held it or decided about it. Errors: `not_found`, `not_allowed` without such an
    office, `gone`, `text_refused`, `protocol.bad_params` if there was no such clause,
    `cases.for_scripts`, `cases.left_to_people`, `conflict` if the words are hidden or the owner's own;
    `full` above `HELD_BACK_PER_DAY_MAX`.

    Attributes:
        norm: The clause, by its number in the version in force when the words were written.
        of_commons: Whether it is one of the commons' norms.
        words: Why; who handles the case reads it, and so does the author.
    """

    method: ClassVar[str] = "cases.hold_back"
    needs: ClassVar[Need] = Need(Power.HOLD_BACK, on=NeedTarget.POST)
    text_paths: ClassVar[tuple[str, ...]] = ("words",)
    post: PostId
    norm: ClauseNumber
    of_commons: bool = False
    words: CaseText | None = None


class HoldBackLine(Command[HeldBack], frozen=True, kw_only=True):
    """Hold back a line of a lounge, as `cases.hold_back` holds back a post."""

    method: ClassVar[str] = "cases.hold_back_line"
    needs: ClassVar[Need] = Need(Power.HOLD_BACK, on=NeedTarget.LINE)
    text_paths: ClassVar[tuple[str, ...]] = ("words",)
    line: LineId
    norm: ClauseNumber
    of_commons: bool = False
    words: CaseText | None = None
