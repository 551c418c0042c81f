"""Members, sessions and invitations as readers see them, and the answers they come in."""

from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta

from bbs.address import drop_unless_name
from bbs.clock import Instant
from bbs.ids import BoardId, InvitationId, MemberId, SessionId
from bbs.messages import (
    ClockDoubt,
    Result,
    Revision,
    View,
)
from bbs.powers import Power

PublicKey = Annotated[str, Meta(min_length=43, max_length=43, pattern="^[A-Za-z0-9_-]{43}$")]
"""A raw Ed25519 public key in unpadded base64url."""


class MemberAuthor(View, frozen=True, kw_only=True, tag_field="kind", tag="member"):
    """Somebody who is a member."""

    id: MemberId


class FormerAuthor(View, frozen=True, kw_only=True, tag_field="kind", tag="former"):
    """Somebody who left; nothing else is known."""


class ImportedAuthor(View, frozen=True, kw_only=True, tag_field="kind", tag="imported"):
    """A name that came with an import. Nobody can sign in as it.

    Attributes:
        id: The same for one name on one board.
        name: As the import gave it, made safe; None once its words are gone.
    """

    id: str
    name: str | None = None


class AssemblyAuthor(View, frozen=True, kw_only=True, tag_field="kind", tag="assembly"):
    """The members, by a proposal that passed."""


class SystemAuthor(View, frozen=True, kw_only=True, tag_field="kind", tag="system"):
    """The server, acting by rule."""


Author = MemberAuthor | FormerAuthor | ImportedAuthor | AssemblyAuthor | SystemAuthor


class MemberState(StrEnum):
    """Where somebody stands in the community."""

    SEATED = "seated"
    WAITING = "waiting"


class Member(View, frozen=True, kw_only=True):
    """A member as every other member sees them. Holds no time of being seen (P2, P11).

    Attributes:
        handle: ASCII, unique for ever. None where the member's words are gone, or where the
            server sent something that has not the form of a handle.
        invited_by: Who invited them; None for the first sysop.
        sysop: Whether they run the server.
    """

    id: MemberId
    handle: str | None = None
    name: str | None = None
    state: MemberState = MemberState.SEATED
    invited_by: MemberId | None = None
    sysop: bool = False
    joined_at: Instant | None = None
    revision: Revision = 1

    def __post_init__(self) -> None:
        """Accept no handle that is none (P13)."""
        drop_unless_name(self, "handle")

    @property
    def label(self) -> str:
        """The handle with its @, or words that stand for a member without one."""
        return f"@{self.handle}" if self.handle else "a member"


class Session(View, frozen=True, kw_only=True, omit_defaults=False):
    """One of one's own ways in: a device, or a token for scripts.

    Every field is sent: clients of an earlier version wait for `label`.

    Attributes:
        label: What its owner called it; empty where an answer is given again (protocol 5.2).
        expires_at: Rounded up to a whole week, so that it tells nothing of when it was used (P11).
        powers: For a token, the only powers it has; None means all of the member's.
        boards: For a token, the only boards it reaches; None means all of the member's.
        current: Whether this is the session that asks.
    """

    id: SessionId
    label: str = ""
    token: bool = False
    expires_at: Instant | None = None
    powers: tuple[Power, ...] | None = None
    boards: tuple[BoardId, ...] | None = None
    current: bool = False


class SignInKey(View, frozen=True, kw_only=True):
    """A public key of one's own that can sign in."""

    key: PublicKey
    label: str
    added_at: Instant


class Invitation(View, frozen=True, kw_only=True):
    """A way into the community. Its code is known only to whoever made it.

    Attributes:
        uses_left: How many more may sign up with it.
        note: For the one who made it, and only for them.
    """

    id: InvitationId
    by: MemberId | None = None
    uses_left: int
    expires_at: Instant
    revoked: bool = False
    note: str = ""


class Challenge(Result, frozen=True, kw_only=True):
    """What a key has to sign, together with host, epoch and handle (protocol 3.4).

    Attributes:
        nonce: Good for one sign-in on this connection, for 60 seconds.
        host: The host as the server sees it; a client signs only the one it meant to reach.
    """

    nonce: str
    host: str


class SignInResult(Result, frozen=True, kw_only=True):
    """The connection now speaks for `member`.

    Attributes:
        clock_doubt: Why the server does not believe its clock; to the sysop's devices only. None
            if it does.
    """

    member: Member
    session: Session
    clock_doubt: ClockDoubt | None = None


class MemberPage(Result, frozen=True, kw_only=True):
    """Members in the order they joined.

    Attributes:
        next_after: Pass it as `after` for the next page; None at the end.
    """

    members: tuple[Member, ...]
    next_after: int | None = None


class Account(Result, frozen=True, kw_only=True):
    """One's own account: what nobody else sees."""

    member: Member
    sessions: tuple[Session, ...]
    keys: tuple[SignInKey, ...]
    recovery_codes_left: int


class Invitations(Result, frozen=True, kw_only=True):
    """Invitations, newest first."""

    invitations: tuple[Invitation, ...]


class InvitationResult(Result, frozen=True, kw_only=True):
    """The invitation as it now stands; its note only the first time it is answered."""

    text_paths: ClassVar[tuple[str, ...]] = ("invitation.note",)
    invitation: Invitation


class TokenResult(Result, frozen=True, kw_only=True):
    """The token as it now stands; the secret is with whoever drew it."""

    text_paths: ClassVar[tuple[str, ...]] = ("session.label",)
    session: Session


class MemberResult(Result, frozen=True, kw_only=True):
    """The member as they now stand."""

    text_paths: ClassVar[tuple[str, ...]] = ("member.handle", "member.name")
    member: Member
