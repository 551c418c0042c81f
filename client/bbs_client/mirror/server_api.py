"""The mirror's needs of a community, as protocols."""

from collections.abc import Mapping
from typing import Protocol, TypeVar

from bbs.features.members.views import SignInResult
from bbs.messages import Request, Result
from bbs.wire.messages import StreamState, Welcome

R = TypeVar("R", bound=Result)


class Caller(Protocol):
    """Sends requests: `bbs.sdk.community.Community`, or a script in a test."""

    async def call(self, request: Request[R], /, *, retry: bool = True) -> R:
        """Send a request and return its result; with `retry`, again after a lost connection."""


class ServerApi(Caller, Protocol):
    """The further needs of a sync, as `bbs.sdk.community.Community` has them."""

    @property
    def welcome(self) -> Welcome | None:
        """The server's last answer to `hello`; None before the first connection."""

    @property
    def me(self) -> SignInResult | None:
        """The member and session; None before the first connection."""

    async def listen(
        self, cursors: Mapping[str, int], tags: Mapping[str, str], /
    ) -> dict[str, StreamState]:
        """Listen to streams, each from a cursor, with the tags of the cursors that have one."""

    def unlisten(self, *streams: str) -> None:
        """Stop listening to streams; updates that wait already still come."""
