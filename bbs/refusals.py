"""Refusals: requests that were understood and not granted; the move is the member's."""

from datetime import datetime

from bbs.errors import FolkmootError


class Refused(FolkmootError, code="refused"):
    """The request was understood and refused; nothing was changed."""


class NotSignedIn(
    Refused,
    code="members.not_signed_in",
    sentence="this needs a signed-in member",
    hint="sign in first",
):
    """The connection has no member, or its session has ended."""


class SignInFailed(
    Refused,
    code="members.sign_in_failed",
    sentence="the handle and the password (or key, code, token) do not match",
    hint="check both; if you lost the password: bbs sign-in URL --recover",
):
    """Handle and proof do not belong together. Says no more, whichever was wrong."""


class NotAllowed(
    Refused, code="not_allowed", hint="a moderator of the board or the sysop may be able to help"
):
    """The actor lacks the power, or the thing is not their own."""

    power: str
    own: bool = False

    def __str__(self) -> str:
        if self.own:
            return "only the author may do that"
        if self.power == "doors":
            # Whoever is signed in has it: only a token can lack it.
            return "a token cannot read or change its owner's account"
        return f"this needs the power {self.power!r}"


class NotFound(
    Refused,
    code="not_found",
    sentence="no such {what}",
    hint="check the address; private things answer as if they did not exist",
):
    """There is no such thing, or the actor may not know of it: the two answers are equal."""

    what: str


class OnWaitingList(
    Refused,
    code="members.waiting",
    sentence="the seats of the commons are all taken (its setting seats); you are on the waiting list",
    hint="free seats go to members in the order of signing up",
):
    """The member has no seat on the commons yet."""


class SeatNeeded(
    Refused,
    code="boards.seat_needed",
    sentence="you need a seat on this board to write here",
    hint="read the board's norms and take a seat there",
):
    """Writing on a board takes a seat on it."""

    board: str


class SeatByOffer(
    Refused,
    code="boards.seat_by_offer",
    sentence="this board is private: a moderator has to offer you a seat",
    hint="ask a moderator of the board to offer you a seat",
):
    """A seat on a private board is taken by those to whom one was offered."""

    board: str


class NormsFirst(
    Refused,
    code="norms.accept_first",
    sentence="you have not accepted version {version} of this board's norms",
    hint="read the board's norms and accept them in that version",
):
    """The norms were not accepted in the version in force (P5)."""

    board: str
    version: int


class NameTaken(Refused, code="taken", hint="choose another"):
    """The handle, name or slug belongs to somebody or something else, or looks like it does."""

    field: str
    by: str | None = None

    def __str__(self) -> str:
        similar = f" (it reads like {self.by!r})" if self.by else ""
        return f"this {self.field} is taken{similar}"


class TextRefused(
    Refused,
    code="text_refused",
    hint="change the text as the rule says, and send it again",
):
    """A text holds what no text may hold here, or is too long (P13)."""

    field: str
    rule: str
    position: int | None = None
    code_point: str | None = None

    def __str__(self) -> str:
        where = f" at character {self.position + 1}" if self.position is not None else ""
        what = f" ({self.code_point})" if self.code_point else ""
        return f"{self.field}: {self.rule}{what}{where}"


class PasswordRefused(
    Refused,
    code="members.password_refused",
    sentence="password: {rule}",
    hint="four or five unrelated words make a good password",
):
    """The password is too short, or others would try it early (NIST SP 800-63B-4)."""

    rule: str


class InvitationInvalid(
    Refused,
    code="members.invitation_invalid",
    sentence="this invitation does not exist, was used up, was revoked or has expired",
    hint="ask the member who sent it for a new one",
):
    """The invitation does not exist, is used up, has expired or was revoked."""


class Conflict(
    Refused,
    code="conflict",
    sentence="{what}",
    hint="read the current version, then decide whether to repeat your change",
):
    """The thing changed since the caller looked, or is in a state that does not allow it."""

    what: str
    revision: int | None = None


class OpConflict(
    Refused,
    code="op_conflict",
    audience="program",
    sentence="this op already names another request",
    hint="draw a fresh uuid for every new request",
):
    """The op was used before for another request (P12)."""


class Gone(Refused, code="gone", hint="it cannot be restored; a marker stays in its place"):
    """The words were withdrawn by their author, have faded, or were purged by the sysop."""

    state: str

    def __str__(self) -> str:
        verb = "has" if self.state == "faded" else "was"
        return f"this text {verb} {self.state}"


class NobodyToThank(
    Refused,
    code="threads.nobody_to_thank",
    hint="an answer in the thread reaches everybody who reads it",
):
    """Thanks reach a member; this post is by oneself, or by nobody who could hear them."""

    author: str

    def __str__(self) -> str:
        if self.author == "self":
            return "this post is your own"
        return f"no member here wrote this post ({self.author})"


class LimitReached(
    Refused,
    code="full",
    sentence="the limit of {limit} {what} is reached",
    hint="revoke or undo one of them first",
):
    """A bound of the house is reached (P3)."""

    what: str
    limit: int


class CeilingReached(
    Refused,
    code="ceiling_reached",
    sentence=(
        "this community has room for {limit} {what}; the sysop can raise {setting} in its settings"
    ),
    hint="ask the sysop to raise the setting and to restart the server",
):
    """A ceiling that the sysop sets is reached (P3)."""

    what: str
    limit: int
    setting: str


class QuotaExceeded(
    Refused,
    code="boards.no_room",
    hint=(
        "withdraw what is not needed any more, ask a moderator for a shorter retention, or"
        " the sysop for a larger quota"
    ),
):
    """The board's quota does not hold these words."""

    board: str
    used_bytes: int
    quota_bytes: int

    def __str__(self) -> str:
        used, quota = self.used_bytes / 1_024, self.quota_bytes / 1_024
        return f"this board's words take {used:,.0f} KiB, and its quota is {quota:,.0f} KiB"


class CommunityClosing(
    Refused, code="community.closing", hint="read, and copy what you want to keep"
):
    """The community ends on an announced day and does not take this any more."""

    stage: str
    closed_at: datetime

    def __str__(self) -> str:
        can = "is read-only" if self.stage == "read_only" else "accepts no new members or boards"
        return f"this community closes on {self.closed_at:%Y-%m-%d} and {can}"


class CommunityClosed(
    Refused,
    code="community.closed",
    sentence="this community has closed, on {closed_at:%Y-%m-%d}",
    hint="what your client mirrored stays readable on your device",
):
    """The community has ended, as was announced."""

    closed_at: datetime


class QueryTooSlow(
    Refused,
    code="reading.query_too_slow",
    sentence="this search took longer than the server allows",
    hint="name a board, a person or a rarer word",
):
    """A search took longer than its time budget and was stopped."""
