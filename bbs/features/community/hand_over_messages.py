"""Handing the community over to another member: announced, accepted, carried out, and done by hand (protocol 32)."""

from typing import Annotated, ClassVar

from msgspec import Meta

from bbs import limits
from bbs.clock import Instant
from bbs.features.community.hand_over_views import HandOverItem, HandOverTerms
from bbs.features.members.messages import Password
from bbs.features.members.views import PublicKey, Signature
from bbs.features.moderation.views import Reason
from bbs.gravity import Grave, begins_now
from bbs.ids import MemberId, ProposalId
from bbs.messages import Command, Event, Query, Result
from bbs.powers import Need, Power

HAND_OVER_DAYS = 14
"""So long it waits, so that everybody can take their words along and leave before."""

Digest = Annotated[str, Meta(min_length=64, max_length=64, pattern="^[0-9a-f]{64}$")]


class HandOverResult(Result, frozen=True, kw_only=True):
    """How a hand-over stands.

    Attributes:
        proposal: The command that waits; None if none does.
        until: When it is carried out, if it is accepted; None if none waits.
        heir: Who is to take the community over, or has taken it over while `left` has anything.
        terms: What binds them, as it is now; None if none waits.
        is_accepted: Whether the heir has accepted these terms.
        left: What is still to be done by hand after the last hand-over; told to the sysop alone.
    """

    proposal: ProposalId | None = None
    until: Instant | None = None
    heir: MemberId | None = None
    terms: HandOverTerms | None = None
    is_accepted: bool = False
    left: tuple[HandOverItem, ...] = ()


class GetHandOver(Query[HandOverResult], frozen=True, kw_only=True):
    """Read whether the community is to be handed over, to whom, and what binds them."""

    method: ClassVar[str] = "community.hand_over_state"
    needs: ClassVar[Need] = Need(Power.READ)


class HandCommunityOver(Command[HandOverResult], frozen=True, kw_only=True):
    """Announce that another member is to be sysop in the sender's place. Logged on the commons (P8).

    It waits for `HAND_OVER_DAYS`, however soon others agree, and every seat holder is told. It is
    carried out only if the heir has accepted by then; then offices, keys and epoch change in one
    step (protocol 32.5). Errors: `not_found` if the heir has no seat on the commons, `conflict` if
    they are sysop or suspended, or another hand-over waits, `text_refused`, `proposals.waits`.

    Attributes:
        heir: Who is to be sysop.
        backup_days: Days after which no backup holds what is erased today: it binds the heir too.
    """

    method: ClassVar[str] = "community.hand_over"
    needs: ClassVar[Need] = Need(Power.PASS_ON, by_person=True)
    text_paths: ClassVar[tuple[str, ...]] = ("reason",)
    grave: ClassVar[tuple[Grave, ...]] = (
        Grave(
            "handed_over",
            "somebody else would run the server",
            begins_now,
            by_delay=True,
            days_min=HAND_OVER_DAYS,
        ),
    )
    heir: MemberId
    backup_days: Annotated[int, Meta(ge=1, le=limits.RETENTION_DAYS_MAX)]
    reason: Reason


class AnswerHandOver(Command[HandOverResult], frozen=True, kw_only=True):
    """Accept what binds whoever takes the community over, or refuse to; as the heir alone.

    From a device only, with the password or a key of a device at that moment; a signature covers
    the command and the terms. A refusal ends the wait. Errors: `not_found` for all others, and once
    it waits no more, `conflict` if the terms are not the present ones, `members.sign_in_failed`,
    `throttled`, `protocol.bad_params` without a proof.

    Attributes:
        terms: The digest of the terms that the heir read (`bbs.features.community.hand_over`).
        is_accepted: True to accept, False to refuse.
        password: The heir's password; None if `signature` proves it.
        key, signature: A key of the heir, and its signature over the challenge (protocol 15.6).
    """

    method: ClassVar[str] = "community.answer_hand_over"
    needs: ClassVar[Need] = Need(Power.READ, private=True, by_person=True)
    proposal: ProposalId
    terms: Digest
    is_accepted: bool
    password: Password | None = None
    key: PublicKey | None = None
    signature: Signature | None = None


class TickHandOver(Command[HandOverResult], frozen=True, kw_only=True):
    """Say that something of the last hand-over is done by hand. Logged on the commons (P8).

    Errors: `conflict` if nothing is left of it.
    """

    method: ClassVar[str] = "community.tick_hand_over"
    needs: ClassVar[Need] = Need(Power.PASS_ON, by_person=True)
    item: HandOverItem


class CommunityHandedOver(Event, frozen=True, kw_only=True):
    """Another member is sysop from now on. On the commons; every connection is closed after it.

    Attributes:
        heir: Who is.
        epoch: The new epoch, as `hello` tells it from now on: drop cursors and mirror.
    """

    kind: ClassVar[str] = "community.handed_over"
    heir: MemberId
    epoch: str
