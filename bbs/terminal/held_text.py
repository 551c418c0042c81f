"""What a held post waits for, and what happens when, in words for its author. Pure."""

from collections.abc import Callable
from datetime import datetime

from bbs import limits
from bbs.features.arriving.views import HeldState, HeldTold
from bbs.features.threads.views import Approval, Post

_LOOK_AT = {
    Approval.FIRST_POSTS: "the moderators look at first posts here",
    Approval.LINKS: "the moderators look at newcomers' links here",
    Approval.LOCKED_DOWN: "the community is locked down, and first posts wait",
    Approval.BEHIND: "the first post of its thread waits, too",
}


def describe_held(post: Post, moment: Callable[[datetime], str]) -> str:
    """Return what a held post waits for and what happens then, as sentences.

    Args:
        post: The post, by its author.
        moment: Writes a moment for people.
    """
    if post.approval is None:
        return f"Held until {moment(post.visible_at)}, then published."
    if post.approval is Approval.DECLINED:
        return (
            "A moderator declined it; your note says why. The words are yours to read and copy for"
            f" {limits.DECLINED_DAYS} days."
        )
    return (
        f"Held for a person: {_LOOK_AT[post.approval]}. If nobody decides before, it is published"
        f" on {moment(post.visible_at)}."
    )


def held_words(
    post: Post, publishing: Callable[[datetime], str], day: Callable[[datetime], str]
) -> str:
    """Return the same in a few words, as they stand beside the post.

    Args:
        publishing: Says when something is published, as in `published in 40 s`.
        day: Writes a day for people.
    """
    if post.approval is None:
        return publishing(post.visible_at)
    if post.approval is Approval.DECLINED:
        return "declined by a moderator"
    return f"held for a person until {day(post.visible_at)}"


def describe_held_told(
    held: HeldTold, until: datetime | None, moment: Callable[[datetime], str]
) -> str:
    """Return a notice about a held post as a clean sentence without its full stop.

    Args:
        held: What its author is told.
        until: When it is published without a decision, if it waits.
        moment: Writes a moment for people.
    """
    if held.state is not HeldState.DECLINED:
        last = "" if until is None else f", until {moment(until)} at the latest"
        return f"a post of yours is held for a person{last}"
    clause = "" if held.norm is None else f" by norm {held.norm}"
    # Imported late: the first painting loads this module, and shows nothing that was decided.
    from bbs.text import sanitize

    word = "" if held.word is None else f": “{sanitize(held.word)}”"
    days = limits.DECLINED_DAYS
    return f"a moderator declined a post of yours{clause}{word}; its words are yours to copy for {days} days"
