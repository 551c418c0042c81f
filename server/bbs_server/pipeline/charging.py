"""Which budgets a request counts against: its session's, its token's, its member's, its address's."""

from typing import Any

from bbs.clock import Ms
from bbs.errors import Throttled
from bbs.features.batches.messages import AddItems, RehearseItems
from bbs.features.threads.messages import ImportPosts
from bbs.features.threads.views import ImportResult
from bbs.messages import Answer, Command
from bbs.powers import Power
from bbs.wire.messages import Discover
from bbs_server.pipeline.peer import Peer
from bbs_server.pipeline.throttle import Throttle

_GUESSES = frozenset({"members.resume", "packs.claim"})
"""The queries of strangers whose address may have failed too often."""


def charge(throttle: Throttle, caller: Peer, request: Any, now: Ms) -> Throttled | None:
    """Count a request against its budgets.

    Returns:
        The error for the address if it is past its budget; None if it is not.

    Raises:
        Throttled: If the session, its token or the member asks for too much.
    """
    # Otherwise the frames that strangers may send bound them (protocol 2.5).
    if caller.session is not None:
        throttle.requests.take(caller.session, now)
    elif isinstance(request, Discover):
        throttle.descriptions.take("", now)
    changes = isinstance(request, Command)
    if request.needs.power is Power.KNOCK:
        tries = changes or request.method in _GUESSES
        return throttle.refusal(caller.address, now) if tries else None
    if caller.member is not None and isinstance(request, AddItems | RehearseItems):
        throttle.rehearsals.take(caller.member, now)  # its batch is charged as it begins
    elif caller.member is not None and changes and not isinstance(request, ImportPosts):
        throttle.writes.take(caller.member, now)
    if caller.session is not None and caller.items_per_hour is not None and changes:
        throttle.take_items(caller.session, caller.items_per_hour, now, _count_items(request))
    return None


def give_back(
    throttle: Throttle, caller: Peer, request: ImportPosts, now: Ms, result: Answer | None = None
) -> None:
    """Give a token back the items of posts that were not new, were refused or were a dry run."""
    if caller.session is None or caller.items_per_hour is None:
        return
    used = result.added if isinstance(result, ImportResult) and not request.dry_run else 0
    throttle.give_back_items(
        *(caller.session, caller.items_per_hour, now), _count_items(request), used=used
    )


def _count_items(request: Any) -> int:
    """Return how many items of a token's budget a command takes: for an import, one for each post."""
    return len(request.posts) if isinstance(request, ImportPosts) else 1
