"""What a hand-over of the community asks the features that own offices, access and waits. No I/O here."""

from typing import Any, NamedTuple, Protocol

from bbs.clock import Ms
from bbs.ids import MemberId, ProposalId
from bbs_server.outcome import Effect
from bbs_server.store.api import Tx


class GrantsEnded(NamedTuple):
    """What a sysop had given out, and what ended with the office.

    Attributes:
        tokens: How many tokens of theirs ended.
        invitations: How many open invitations were revoked: theirs, and those that make a sysop.
        codes: How many unused recovery codes that a sysop gave ended.
        effects: What tells of it.
    """

    tokens: int
    invitations: int
    codes: int
    effects: tuple[Effect, ...]


class HandOverLookups(Protocol):
    """The questions of a hand-over."""

    def hand_on_sysop(self, tx: Tx, ctx: Any, heir: MemberId, act: str) -> tuple[Effect, ...]:
        """Make the heir sysop in place of the actor, whose moderation of the commons from then ends too.

        Args:
            act: The id of the act on which the offices rest.
        """
        ...

    def end_grants_of_sysop(self, tx: Tx, ctx: Any, member: MemberId) -> GrantsEnded:
        """End a sysop's tokens and invitations, and the recovery codes that a sysop gave."""
        ...

    def waits_until(self, tx: Tx, proposal: ProposalId) -> Ms | None:
        """Return until when a command waits, in ms; None if it does not wait."""
        ...

    def end_waiting(self, tx: Tx, ctx: Any, proposal: ProposalId, why: str) -> tuple[Effect, ...]:
        """Let a command wait no more, because it can never be carried out.

        Args:
            why: The code of the error that says why.
        """
        ...
