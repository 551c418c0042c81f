"""What stands at the top while the community is locked down, or of a board that the sysop entered. Pure."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bbs import limits
from bbs.features.moderation.views import Restriction, RestrictionKind
from bbs.text import sanitize


def describe_banner(banner: Restriction, moment: Callable[[datetime], str]) -> str:
    """Return a banner in clean words: what holds, until when, and why; empty for another kind.

    Args:
        banner: A restriction of one of `BANNERS`.
        moment: Writes a moment for people.
    """
    because = "" if banner.reason is None else f" “{banner.reason}”"
    if banner.kind is RestrictionKind.LOCKED_DOWN and banner.until is not None:
        said = (
            f"Locked down until {moment(banner.until)}: nobody joins, and first posts wait for a"
            f" moderator.{because}"
        )
    elif banner.kind is RestrictionKind.ENTERED:
        left = banner.since + timedelta(hours=limits.ENTER_HOURS)
        said = (
            f"The sysop entered this board ({moment(banner.since)}) and can read it until"
            f" {moment(left)}; the log says by what.{because}"
        )
    else:
        return ""
    return sanitize(said)
