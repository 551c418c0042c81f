"""Refusals: requests that were understood and not granted; the move is the member's."""

from datetime import datetime
from typing import ClassVar

from bbs.errors import FolkmootError


class Refused(FolkmootError):
    """The request was understood and refused; nothing was changed."""

    code: ClassVar[str] = "refused"


class NotSignedIn(Refused):
    """The connection has no member, or its session has ended."""

    code: ClassVar[str] = "members.not_signed_in"
    hint: ClassVar[str] = "sign in first"

    def __str__(self) -> str:
        return "this needs a signed-in member"


class SignInFailed(Refused):
    """Handle and proof do not belong together. Says no more, whichever was wrong."""

    code: ClassVar[str] = "members.sign_in_failed"
    hint: ClassVar[str] = "check both; if you lost the password: bbs sign-in URL --recover"

    def __str__(self) -> str:
        return "the handle and the password (or key, code, token) do not match"


class NotAllowed(Refused):
    """The actor lacks the power, or the thing is not their own."""

    code: ClassVar[str] = "not_allowed"
    hint: ClassVar[str] = "a moderator of the board or the sysop may be able to help"
    power: str
    own: bool = False

    def __str__(self) -> str:
        if self.own:
            return "only the author may do that"
        if self.power == "doors":
            # Whoever is signed in has it: only a token can lack it.
            return "a token cannot read or change its owner's account"
        return f"this needs the power {self.power!r}"


class NotFound(Refused):
    """There is no such thing, or the actor may not know of it: the two answers are equal."""

    code: ClassVar[str] = "not_found"
    hint: ClassVar[str] = "check the address; private things answer as if they did not exist"
    what: str

    def __str__(self) -> str:
        return f"no such {self.what}"


class OnWaitingList(Refused):
    """The member has no seat on the commons yet."""

    code: ClassVar[str] = "members.waiting"
    hint: ClassVar[str] = "free seats go to members in the order of signing up"

    def __str__(self) -> str:
        return "the seats of the commons are all taken (its setting seats); you are on the waiting list"


class SeatNeeded(Refused):
    """Writing on a board takes a seat on it."""

    code: ClassVar[str] = "boards.seat_needed"
    hint: ClassVar[str] = "read the board's norms and take a seat there"
    board: str

    def __str__(self) -> str:
        return "you need a seat on this board to write here"


class SeatByOffer(Refused):
    """A seat on a private board is taken by those to whom one was offered."""

    code: ClassVar[str] = "boards.seat_by_offer"
    hint: ClassVar[str] = "ask a moderator of the board to offer you a seat"
    board: str

    def __str__(self) -> str:
        return "this board is private: a moderator has to offer you a seat"


class NormsFirst(Refused):
    """The norms were not accepted in the version in force (P5)."""

    code: ClassVar[str] = "norms.accept_first"
    hint: ClassVar[str] = "read the board's norms and accept them in that version"
    board: str
    version: int

    def __str__(self) -> str:
        return f"you have not accepted version {self.version} of this board's norms"


class NameTaken(Refused):
    """The handle, name or slug belongs to somebody or something else, or looks like it does."""

    code: ClassVar[str] = "taken"
    hint: ClassVar[str] = "choose another"
    field: str
    by: str | None = None

    def __str__(self) -> str:
        similar = f" (it reads like {self.by!r})" if self.by else ""
        return f"this {self.field} is taken{similar}"


class TextRefused(Refused):
    """A text holds what no text may hold here, or is too long (P13)."""

    code: ClassVar[str] = "text_refused"
    hint: ClassVar[str] = "change the text as the rule says, and send it again"
    field: str
    rule: str
    position: int | None = None
    code_point: str | None = None

    def __str__(self) -> str:
        where = f" at character {self.position + 1}" if self.position is not None else ""
        what = f" ({self.code_point})" if self.code_point else ""
        return f"{self.field}: {self.rule}{what}{where}"


class PasswordRefused(Refused):
    """The password is too short, or others would try it early (NIST SP 800-63B-4)."""

    code: ClassVar[str] = "members.password_refused"
    hint: ClassVar[str] = "four or five unrelated words make a good password"
    rule: str

    def __str__(self) -> str:
        return f"password: {self.rule}"


