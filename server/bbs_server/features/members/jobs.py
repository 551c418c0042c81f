"""Timed work of members: deletes expired sessions, invitations, keys and away lines, in slices."""

from bbs import limits
from bbs.clock import DAY_MS
from bbs.features.members.views import SystemAuthor
from bbs.messages import Done
from bbs_server.features.members import (
    about_records,
    credentials,
    events,
    invitation_records,
    leaving_accounts,
)
from bbs_server.handler_api import Context
from bbs_server.jobs import Job, JobKind
from bbs_server.outcome import Effect, Outcome
from bbs_server.store.api import Tx


def delete_expired_sessions(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Delete expired sessions, publish that to their members, and close their connections.

    The server refuses a session from the moment of its end; this job only deletes the row.
    """
    told: list[Effect] = []
    for member, gone in credentials.delete_expired_sessions(tx, ctx.proven_now).items():
        told.extend(events.ended(member, gone, author=SystemAuthor()))
    return Outcome(Done(), tuple(told))


def delete_expired_invitations_and_keys(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Delete ended invitations, and keys revoked longer ago than events are kept."""
    before = ctx.proven_now - limits.STREAM_DAYS * DAY_MS
    more_invitations = invitation_records.delete_expired(tx, before)
    more_keys = credentials.forget_revoked(tx, before)
    return Outcome(Done(), more=more_invitations or more_keys)


def delete_away_lines(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Erase away lines that are over; nobody has shown them since their end, and there is no event."""
    return Outcome(Done(), more=about_records.delete_away_before(tx, ctx.proven_now))


JOBS: tuple[Job, ...] = (
    Job("end sessions that are over", 600.0, delete_expired_sessions, JobKind.TIDIES),
    Job(
        "forget invitations and keys that are over",
        3_600.0,
        delete_expired_invitations_and_keys,
        JobKind.TIDIES,
    ),
    Job("free handles that rested", 3_600.0, leaving_accounts.free_handles, JobKind.TIDIES),
    Job("erase away lines that are over", 3_600.0, delete_away_lines, JobKind.TIDIES),
)
