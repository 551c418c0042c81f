"""Who is asked: what the mirror needs of a community."""

from collections.abc import Mapping
from typing import Protocol, TypeVar

from bbs.features.members.views import SignInResult
from bbs.messages import Request, Result
from bbs.wire.messages import StreamState, Welcome

R = TypeVar("R", bound=Result)


class ServerApi(Protocol):
    """What the mirror needs of `bbs.sdk.community.Community`."""

    @property
    def welcome(self) -> Welcome | None:
        """What the server said of itself; None before the first connection."""
        ...

    @property
    def me(self) -> SignInResult | None:
        """Who one is; None before the first connection."""
        ...

    async def call(self, request: Request[R], /) -> R:
        """Ask and return the answer."""
        ...

    async def listen(
        self, cursors: Mapping[str, int], tags: Mapping[str, str], /
    ) -> dict[str, StreamState]:
        """Listen to streams from a cursor each, with the tags of those that have one."""
        ...
