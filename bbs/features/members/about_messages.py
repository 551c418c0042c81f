"""What members say of themselves: the away line beside their name, and the page of their profile."""

from typing import Annotated, ClassVar

from msgspec import Meta

from bbs import limits
from bbs.clock import Instant
from bbs.features.members.views import MemberResult
from bbs.gravity import WHOLE, Grave, always
from bbs.ids import MemberId
from bbs.messages import Command, Done, Query, Result
from bbs.powers import Need, NeedTarget, Power

# These bounds only keep hostile input small; bbs.text decides which text is accepted (P13).
AwayText = Annotated[str, Meta(max_length=limits.AWAY_CHARS_MAX * 4)]
ProfileText = Annotated[str, Meta(max_length=limits.PROFILE_CHARS_MAX * 4)]
Cited = Annotated[str, Meta(min_length=1, max_length=limits.REASON_CHARS_MAX * 4)]
"""A law, or the reason for a use of power: one line that everybody reads."""


class MemberProfile(Result, frozen=True, kw_only=True):
    """What a member says of themselves.

    Attributes:
        text: Some paragraphs; None if they say nothing.
    """

    text_paths: ClassVar[tuple[str, ...]] = ("text",)
    member: MemberId
    text: str | None = None


class GetProfile(Query[MemberProfile], frozen=True, kw_only=True):
    """Read what a member says of themselves; for members with a seat. Errors: `not_found`."""

    method: ClassVar[str] = "members.profile"
    needs: ClassVar[Need] = Need(Power.READ)
    member: MemberId


class SetProfile(Command[MemberProfile], frozen=True, kw_only=True):
    """Say something of oneself; the text before is erased (P10). Errors: `text_refused`."""

    method: ClassVar[str] = "members.set_profile"
    needs: ClassVar[Need] = Need(Power.WRITE, on=NeedTarget.COMMONS, private=True)
    text: ProfileText


class ClearProfile(Command[Done], frozen=True, kw_only=True):
    """Erase one's own profile, which every member always may (P9)."""

    method: ClassVar[str] = "members.clear_profile"
    needs: ClassVar[Need] = Need(Power.DOORS, private=True)


class SetAway(Command[MemberResult], frozen=True, kw_only=True):
    """Set the own away line, which ends on a day. Everybody who sees the member's name may see it.

    The member sets it by hand: no server and no client computes it from presence (P2). Once it is
    over nobody shows it, and there is no event. Errors: `text_refused`, `protocol.bad_params` for
    an end that is past or more than `AWAY_DAYS_MAX` days ahead.

    Attributes:
        text: One line.
        until: When it ends.
    """

    method: ClassVar[str] = "members.set_away"
    needs: ClassVar[Need] = Need(Power.WRITE, on=NeedTarget.COMMONS, private=True)
    text: AwayText
    until: Instant


class ClearAway(Command[MemberResult], frozen=True, kw_only=True):
    """Erase one's own away line before it ends, which every member always may (P9)."""

    method: ClassVar[str] = "members.clear_away"
    needs: ClassVar[Need] = Need(Power.DOORS, private=True)


class AboutPurged(Result, frozen=True, kw_only=True):
    """What was erased of what a member said of themselves.

    Attributes:
        profile, away: Whether there was a profile, and an away line.
    """

    profile: bool
    away: bool


class PurgeAbout(Command[AboutPurged], frozen=True, kw_only=True):
    """Erase a member's profile and away line, which a law forbids (P10). It waits if others sit there.

    The log of the commons shows who did it, why, and by which law (P5, P8), and the server tells
    the member. Reason and law must not quote the text. Errors: `not_found`, `text_refused`,
    `proposals.waits`, `conflict` while the same waits, or was objected to lately.

    Attributes:
        law: The law that forbids the text, in the form in which its country cites it.
    """

    method: ClassVar[str] = "members.purge"
    needs: ClassVar[Need] = Need(Power.PURGE)
    text_paths: ClassVar[tuple[str, ...]] = ("law", "reason")
    grave: ClassVar[tuple[Grave, ...]] = (
        Grave(
            WHOLE,
            "it erases words for good",
            always,
            erases=True,
            to_few=True,
            unopposed="a law asks for it, so no objection stops it",
        ),
    )
    member: MemberId
    law: Cited
    reason: Cited
