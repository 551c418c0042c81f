"""What the feature of cases asks the features that own words, norms and seats. No I/O here."""

from typing import Any, NamedTuple, Protocol

from bbs.case_refusals import Why
from bbs.clock import Ms
from bbs.features.cases.reporting_messages import OwnReportResult
from bbs.features.moderation.messages import ThingKind
from bbs.features.moderation.numbers_messages import ClauseCount
from bbs.ids import BoardId, CaseId, LineId, MemberId, PostId, ReportId
from bbs_server.outcome import Effect, Outcome
from bbs_server.slices import Slice
from bbs_server.store.api import Tx


class WordsCopied(NamedTuple):
    """Words as they stand now, to be copied into a case.

    Attributes:
        post, line: Which words, one of both.
        board: Where they stand.
        thread, number: Their place there: of a line its number alone.
        author: Who wrote them; None for somebody who is no member.
        written_at: When this wording was written, in ms.
        norms_version, norms_board: The norms in force then: of the board where they were written, if
            that is another one than `board`.
        body: The words, after the title that they gave their thread; None if nobody is shown them.
    """

    post: PostId | None
    line: LineId | None
    board: BoardId
    thread: int | None
    number: int | None
    author: MemberId | None
    written_at: Ms
    norms_version: int
    norms_board: BoardId | None
    body: str | None


class WordsReported(NamedTuple):
    """Words that are reported by a clause.

    Attributes:
        words: The words.
        norms_version: The version that has the clause: of the commons' norms, if it is theirs.
        answered: The words that they answer, to understand them; None if they answer none.
        answers: Whose words they answer; None for nobody's who is a member.
    """

    words: WordsCopied
    norms_version: int
    answered: WordsCopied | None
    answers: MemberId | None


class LetterReport(NamedTuple):
    """Posts of a letter that the actor reports to the moderators of the commons.

    Attributes:
        norm, norms_version: The clause of the commons' norms.
        said: What the reporter adds.
        posts: The posts, in the order of writing; another member wrote at least one of them.
    """

    id: ReportId
    norm: int
    norms_version: int
    said: str | None
    posts: tuple[WordsCopied, ...]


class HiddenByAct(NamedTuple):
    """Words that an act hid by a clause, and that are hidden still.

    Attributes:
        author: Who wrote them; None for somebody who is no member.
    """

    kind: ThingKind
    thing: str
    author: MemberId | None


class CaseLookups(Protocol):
    """The questions about what cases are about; `ctx` is a handler's `Context`."""

    def words_reported(
        self, tx: Tx, ctx: Any, kind: ThingKind, key: str, norm: int, *, of_commons: bool
    ) -> WordsReported:
        """Return a post or a line that the actor reports by a clause.

        Raises:
            BadParams: If there was no such clause when it was written.
            ClockInDoubt, Conflict, Gone: If it is not shown.
        """
        ...

    def hold_words(
        self, tx: Tx, ctx: Any, case: CaseId, kind: ThingKind, thing: str, until: Ms, act: str
    ) -> list[Effect]:
        """Hide a post or a line because of a case, until a moment, in ms.

        Raises:
            ClockInDoubt, Conflict, Gone: If the words have ended, or are hidden already.
        """
        ...

    def move_held_words(self, tx: Tx, ctx: Any, case: CaseId, until: Ms) -> list[Effect]:
        """Let the hold of a case's words end at another moment, in ms."""
        ...

    def show_held_words(self, tx: Tx, ctx: Any, case: CaseId) -> list[Effect]:
        """End the hold of a case's words: readers see them again, unless something else hides them."""
        ...

    def tell_removed_words(
        self, tx: Tx, ctx: Any, member: MemberId, place: str, *, shown: bool
    ) -> Slice:
        """Tell readers that a slice of a removed member's words is hidden, or shown again."""
        ...

    def case_barred(self, tx: Tx, case: CaseId, member: MemberId, now: Ms) -> Why | None:
        """Return why a member, whatever their office, has no say in a case; None for no reason."""
        ...

    def check_words(self, tx: Tx, ctx: Any, kind: ThingKind, thing: str) -> bool:
        """Refuse to hide or restore words of a case to which the actor is party.

        Returns:
            Whether they are party all the same, because everybody in office is.

        Raises:
            Barred: If they are party, and somebody else is not.
        """
        ...

    def case_numbers(
        self, tx: Tx, board: BoardId, since: Ms, until: Ms
    ) -> tuple[dict[str, int], tuple[ClauseCount, ...]]:
        """Return how many cases of a board came how far, and its reports by clause.

        Args:
            since, until: Those opened or asked from `since` to just before `until`, in ms.

        Returns:
            The counts by the names that `BoardNumbers` gives them; without those of posts.
        """
        ...

    def report_of_letter(self, tx: Tx, ctx: Any, report: LetterReport) -> Outcome[OwnReportResult]:
        """Let the actor report posts of a letter; it opens a case at the commons, or joins it.

        Raises:
            Conflict, LimitReached: For what the actor reported before.
        """
        ...

    def hidden_by_act(self, tx: Tx, act: str) -> HiddenByAct | None:
        """Return the words that an act hid, while they are hidden; None for none."""
        ...

    def words_hidden_by(self, tx: Tx, act: str, now: Ms) -> str | None:
        """Return the words that an act hid, for who decides about an appeal; None once they are gone."""
        ...

    def hiding_act(self, tx: Tx, kind: ThingKind, thing: str) -> str | None:
        """Return the act by which words are hidden by a clause now; None if they are not."""
        ...

    def acts_hiding(self, tx: Tx, member: MemberId) -> list[str]:
        """Return the acts by which words of a member are hidden by a clause now."""
        ...

    def keeps_copy(self, tx: Tx, words: PostId | LineId) -> bool:
        """Return whether a case keeps a copy of a post or a line."""
        ...

    def shut_out(self, tx: Tx, ctx: Any, member: MemberId) -> tuple[Effect, ...]:
        """End all sessions of a member, and revoke their invitations; they can sign in again."""
        ...

    def member_changed(self, tx: Tx, ctx: Any, member: MemberId) -> Effect:
        """Return what tells everybody how a member is shown now."""
        ...
