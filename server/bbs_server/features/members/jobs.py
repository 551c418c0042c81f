"""Timed work of members: what is over is cleared away, a slice at a time."""

from bbs import limits
from bbs.clock import DAY_MS
from bbs.features.members.views import SystemAuthor
from bbs.messages import Done
from bbs_server.acting import At, Emission, Job, Outcome
from bbs_server.features.members import invitations, telling, ways_in
from bbs_server.store.engine import Tx


def clear_sessions(tx: Tx, at: At) -> Outcome[Done]:
    """Delete sessions that are over and cut off the connections that still use them.

    Their ends were true from the moment on; this only tells their owners.
    """
    told: list[Emission] = []
    for member, gone in ways_in.expired(tx, at.proven_now).items():
        told.extend(telling.ended(member, gone, author=SystemAuthor()))
    return Outcome(Done(), tuple(told))


def forget_what_is_over(tx: Tx, at: At) -> Outcome[Done]:
    """Delete invitations that ended, with their notes, and keys revoked, as long ago as events are kept."""
    before = at.proven_now - limits.STREAM_DAYS * DAY_MS
    more_invitations = invitations.forget_over(tx, before)
    more_keys = ways_in.forget_revoked(tx, before)
    return Outcome(Done(), again=more_invitations or more_keys)


JOBS: list[Job] = [
    Job("end sessions that are over", 600.0, clear_sessions),
    Job("forget invitations and keys that are over", 3_600.0, forget_what_is_over),
]
