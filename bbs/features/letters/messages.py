"""Letters: conversations of 2 to 8 people, entered by consent, in no list of boards."""

from typing import Annotated, ClassVar

from msgspec import Meta

from bbs import limits
from bbs.features.cases.reporting_messages import OwnReportResult
from bbs.features.cases.views import CaseText
from bbs.features.letters.views import (
    BlockList,
    LeaveWords,
    Letter,
    LetterList,
    LetterResult,
)
from bbs.features.members.messages import Handle
from bbs.ids import BoardId, MemberId, PostId, ReportId
from bbs.messages import Command, Ephemeral, Event, PageSize, Place, Query, Seq
from bbs.powers import Need, NeedTarget, Power, Touches

ReportWords = Annotated[str, Meta(max_length=limits.REASON_CHARS_MAX * 4)]


class RequestLetter(Command[LetterResult], frozen=True, kw_only=True):
    """Ask 1 to 7 others for a letter. It carries no words.

    The answer is the same whoever is asked: somebody who says no, blocks the member, left or never
    was here. Nobody is asked twice by the same member in `LETTER_REQUEST_DAYS`: asking again is
    answered alike and reaches nobody. Errors: `norms.accept_first`, `letters.guarded` for newcomers,
    `conflict` for an id that is taken, `full` if `LETTERS_ASKED_MAX` of the member's letters wait for a first yes.

    Attributes:
        letter: The id of the letter.
        handles: Of those who are asked; the member's own makes no difference.
    """

    method: ClassVar[str] = "letters.request"
    needs: ClassVar[Need] = Need(Power.WRITE, touches=Touches.ACCOUNT)
    letter: BoardId
    handles: Annotated[tuple[Handle, ...], Meta(max_length=64)]


class AnswerRequest(Command[LetterResult], frozen=True, kw_only=True):
    """Say yes or no to a request for a letter; with the first yes it opens.

    Who asked learns of a yes alone. Errors: `not_found` for a request that is over.
    """

    method: ClassVar[str] = "letters.answer"
    needs: ClassVar[Need] = Need(Power.READ, touches=Touches.ACCOUNT)
    letter: BoardId
    accept: bool


class ListLetters(Query[LetterList], frozen=True, kw_only=True):
    """List the member's letters, those with the newest change first.

    A client that reads on until a head has the cursor that it holds already knows all the others.
    """

    method: ClassVar[str] = "letters.list"
    needs: ClassVar[Need] = Need(Power.READ, private=True)
    before: Place | None = None
    limit: PageSize = limits.LETTERS_SHOWN


class LeaveLetter(Command[LetterResult], frozen=True, kw_only=True):
    """Leave a letter, or take back a request of the member's own that nobody said yes to.

    Words that are taken are withdrawn, the first at once and the rest in steps; with the last one who
    leaves the letter ends and is erased (P9, P10). Errors: `not_found`.
    """

    method: ClassVar[str] = "letters.leave"
    needs: ClassVar[Need] = Need(Power.DOORS)
    letter: BoardId
    words: LeaveWords


class BlockMember(Command[BlockList], frozen=True, kw_only=True):
    """Let no request of a member reach the sender any more; waiting ones are gone.

    For the sender alone: the blocked member sees no difference. Letters that both are in go on.
    Errors: `not_found`, `conflict` for oneself, `full` above `BLOCKS_MAX`.
    """

    method: ClassVar[str] = "letters.block"
    needs: ClassVar[Need] = Need(Power.DOORS)
    member: MemberId


class UnblockMember(Command[BlockList], frozen=True, kw_only=True):
    """Let requests of a member reach the sender again; those of before are gone."""

    method: ClassVar[str] = "letters.unblock"
    needs: ClassVar[Need] = Need(Power.DOORS)
    member: MemberId


class ListBlocks(Query[BlockList], frozen=True, kw_only=True):
    """List whom the member blocks."""

    method: ClassVar[str] = "letters.blocks"
    needs: ClassVar[Need] = Need(Power.DOORS, private=True)


class ReportLetter(Command[OwnReportResult], frozen=True, kw_only=True):
    """Report posts of a letter to the moderators of the commons: it opens a case there, or joins it.

    They get copies of these posts with their words, and nothing else of the letter; the case is about
    who wrote the newest of them that is not the sender's. Errors: `not_found` for a post that is not in
    this letter, `gone`, `text_refused`, `conflict` for the own words alone, and if the member reported
    them before; `full` above `REPORTS_PER_DAY_MAX` in a day.

    Attributes:
        report: The id of the report.
        clause: The clause of the commons' norms, by its number in the version in force when the
            newest of these posts was written.
        words: What the reporter adds.
    """

    method: ClassVar[str] = "letters.report"
    needs: ClassVar[Need] = Need(Power.READ, on=NeedTarget.LETTER, touches=Touches.ACCOUNT)
    text_paths: ClassVar[tuple[str, ...]] = ("words",)
    letter: BoardId
    report: ReportId
    posts: Annotated[tuple[PostId, ...], Meta(max_length=64)]
    clause: Annotated[int, Meta(ge=1, le=limits.NORMS_MAX)]
    words: CaseText | None = None


class LetterChanged(Event, frozen=True, kw_only=True):
    """A letter was asked for, opened, entered or left, or ended for the member.

    In the member's own stream. Of a letter that is `ended` the member's devices keep nothing.
    """

    kind: ClassVar[str] = "letters.changed"
    letter: Letter


class BlocksChanged(Event, frozen=True, kw_only=True):
    """The member blocks another set of members. In the member's own stream."""

    kind: ClassVar[str] = "letters.blocks_changed"
    members: tuple[MemberId, ...]


class LetterNews(Ephemeral, frozen=True, kw_only=True):
    """Something happened in a letter of the member's. To the devices of everybody in it.

    Attributes:
        seq: How far its stream has come.
    """

    kind: ClassVar[str] = "letters.news"
    letter: BoardId
    seq: Seq
