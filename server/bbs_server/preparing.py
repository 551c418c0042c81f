"""What the slow work of a command is given that is done before its transaction."""

from collections.abc import Awaitable, Callable
from typing import Any

from msgspec import Struct

from bbs.clock import Ms
from bbs.errors import FolkmootError
from bbs.ids import MemberId, SessionId
from bbs_server.handler_api import Context, FeatureLookups
from bbs_server.store.api import Store, Tx


class PrepareContext(Struct, frozen=True):
    """The means of slow work before a transaction.

    Attributes:
        pool: The `PasswordPool` of strangers.
        members_pool: The `PasswordPool` of members.
        passwords: The `argon2.PasswordHasher` in use.
        guesses: The `Guesses` of the members' feature, which counts wrong guesses.
        ctx: The context of the request, with the moment at which it came; no actor is loaded yet.
        member, session: The member who asks, and their session; None for a stranger.
        address_refusal: How the server refuses the stranger's address; None if it does not.
    """

    store: Store
    pool: Any
    members_pool: Any
    passwords: Any
    guesses: Any
    ctx: Context
    member: MemberId | None
    session: SessionId | None
    address_refusal: FolkmootError | None

    @property
    def now(self) -> Ms:
        """When the request came, ms."""
        return self.ctx.now

    @property
    def readers(self) -> FeatureLookups:
        """The questions of features to each other."""
        return self.ctx.readers

    async def read(self, fn: Callable[[Tx], Any]) -> Any:
        """Run `fn` in a read transaction. Cancel-safe."""
        return await self.store.read(fn)

    async def in_pool(self, fn: Callable[..., Any], *args: object, known: bool = False) -> Any:
        """Run a slow plain function in a bounded password pool.

        Args:
            known: Whether a member seems to ask: members have a pool of their own, in which they
                wait for no stranger (P14).

        Raises:
            Throttled: If too many are waiting.
        """
        return await (self.members_pool if known else self.pool).run(fn, *args)

    def refuse_address(self) -> None:
        """Refuse an address from which too many wrong proofs came, before a stranger's guess.

        Raises:
            Throttled: If there were too many; with when it may try again.
        """
        if self.address_refusal is not None:
            raise self.address_refusal


Prepare = Callable[[PrepareContext, Any], Awaitable[Any]]
