"""Members, sessions and invitations as readers see them, and the answers they come in."""

from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta

from bbs.address import drop_unless_name
from bbs.clock import Instant
from bbs.ids import BoardId, InvitationId, MemberId, SessionId
from bbs.messages import ClockDoubt, Result, Revision, View
from bbs.powers import Office, Power

PublicKey = Annotated[str, Meta(min_length=43, max_length=43, pattern="^[A-Za-z0-9_-]{43}$")]
Signature = Annotated[str, Meta(min_length=86, max_length=86, pattern="^[A-Za-z0-9_-]{86}$")]
"""A raw Ed25519 public key in unpadded base64url."""


class MemberAuthor(View, frozen=True, kw_only=True, tag_field="kind", tag="member"):
    """An author who is a member."""

    id: MemberId


class FormerAuthor(View, frozen=True, kw_only=True, tag_field="kind", tag="former"):
    """An author who left the community; only the fact that they left is known."""


class ImportedAuthor(View, frozen=True, kw_only=True, tag_field="kind", tag="imported"):
    """An author whose name came with an import. Nobody can sign in under that name.

    Attributes:
        id: An id that is the same for all posts under one name on one board.
        name: The import's name, made safe; None once its words are gone.
    """

    id: str
    name: str | None = None


class AssemblyAuthor(View, frozen=True, kw_only=True, tag_field="kind", tag="assembly"):
    """The members together, who decided by a proposal that passed."""


class OfficeAuthor(View, frozen=True, kw_only=True, tag_field="kind", tag="office"):
    """Somebody in office, on a board whose log names offices and no people.

    Attributes:
        office: In which office they acted.
    """

    office: Office


class SystemAuthor(View, frozen=True, kw_only=True, tag_field="kind", tag="system"):
    """The server, acting by a rule of its own."""


Author = MemberAuthor | FormerAuthor | ImportedAuthor | AssemblyAuthor | OfficeAuthor | SystemAuthor


MEMBER_TEXTS = ("member.handle", "member.name", "member.away")
"""The paths of the texts of a message's `member`; of the last one there may be none."""


class MemberState(StrEnum):
    """Whether a member has a seat in the community, waits for one, or left."""

    SEATED = "seated"
    WAITING = "waiting"
    LEAVING = "leaving"  # left a few days ago, and can come back (protocol 28)
    LEFT = "left"  # left for good; the name stays where words stand under it


class Member(View, frozen=True, kw_only=True):
    """A member as every other member sees them, without the time of their last visit (P2, P11).

    Attributes:
        handle: The member's handle, ASCII, unique for ever. None if the member's texts are erased,
            or if the server sent a text that does not have the form of a handle.
        invited_by: The member who invited them; None for the first sysop.
        sysop: Whether the member is the sysop.
        away: What the member says of being away, until `away_until`; None if nothing.
    """

    id: MemberId
    handle: str | None = None
    name: str | None = None
    state: MemberState = MemberState.SEATED
    invited_by: MemberId | None = None
    sysop: bool = False
    joined_at: Instant | None = None
    away: str | None = None
    away_until: Instant | None = None
    revision: Revision = 1

    def __post_init__(self) -> None:
        """Set `handle` to None if it does not have the form of a handle (P13)."""
        drop_unless_name(self, "handle")

    @property
    def label(self) -> str:
        """The handle with its @, or "a member" if there is none."""
        return f"@{self.handle}" if self.handle else "a member"

    @property
    def has_left(self) -> bool:
        """Whether the member left the community, though they may still come back."""
        return self.state in (MemberState.LEAVING, MemberState.LEFT)


class Session(View, frozen=True, kw_only=True, omit_defaults=False):
    """One of the member's own sessions: a device, or a token for scripts.

    The server sends every field, because clients of an earlier version expect `label`.

    Attributes:
        label: The owner's name for it; empty if the server returns an answer again (protocol 5.3).
        expires_at: Rounded up to a whole week, so that it does not show when it was used (P11).
        powers: For a token, its only powers; None means all of the member's.
        boards: For a token, the only boards it reaches; None means all of the member's.
        items_per_hour: For a token, how many commands it may send in an hour; None for a device.
        current: Whether the request came from this session.
    """

    id: SessionId
    label: str = ""
    token: bool = False
    expires_at: Instant | None = None
    powers: tuple[Power, ...] | None = None
    boards: tuple[BoardId, ...] | None = None
    items_per_hour: int | None = None
    current: bool = False


class SignInKey(View, frozen=True, kw_only=True):
    """A public key of the member that can sign in."""

    key: PublicKey
    label: str
    added_at: Instant


class InvitationState(StrEnum):
    """Whether an invitation can be used. Changes: see `inviting.INVITATION_TRANSITIONS`."""

    OPEN = "open"  # people can sign up with it, but not while its maker is suspended
    USED_UP = "used_up"  # as many people joined by it as it lets in
    REVOKED = "revoked"  # taken back by its maker or the sysop
    EXPIRED = "expired"  # its days are over


class Invitation(View, frozen=True, kw_only=True):
    """An invitation to join the community. Only the member who made it knows its code.

    Attributes:
        uses_left: How many more people may sign up with it.
        note: A note that only the member who made it sees.
    """

    id: InvitationId
    by: MemberId | None = None
    uses_left: int
    expires_at: Instant
    revoked: bool = False
    note: str = ""


class Challenge(Result, frozen=True, kw_only=True):
    """The nonce that a key has to sign, with host, epoch and handle (protocol 3.4).

    Attributes:
        nonce: Valid for one sign-in on this connection, for 60 seconds.
        host: The host as the server sees it. A client signs only the host it meant to reach.
    """

    nonce: str
    host: str


class SignInResult(Result, frozen=True, kw_only=True):
    """The member for whom the connection is signed in, and the session.

    Attributes:
        clock_doubt: Why the server does not believe its clock; None if it does. Sent to the
            sysop's devices only.
        seat_offered_until: Until when a seat in the community is offered to a member who waits for
            one; None if none is (19.5).
    """

    member: Member
    session: Session
    seat_offered_until: Instant | None = None
    clock_doubt: ClockDoubt | None = None


class MemberPage(Result, frozen=True, kw_only=True):
    """Members in the order they joined.

    Attributes:
        next_after: Pass it as `after` for the next page; None at the end.
    """

    members: tuple[Member, ...]
    next_after: int | None = None


class Account(Result, frozen=True, kw_only=True):
    """The member's own account, which other members never see."""

    member: Member
    sessions: tuple[Session, ...]
    keys: tuple[SignInKey, ...]
    recovery_codes_left: int


class Invitations(Result, frozen=True, kw_only=True):
    """Invitations, newest first."""

    invitations: tuple[Invitation, ...]


class InvitationResult(Result, frozen=True, kw_only=True):
    """The invitation after the command; only the first answer contains its note."""

    text_paths: ClassVar[tuple[str, ...]] = ("invitation.note",)
    invitation: Invitation


class TokenResult(Result, frozen=True, kw_only=True):
    """The token after the command; the client that drew its secret keeps it."""

    text_paths: ClassVar[tuple[str, ...]] = ("session.label",)
    session: Session


class MemberResult(Result, frozen=True, kw_only=True):
    """The member after the command."""

    text_paths: ClassVar[tuple[str, ...]] = MEMBER_TEXTS
    member: Member
