"""Refusals: the server understood a request and did not do it; the member can act on the reason."""

from datetime import datetime
from typing import Any

from bbs.errors import FolkmootError
from bbs.refusal_words import ENDED, LOOK_FOR, TOUCHES, field_words, power_words

_FROM_A_DEVICE = "do this from a device of yours: the same command with your profile, no token"


class Refused(FolkmootError, code="refused"):
    """The server understood the request and refused it; it changed nothing."""


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
    """Handle and proof do not match. The error never shows which of them was wrong."""


class NotAllowed(
    Refused, code="not_allowed", hint="a moderator of the board or the sysop may be able to help"
):
    """The member lacks the power, or the thing belongs to another member.

    Attributes:
        power: The power that the request needs.
        own: True if the member has the power but is not the author.
        private: True if a token asked for what its owner alone may read or change.
    """

    power: str
    own: bool = False
    private: bool = False

    def __init__(self, *facts: Any, **named: Any) -> None:
        """Store the facts; what helps a token depends on them."""
        super().__init__(*facts, **named)
        # Every device of a member has the power `doors`; only a token can lack it.
        if self.private or self.power == "doors":
            vars(self)["hint"] = _FROM_A_DEVICE

    def __str__(self) -> str:
        if self.own:
            return "only the author may do that"
        if self.power == "doors":
            return "a token cannot read or change its owner's account"
        if self.private:
            return "a token cannot read or change what is private to its owner"
        return f"you may not {power_words(self.power)}"


class DeviceNeeded(Refused, code="device_needed", hint=_FROM_A_DEVICE):
    """A token asks for something that its owner may do, and only from a device (P8).

    Attributes:
        what: The field that no token may send, or the method.
        touches: The kind of thing it touches: the value of a `bbs.powers.Touches`.
    """

    what: str
    touches: str

    def __str__(self) -> str:
        why = TOUCHES.get(self.touches, "what is not for tokens")
        field = "" if "." in self.what else f"{field_words(self.what)}: "  # a method has a dot
        return f"{field}a token cannot do this, because it touches {why}"


class PersonNeeded(
    Refused,
    code="person_needed",
    sentence="a script cannot do this: it is for a person to judge ({what})",
    hint="do it yourself, in bbs connect or at a terminal; --no-script (BBS_SCRIPT=0) says you are there",
):
    """A script asks for what a person judges: a decision, or a second key (protocol 27.2).

    Attributes:
        what: The method.
    """

    what: str


class NotFound(
    Refused, code="not_found", hint="check the address; only its members see a private board"
):
    """The thing does not exist, or the member may not know of it: both get the same answer."""

    what: str

    def __init__(self, *facts: Any, **named: Any) -> None:
        super().__init__(*facts, **named)
        vars(self)["hint"] = LOOK_FOR.get(self.what, type(self).hint)

    def __str__(self) -> str:
        return f"there is no such {field_words(self.what)}"


class OnWaitingList(
    Refused,
    code="members.waiting",
    sentence="you have no seat in the community yet: you wait for one, or are asked something first",
    hint="S on the commons, or bbs seat commons, shows your place, an offer, or what you are asked",
):
    """The member has no seat on the commons yet."""


class SeatNeeded(
    Refused,
    code="boards.seat_needed",
    sentence="you need a seat on this board to write here",
    hint="read the board's norms and take a seat there",
):
    """The member has no seat on the board, which writing there requires."""

    board: str


class NormsFirst(
    Refused,
    code="norms.accept_first",
    sentence="you have not accepted version {version} of the norms that hold here",
    hint="read the norms of that board and accept them in that version",
):
    """The member has not accepted norms in force: the board's, or those of the commons (P5)."""

    board: str
    version: int


class NameTaken(Refused, code="taken", hint="choose another name"):
    """The handle, name or slug is in use, or looks like another that is in use.

    Attributes:
        field: `handle`, `name` or `slug`.
        by: The name it looks like; None if it is the same name.
    """

    field: str
    by: str | None = None

    def __str__(self) -> str:
        # A handle and a display name are asked for together, and "this name" could be either.
        what = "display name" if self.field == "name" else field_words(self.field)
        similar = f" (it reads like {self.by!r})" if self.by else ""
        return f"this {what} is taken{similar}"


class TextRefused(
    Refused,
    code="text_refused",
    hint="change the text as the rule says, and send it again",
):
    """A text is too long, or contains something that texts in this place must not contain (P13).

    Attributes:
        field: The name of the field in the request.
        rule: The rule that the text breaks.
        position: Index of the character that breaks it, from 0; None if it is no single character.
        code_point: That character, like `U+202E`; None if it is no single character.
    """

    field: str
    rule: str
    position: int | None = None
    code_point: str | None = None

    def __str__(self) -> str:
        where = f" at character {self.position + 1}" if self.position is not None else ""
        what = f" ({self.code_point})" if self.code_point else ""
        return f"{field_words(self.field)}: {self.rule}{what}{where}"