class InvitationInvalid(Refused):
    """The invitation does not exist, is used up, has expired or was revoked."""

    code: ClassVar[str] = "members.invitation_invalid"
    hint: ClassVar[str] = "ask the member who sent it for a new one"

    def __str__(self) -> str:
        return "this invitation does not exist, was used up, was revoked or has expired"


class Conflict(Refused):
    """The thing changed since the caller looked, or is in a state that does not allow it."""

    code: ClassVar[str] = "conflict"
    hint: ClassVar[str] = "read the current version, then decide whether to repeat your change"
    what: str
    revision: int | None = None

    def __str__(self) -> str:
        return self.what


class OpConflict(Refused):
    """The op was used before for another request (P12)."""

    code: ClassVar[str] = "op_conflict"
    audience: ClassVar[str] = "program"
    hint: ClassVar[str] = "draw a fresh uuid for every new request"

    def __str__(self) -> str:
        return "this op already names another request"


class Gone(Refused):
    """The words were withdrawn by their author, have faded, or were purged by the sysop."""

    code: ClassVar[str] = "gone"
    hint: ClassVar[str] = "it cannot be restored; a marker stays in its place"
    state: str

    def __str__(self) -> str:
        verb = "has" if self.state == "faded" else "was"
        return f"this text {verb} {self.state}"


class NobodyToThank(Refused):
    """Thanks reach a member; this post is by oneself, or by nobody who could hear them."""

    code: ClassVar[str] = "threads.nobody_to_thank"
    hint: ClassVar[str] = "an answer in the thread reaches everybody who reads it"
    author: str

    def __str__(self) -> str:
        if self.author == "self":
            return "this post is your own"
        return f"no member here wrote this post ({self.author})"


class LimitReached(Refused):
    """A bound of the house is reached (P3)."""

    code: ClassVar[str] = "full"
    hint: ClassVar[str] = "revoke or undo one of them first"
    what: str
    limit: int

    def __str__(self) -> str:
        return f"the limit of {self.limit} {self.what} is reached"


class CeilingReached(Refused):
    """A ceiling that the sysop sets is reached (P3)."""

    code: ClassVar[str] = "ceiling_reached"
    hint: ClassVar[str] = "ask the sysop to raise the setting and to restart the server"
    what: str
    limit: int
    setting: str

    def __str__(self) -> str:
        return (
            f"this community has room for {self.limit} {self.what}; the sysop can raise"
            f" {self.setting} in its settings"
        )


class QuotaExceeded(Refused):
    """The board's quota does not hold these words."""

    code: ClassVar[str] = "boards.no_room"
    hint: ClassVar[str] = (
        "withdraw what is not needed any more, ask a moderator for a shorter retention, or the"
        " sysop for a larger quota"
    )
    board: str
    used_bytes: int
    quota_bytes: int

    def __str__(self) -> str:
        used, quota = self.used_bytes / 1_024, self.quota_bytes / 1_024
        return f"this board's words take {used:,.0f} KiB, and its quota is {quota:,.0f} KiB"


class CommunityClosing(Refused):
    """The community ends on an announced day and does not take this any more."""

    code: ClassVar[str] = "community.closing"
    hint: ClassVar[str] = "read, and copy what you want to keep"
    stage: str
    closed_at: datetime

    def __str__(self) -> str:
        can = "is read-only" if self.stage == "read_only" else "accepts no new members or boards"
        return f"this community closes on {self.closed_at:%Y-%m-%d} and {can}"


class CommunityClosed(Refused):
    """The community has ended, as was announced."""

    code: ClassVar[str] = "community.closed"
    hint: ClassVar[str] = "what your client mirrored stays readable on your device"
    closed_at: datetime

    def __str__(self) -> str:
        return f"this community has closed, on {self.closed_at:%Y-%m-%d}"


class QueryTooSlow(Refused):
    """A search took longer than its time budget and was stopped."""

    code: ClassVar[str] = "reading.query_too_slow"
    hint: ClassVar[str] = "name a board, a person or a rarer word"

    def __str__(self) -> str:
        return "this search took longer than the server allows"
