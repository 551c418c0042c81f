"""Who is asked: what the mirror needs of a community."""

from collections.abc import Mapping
from typing import Protocol, TypeVar

from bbs.features.members.views import SignInResult
from bbs.messages import Request, Result
from bbs.wire.messages import StreamState, Welcome

R = TypeVar("R", bound=Result)


class Caller(Protocol):
    """Whatever can ask the server: `bbs.sdk.community.Community`, or a script in a test."""

    async def call(self, request: Request[R], /, *, retry: bool = True) -> R:
        """Ask and return the answer; with `retry`, also after the connection was lost."""


class ServerApi(Caller, Protocol):
    """What a sync needs besides of `bbs.sdk.community.Community`."""

    @property
    def welcome(self) -> Welcome | None:
        """What the server said of itself; None before the first connection."""

    @property
    def me(self) -> SignInResult | None:
        """Who the member is; None before the first connection."""

    async def listen(
        self, cursors: Mapping[str, int], tags: Mapping[str, str], /
    ) -> dict[str, StreamState]:
        """Listen to streams from a cursor each, with the tags of those that have one."""
