"""What the reader says of themselves: an away line with an end, and a profile."""

from contextlib import suppress
from datetime import date, datetime, time, tzinfo
from typing import Any

from bbs import limits
from bbs.clock import MOMENT_RULE, is_expressible, to_ms
from bbs.features.members.about import away_line
from bbs.features.members.about_messages import (
    ClearAway,
    ClearProfile,
    GetProfile,
    SetAway,
    SetProfile,
)
from bbs.features.members.views import Member
from bbs.ids import new_id
from bbs_client.actions.forms import FormError, FormField, SettingsQuestion, send_form
from bbs_client.actions.surface import Surface
from bbs_client.safe_text import safe_line
from bbs_client.session.session import Session

_CLEAR, _CLEARED = "clear", "You are not marked as away."
_ERASED = "Your profile is erased."
_DAY_RULE = "until: write a day, as in 2027-03-01, or leave both lines empty to clear the line."


async def away(surface: Surface, words: str) -> None:
    """Say that the reader is away until a day, or take that back.

    Args:
        surface: The surface that asks.
        words: A day and a line, or `clear` to take it back; empty to ask for both.

    Raises:
        FolkmootError: The server's error.
    """
    session = surface.session
    if words.strip() == _CLEAR:
        await surface.wait(session.connection.call(ClearAway(op=new_id())))
        surface.refresh()
        surface.notify(_CLEARED)
        return

    async def send(values: dict[str, Any]) -> bool:
        """Send what was typed; return whether an away line stands."""
        text, day = values.get("text", now.now), values.get("until", until.now)
        if not text and not day:
            await session.connection.call(ClearAway(op=new_id()))
            return False
        if not text:
            raise FormError("text", "away: type a line, or empty both lines to clear it.")
        ends = _moment(day, session.zone)
        await session.connection.call(SetAway(text=text, until=ends, op=new_id()))
        return True

    now, until = _away_fields(session)
    form = SettingsQuestion("Away, until you are back", (now, until))
    if words:
        day, _, text = words.strip().partition(" ")
        form.typed.update({"text": text.strip(), "until": day})
    stands = await send_form(surface, form, send)
    if stands is None:
        return
    surface.refresh()
    says = "All members see it beside your name until that day; nothing else tells them."
    surface.notify(says if stands else _CLEARED)


def _away_fields(session: Session) -> tuple[FormField, FormField]:
    me = session.me
    text = "" if me is None else away_line(me, to_ms(session.now())) or ""
    day = "" if me is None or not text else _day_of(me, session.zone)
    return (
        FormField(
            name="text",
            label="away",
            help="A line that members see beside your name, such as: walking, without a phone.",
            now=safe_line(text),
            chars_max=limits.AWAY_CHARS_MAX,
            may_be_empty=True,
        ),
        FormField(
            name="until",
            label="until",
            help=f"The day on which you are back, when it ends by itself, as in 2027-03-01; at most"
            f" {limits.AWAY_DAYS_MAX} days ahead.",
            now=day,
            chars_max=limits.SHORT_CHARS_MAX,
            may_be_empty=True,
        ),
    )


def _day_of(member: Member, zone: tzinfo | None) -> str:
    ends = member.away_until
    return "" if ends is None else f"{ends.astimezone(zone):%Y-%m-%d}"


def _moment(day: str, zone: tzinfo | None) -> datetime:
    """Return the moment at which a day begins where the reader is.

    Raises:
        FormError: If it is no day.
    """
    found: datetime | None = None
    with suppress(ValueError, OverflowError):
        found = datetime.combine(date.fromisoformat(day), time(), zone).astimezone()
    if found is None:
        raise FormError("until", _DAY_RULE)
    if not is_expressible(found):
        raise FormError("until", f"until: {MOMENT_RULE}.")
    return found


async def profile(surface: Surface, words: str) -> None:
    """Let the reader write what they say of themselves, or erase it.

    Args:
        surface: The surface that asks.
        words: `clear` to erase it; other words begin the form in place of what stands.

    Raises:
        FolkmootError: The server's error.
    """
    connection, me = surface.session.connection, surface.session.me
    if me is None:
        return
    if words.strip() == _CLEAR:
        await surface.wait(connection.call(ClearProfile(op=new_id())))
        surface.notify(_ERASED)
        return
    before = await surface.wait(connection.call(GetProfile(member=me.id)))
    field = FormField(
        name="text",
        label="profile",
        help=f"What members with a seat read on your page: up to {limits.PROFILE_CHARS_MAX:,}"
        " characters, in paragraphs. Empty it to erase it.",
        now=before.text or "",
        chars_max=limits.PROFILE_CHARS_MAX,
        is_paragraph=True,
        is_list=True,
        may_be_empty=True,
    )

    async def send(values: dict[str, Any]) -> bool:
        """Send what was typed; return whether there is a profile."""
        if text := values["text"]:
            await connection.call(SetProfile(text=text, op=new_id()))
        else:
            await connection.call(ClearProfile(op=new_id()))
        return bool(text)

    form = SettingsQuestion("Your profile", (field,))
    if words:
        form.typed["text"] = words.strip()
    stands = await send_form(surface, form, send)
    if stands is not None:
        surface.notify("It stands on your page." if stands else _ERASED)
