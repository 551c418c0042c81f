"""What waits at the reader's desks, in a sentence."""

from collections.abc import Iterable

from bbs.plural import counted
from bbs_client.session.session import Session


def describe_desk(session: Session, waits: Iterable[str]) -> str:
    """Return that some of the applications and posts at the reader's desks wait; empty for none.

    Args:
        waits: Their ids.
    """
    ids = frozenset(waits)
    applications = len(ids & session.cache.applications_at_desk().keys())
    posts = len(ids & session.cache.held_at_desk())
    parts = [
        *([counted(applications, "application")] if applications else []),
        *([counted(posts, "post of a newcomer", "posts of newcomers")] if posts else []),
    ]
    if not parts:
        return ""
    wait = "waits" if applications + posts == 1 else "wait"
    return f"{' and '.join(parts)} {wait} for a moderator: desk shows it."
