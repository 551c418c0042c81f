"""The questions of features to each other about newcomers and what their guards hold. No I/O here."""

from typing import Any, Protocol

from bbs.clock import Ms
from bbs.features.arriving.views import Guard, HeldState
from bbs.features.moderation.views import RestrictionKind
from bbs.features.threads.views import Approval, Post, Thread
from bbs.ids import BoardId, MemberId, PostId, ThreadId
from bbs.messages import Revision
from bbs_server.outcome import Effect
from bbs_server.store.api import Tx
from bbs_server.store.proven_time import Moment


class ArrivalLookups(Protocol):
    """The questions about newcomers; `ctx` is a handler's `Context`."""

    def why_held(self, tx: Tx, ctx: Any, words: str, *, behind: bool) -> Approval | None:
        """Return why a new post of the actor on the request's board waits for a moderator.

        Args:
            words: Its words, with the title of a thread that it begins.
            behind: Whether it stands in a thread whose first post waits.
        """
        ...

    def links_guard(self, tx: Tx, ctx: Any) -> Guard | None:
        """Return the guard that lets new posts of the actor with links wait on the request's board."""
        ...

    def hold_post(
        self, tx: Tx, ctx: Any, post: PostId, n: int, why: Approval
    ) -> tuple[Effect, ...]:
        """Let a new post of the actor wait; return the effects that come before all others.

        Args:
            n: Its place in the order of writing.
        """
        ...

    def end_approval(self, tx: Tx, ctx: Any, post: PostId, state: HeldState) -> tuple[Effect, ...]:
        """Forget that a post waited, and return what tells the desks that were asked."""
        ...

    def guards_of_newcomer(
        self, tx: Tx, board: BoardId, member: MemberId, now: Ms
    ) -> tuple[Guard, ...]:
        """Return the guards that are on for a member on a board at `now`, in ms."""
        ...

    def letters_guard(self, tx: Tx, member: MemberId, now: Ms) -> Guard | None:
        """Return the guard by which a newcomer writes no letters to strangers at `now`, in ms."""
        ...

    def waiting_post(self, tx: Tx, post: PostId, moment: Moment) -> tuple[Post, Thread] | None:
        """Return a post with its thread, whatever its state; None if there is none."""
        ...

    def publish_post(
        self, tx: Tx, ctx: Any, post: PostId, if_revision: Revision | None
    ) -> tuple[Effect, ...]:
        """Publish a post that waits.

        Raises:
            Conflict: If an earlier one waits before it, it was changed, or its words are hidden.
        """
        ...

    def decline_post(
        self, tx: Tx, ctx: Any, post: PostId, if_revision: Revision | None
    ) -> tuple[PostId, ...]:
        """Decline a post that waits, and those behind it; return their ids, it first.

        Raises:
            Conflict: As `publish_post` does.
        """
        ...

    def has_posted(self, tx: Tx, board: BoardId, member: MemberId) -> bool:
        """Return whether a post of a member was ever published on a board, and is not forgotten."""
        ...

    def held_events(self, tx: Tx, post: PostId, moment: Moment) -> tuple[Effect, ...]:
        """Return what tells a held post's author and the desk how it stands."""
        ...

    def held_texts(self, tx: Tx, post: PostId) -> dict[str, str]:
        """Return the ids of the texts of a post that waits, by their paths in `HeldPost` events."""
        ...

    def erase_declined(self, tx: Tx, ctx: Any, post: PostId) -> tuple[Effect, ...]:
        """Erase a post that was declined, and return what tells its author and the desk."""
        ...

    def give_visit(self, tx: Tx, ctx: Any, board: BoardId, until: Ms, act: str) -> None:
        """Let the actor, a sysop, read a private board until a moment, in ms."""
        ...

    def restrict(
        self,
        tx: Tx,
        ctx: Any,
        board: BoardId,
        kind: RestrictionKind,
        *,
        member: MemberId | None = None,
        thread: ThreadId | None = None,
        value: int | None = None,
        since: Ms | None = None,
        until: Ms | None = None,
        act: str | None = None,
        norm: int | None = None,
        reason: str | None = None,
    ) -> tuple[Effect, ...]:
        """Set a restriction, and return what tells those whom it is about."""
        ...

    def lift_restriction(self, tx: Tx, ctx: Any, restriction: str) -> tuple[Effect, ...]:
        """End a restriction now, and return what tells those whom it is about."""
        ...

    def shorten_restriction(
        self, tx: Tx, ctx: Any, restriction: str, until: Ms
    ) -> tuple[Effect, ...]:
        """Let a restriction end sooner, at a moment in ms; returns what tells of it."""
        ...
