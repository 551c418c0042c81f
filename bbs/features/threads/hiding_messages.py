"""Hiding words by a clause of the norms, and restoring them (P5, P8, protocol 12.5)."""

from typing import Annotated, ClassVar

from msgspec import Meta

from bbs import limits
from bbs.clock import Instant
from bbs.features.moderation.messages import Act
from bbs.features.moderation.views import Reason
from bbs.features.threads.views import Line, LineResult, Post, PostResult, Thread
from bbs.gravity import CITES_JUDGEMENT, HIDES_MANY, Grave
from bbs.ids import LineId, PostId
from bbs.messages import Command, Event, Query, Result
from bbs.powers import Need, NeedTarget, Power

ClauseNumber = Annotated[int, Meta(ge=1, le=limits.NORMS_MAX)]


class HidePost(Command[PostResult], frozen=True, kw_only=True):
    """Hide another member's post by a clause of the norms; a marker names it. Logged (P5, P8).

    The words are kept for their author and the desk, who read them by `threads.hidden_words`, until
    the post's own end and no longer than `HIDDEN_DAYS`. A first post takes its thread's title along.
    By a clause that is a matter of judgement, and beyond `HIDDEN_BY_ONE_MAX` posts and lines that one
    person hides within `HIDDEN_BY_ONE_HOURS`, it waits for a second key, or its time; only the author
    and who may agree are told meanwhile, and everybody reads on (protocol 15.11). Errors: `not_found`,
    `text_refused`, `protocol.bad_params` if there was no such clause, `gone`, `clock_in_doubt`,
    `proposals.waits`, `conflict` for the own words, and for what is held or hidden already.

    Attributes:
        norm: The clause, by its number in the version in force when the words were written.
        of_commons: Whether it is one of the commons' norms, which hold everywhere, and not of the board's.
        reason: Why; everybody reads it. It must not quote the text.
    """

    method: ClassVar[str] = "threads.hide"
    needs: ClassVar[Need] = Need(Power.HIDE, on=NeedTarget.POST)
    text_paths: ClassVar[tuple[str, ...]] = ("reason",)
    grave: ClassVar[tuple[Grave, ...]] = (CITES_JUDGEMENT, HIDES_MANY)
    post: PostId
    norm: ClauseNumber
    of_commons: bool = False
    reason: Reason


class HideLine(Command[LineResult], frozen=True, kw_only=True):
    """Hide another member's line in a lounge, as `threads.hide` hides a post.

    Errors: `not_found`, `text_refused`, `protocol.bad_params`, `gone`, `clock_in_doubt`, `conflict`,
    `proposals.waits`.

    Attributes:
        norm, of_commons, reason: As of `threads.hide`.
    """

    method: ClassVar[str] = "threads.hide_line"
    needs: ClassVar[Need] = Need(Power.HIDE, on=NeedTarget.LINE)
    text_paths: ClassVar[tuple[str, ...]] = ("reason",)
    grave: ClassVar[tuple[Grave, ...]] = (CITES_JUDGEMENT, HIDES_MANY)
    line: LineId
    norm: ClauseNumber
    of_commons: bool = False
    reason: Reason


class RestorePost(Command[PostResult], frozen=True, kw_only=True):
    """Show a post again that was hidden by a clause, as it was. Logged on the board (P8).

    Errors: `not_found`, `text_refused`, `gone`, `clock_in_doubt`, `conflict` if it is not
    hidden by a clause, or while a command about it waits.

    Attributes:
        reason: Why; everybody reads it.
    """

    method: ClassVar[str] = "threads.restore"
    needs: ClassVar[Need] = Need(Power.HIDE, on=NeedTarget.POST)
    text_paths: ClassVar[tuple[str, ...]] = ("reason",)
    post: PostId
    reason: Reason


class RestoreLine(Command[LineResult], frozen=True, kw_only=True):
    """Show a line again that was hidden by a clause, as `threads.restore` shows a post.

    Errors: `not_found`, `text_refused`, `gone`, `clock_in_doubt`, `conflict`.

    Attributes:
        reason: As of `threads.restore`.
    """

    method: ClassVar[str] = "threads.restore_line"
    needs: ClassVar[Need] = Need(Power.HIDE, on=NeedTarget.LINE)
    text_paths: ClassVar[tuple[str, ...]] = ("reason",)
    line: LineId
    reason: Reason


class HiddenTextResult(Result, frozen=True, kw_only=True):
    """Words that are hidden by a clause, for their author and the desk.

    Attributes:
        post, line: The words, one of both.
        title: The thread's, if it is hidden with its first post.
        until: When they go, if their own end does not come before.
        act: The act that hid them, with clause and reason; None once the log has forgotten it.
    """

    post: Post | None = None
    line: Line | None = None
    title: str | None = None
    until: Instant
    act: Act | None = None


class GetHiddenPost(Query[HiddenTextResult], frozen=True, kw_only=True):
    """Read a post that is hidden by a clause: its author, and who may hide there, read it.

    Errors: `not_found`, for everybody else too; `gone`.
    """

    method: ClassVar[str] = "threads.hidden_words"
    needs: ClassVar[Need] = Need(Power.READ, on=NeedTarget.POST)
    post: PostId


class GetHiddenLine(Query[HiddenTextResult], frozen=True, kw_only=True):
    """Read a line that is hidden by a clause, as `threads.hidden_words` shows a post.

    Errors: `not_found`, for everybody else too; `gone`.
    """

    method: ClassVar[str] = "threads.hidden_line"
    needs: ClassVar[Need] = Need(Power.READ, on=NeedTarget.LINE)
    line: LineId


class HiddenEnded(Event, frozen=True, kw_only=True):
    """Text hidden by a clause was erased, because no member restored it in time (P10).

    To the board's readers; of a line to the lounge's.

    Attributes:
        post, thread: As they are now, without words; the thread with its first post.
        line: The line, of which nothing stays.
    """

    kind: ClassVar[str] = "threads.hidden_ended"
    post: Post | None = None
    thread: Thread | None = None
    line: LineId | None = None


HIDING_METHODS = frozenset({HidePost.method, HideLine.method})
"""The commands that hide words of others, of which `HIDES_MANY` counts the uses."""
