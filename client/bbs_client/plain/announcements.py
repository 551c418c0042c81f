"""The sysop's announcements: message of the day, planned maintenance, an announced end. Pure."""

from msgspec import Struct

from bbs.clock import Instant
from bbs.features.community.views import Closing
from bbs.terminal.output import local_time


class Announcements(Struct, frozen=True):
    """The announcements now.

    Attributes:
        motd: The message of the day, one line of foreign text; empty for none.
        maintenance_at: When the server is going to be stopped for a while; None: not planned.
        closing: When the community ends; None: not announced.
        urgent: The urgent notices of the last day, clean.
        lock_down: What the lock-down of the community says, clean; empty for none.
    """

    motd: str = ""
    maintenance_at: Instant | None = None
    closing: Closing | None = None
    lock_down: str = ""
    urgent: tuple[str, ...] = ()


def changes(before: Announcements, now: Announcements) -> list[str]:
    """Return a sentence for each announcement that is new."""
    lines = [text for text in now.urgent if text not in before.urgent]
    if now.motd and now.motd != before.motd:
        lines.append(f"Message of the day: {now.motd}")
    if now.maintenance_at != before.maintenance_at:
        if now.maintenance_at is None:
            lines.append("No maintenance is planned any more.")
        else:
            when = local_time(now.maintenance_at)
            lines.append(f"The server is going to be stopped for a while: {when}.")
    if now.closing != before.closing:
        if now.closing is None:
            lines.append("This community stays: its announced end was called off.")
        else:
            lines.append(
                f"This community ends: from {local_time(now.closing.read_only_at)} it can only be "
                f"read, and on {local_time(now.closing.closed_at)} it closes."
            )
    if now.lock_down != before.lock_down:
        lines.append(now.lock_down or "The lock-down of the community is over.")
    return lines
