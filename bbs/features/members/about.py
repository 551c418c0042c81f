"""Rules of what members say of themselves: the away line and the profile. Pure."""

from bbs import limits
from bbs.clock import DAY_MS, Ms, to_ms
from bbs.errors import BadParams
from bbs.features.members.views import Member
from bbs.text import check_body, check_line


def check_away(text: str, until: Ms, now: Ms) -> None:
    """Refuse what cannot be an away line.

    Args:
        until: When it ends, in ms.
        now: The time, in ms.

    Raises:
        TextRefused: If it is not one line that anybody's screen can show.
        BadParams: If it ends in the past or too late; every away line has an end.
    """
    check_line(text, field="text", chars_max=limits.AWAY_CHARS_MAX)
    if until <= now:
        raise BadParams(field="until", rule="this is past; name the day on which you are back")
    if until > now + limits.AWAY_DAYS_MAX * DAY_MS:
        rule = (
            f"an away line ends by itself within {limits.AWAY_DAYS_MAX} days; name an earlier day"
        )
        raise BadParams(field="until", rule=rule)


def check_profile(text: str) -> None:
    """Refuse what cannot be a profile.

    Raises:
        TextRefused: If it is not a text of some paragraphs that anybody's screen can show.
    """
    check_body(
        text,
        field="text",
        chars_max=limits.PROFILE_CHARS_MAX,
        lines_max=limits.PROFILE_LINES_MAX,
    )


def check_purge(law: str, reason: str) -> None:
    """Refuse to purge by what is no line of text.

    Raises:
        TextRefused: If law or reason breaks the rules of `bbs.text.check_line`.
    """
    check_line(reason, field="reason", chars_max=limits.REASON_CHARS_MAX)
    check_line(law, field="law", chars_max=limits.REASON_CHARS_MAX)


def away_line(member: Member, now: Ms) -> str | None:
    """Return a member's away line; None if there is none, or if it is over.

    It is over from the moment of its end, for everybody at once and without an event.

    Args:
        now: The time, in ms.
    """
    if member.away is None or member.away_until is None or to_ms(member.away_until) <= now:
        return None
    return member.away