class PasswordRefused(
    Refused,
    code="members.password_refused",
    sentence="password: {rule}",
    hint="four or five unrelated words make a good password",
):
    """The password is too short, or an attacker would try it early (NIST SP 800-63B-4)."""

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
    """The thing changed since the client read it, or its state does not allow the command.

    Attributes:
        what: The sentence that says what stands against it.
        revision: The current revision; None if the thing has none.
    """

    what: str
    revision: int | None = None


class OpConflict(
    Refused,
    code="op_conflict",
    audience="program",
    sentence="this op already names another request",
    hint="draw a fresh uuid for every new request",
):
    """An earlier request with other content has the same op (P12)."""


class Gone(Refused, code="gone", hint="it cannot be restored; a marker stays in its place"):
    """The author withdrew the text, it has faded, or the sysop purged it.

    Attributes:
        state: `withdrawn`, `faded` or `purged`.
    """

    state: str

    def __str__(self) -> str:
        return f"this text {ENDED.get(self.state, 'is gone')}"


class NobodyToThank(
    Refused,
    code="threads.nobody_to_thank",
    hint="an answer in the thread reaches everybody who reads it",
):
    """The post is the member's own, or no member wrote it, so it has no author to thank.

    Attributes:
        author: `self`, or the kind of the author, like `imported`.
    """

    author: str

    def __str__(self) -> str:
        if self.author == "self":
            return "this post is your own"
        return "no member of this community wrote this post"


class LimitReached(
    Refused,
    code="full",
    sentence="the limit of {limit} {what} is reached",
    hint="revoke or undo one of them first",
):
    """A limit of the program is reached (P3); no setting changes it."""

    what: str
    limit: int


class CeilingReached(
    Refused,
    code="ceiling_reached",
    sentence="this community has room for {limit} {what}, by its setting {setting}",
    hint="ask the sysop to raise the setting and to restart the server",
):
    """A limit that the sysop sets is reached (P3)."""

    what: str
    limit: int
    setting: str


class QuotaExceeded(
    Refused,
    code="boards.no_room",
    hint="withdraw what is not needed, ask a moderator for a shorter retention or the sysop for room",
):
    """The text does not fit into the board's quota."""

    board: str
    used_bytes: int
    quota_bytes: int

    def __str__(self) -> str:
        used, quota = self.used_bytes / 1_024, self.quota_bytes / 1_024
        return f"this board's texts take {used:,.0f} KiB, and its quota is {quota:,.0f} KiB"


class CommunityClosing(
    Refused, code="community.closing", hint="read, and copy what you want to keep"
):
    """The community closes on an announced day and no longer accepts this request.

    Attributes:
        stage: `no_new` or `read_only`.
        closed_at: When the community closes.
    """

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
    """The community has closed, as the sysop announced."""

    closed_at: datetime


class CommandWaits(
    Refused,
    code="proposals.waits",
    hint="bbs admin proposals lists it, for you and for the members who may agree or object",
):
    """The command is grave: it was not carried out, but waits for other members (protocol 15).

    Under the same op it is answered so again. In a dry run nothing waits: it says that it would.

    Attributes:
        way: The kind of wait: `second_key`, `moderators` or `delay`.
        until: When the wait ends.
        why: The reasons why it is grave, each as a part of a sentence.
        proposal: The id of the waiting command; None for a dry run.
        board: The board on whose stream its events are.
        number: Its number among those of the board; None for a dry run.
        unopposed: Whether nobody can object.
        to_few: Whether it concerns a person: that member and who may agree are told alone.
    """

    way: str
    until: datetime
    why: list[str]
    board: str
    proposal: str | None = None
    number: int | None = None
    unopposed: bool = False
    to_few: bool = False

    def __str__(self) -> str:
        until = f"{self.until:%Y-%m-%d %H:%M} UTC"
        then = {
            "second_key": f"another member in office has to agree by {until}",
            "moderators": f"all moderators have to agree by {until}",
        }.get(
            self.way,
            f"it is carried out on {until}" + " unless members object" * (not self.unopposed),
        )
        verb = "waits" if self.proposal else "would wait"
        return f"this command {verb}, because {' and '.join(self.why)}: {then}"


class NoSay(
    Refused,
    code="proposals.no_say",
    sentence="you cannot agree or object to this: {rule}",
    hint="bbs admin proposals shows what you may agree or object to",
):
    """The member may not agree, or object, to this command that waits.

    Attributes:
        rule: Why not.
    """

    rule: str


class QueryTooSlow(
    Refused,
    code="reading.query_too_slow",
    sentence="this search took longer than the server allows",
    hint="name a board, a person or a rarer word",
):
    """A search took longer than its time budget and was stopped."""
