"""Moments for handlers that are tested without a server around them."""

from bbs.clock import Ms
from bbs_server.store.proven_time import Moment


def in_order(now: Ms) -> Moment:
    """Return a moment of a clock that is proven."""
    return Moment(now, now, now)
