"""The connection over which a request came, as the pipeline knows it."""

import secrets
from typing import Any

from msgspec import Struct

from bbs.clock import Ms
from bbs.features.members.messages import GetChallenge
from bbs.features.members.views import SignInResult
from bbs.features.packs.claim_messages import GetClaimChallenge
from bbs.ids import MemberId, SessionId
from bbs_server.fanout.hub import Subscriber

CHALLENGES = (GetChallenge, GetClaimChallenge)
"""The queries that draw a new nonce for their connection."""


class Peer(Struct, eq=False):
    """A connection, as the pipeline sees it.

    Attributes:
        listener: Its place in the hub.
        host: The host name by which it reached the server.
        address: A key of its address that only this process can compute; None on loopback and unix
            sockets, where all peers look alike.
        member, session: The member and the session that signed in on it; None before.
        items_per_hour: How many commands its token may send in an hour; None for a device.
        by_script: Whether a device said, when it signed in here, that a script uses it.
        nonce, nonce_at: The open challenge, if any.
    """

    listener: Subscriber
    host: str
    address: bytes | None
    member: MemberId | None = None
    session: SessionId | None = None
    items_per_hour: int | None = None
    by_script: bool = False
    nonce: str | None = None
    nonce_at: Ms = 0

    def challenge(self, now: Ms) -> str:
        """Draw a nonce in place of the one before, and return it."""
        self.nonce, self.nonce_at = secrets.token_urlsafe(24), now
        return self.nonce

    def adopt(self, request: Any, signed_in: SignInResult) -> None:
        """Take over the member and the session that signed in by a request."""
        self.member, self.session = signed_in.member.id, signed_in.session.id
        self.items_per_hour = signed_in.session.items_per_hour
        self.by_script = getattr(request, "script", False)
