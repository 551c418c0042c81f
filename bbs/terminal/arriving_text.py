"""Guards, and the posts that they hold, in a few words for lists. Pure."""

from bbs.features.arriving.views import Guard, GuardKind
from bbs.features.threads.views import Approval
from bbs.plural import counted, whole_span

WHY_HELD = {
    Approval.FIRST_POSTS: "a first post",
    Approval.LINKS: "a link",
    Approval.LOCKED_DOWN: "a first post in a lock-down",
    Approval.BEHIND: "its thread waits",
    Approval.DECLINED: "declined",
}
"""Why a post waits for a moderator."""

_GUARDS = {
    GuardKind.FIRST_POSTS: "first posts wait",
    GuardKind.LINKS: "links wait",
    GuardKind.PACE: "writes once in {pace}",
    GuardKind.LETTERS: "no letters to strangers",
}


def describe_guard(guard: Guard) -> str:
    """Return what a guard does: `first posts wait`."""
    return _GUARDS[guard.kind].format(pace=whole_span(guard.seconds or 0))


def posts_counted(guard: Guard, posts: int) -> str:
    """Return how many posts of a newcomer count so far, of `posts`; empty where none count."""
    return "" if guard.posts is None else f"{guard.posts} of {counted(posts, 'post')}"
