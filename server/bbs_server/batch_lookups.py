"""What the feature of batches asks other features: how grave a use is, who may agree, what changed."""

from typing import Any, Protocol

from bbs.features.moderation.messages import Thing
from bbs.gravity import Grave
from bbs.ids import BoardId, MemberId, ProposalId
from bbs.messages import Command
from bbs_server.outcome import Did
from bbs_server.store.api import Tx


class BatchLookups(Protocol):
    """The questions about the items of a plan."""

    def graves_of(
        self, tx: Tx, ctx: Any, command: Command[Any], did: Did, mover: MemberId, board: BoardId
    ) -> tuple[Grave, ...]:
        """Return the marks by which a use of a command is grave (protocol 15).

        Args:
            ctx: A `Context`.
            board: The board in whose acts it stands.
        """
        ...

    def may_give_key(self, tx: Tx, ctx: Any, proposal: ProposalId) -> bool:
        """Return whether the actor may give the second key to a command that waits."""
        ...

    def revision_of_words(self, tx: Tx, thing: Thing) -> int | None:
        """Return the revision of a thread, post or line; None for what is none of them."""
        ...
