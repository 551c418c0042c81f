"""Claiming old words on a board that came to another server, by the key of an old profile (protocol 31)."""

import asyncio
from functools import partial

from bbs import limits
from bbs.address import LINK_CHARS_MAX
from bbs.claim_link import ClaimLink, parse_claim_link
from bbs.claim_refusals import ClaimFailed
from bbs.errors import BadParams, Disconnected, FolkmootError
from bbs.features.packs.claim_messages import ClaimResult, RedeemClaim
from bbs.features.packs.claim_text import CHOICES
from bbs.features.packs.claim_views import ClaimAnswer
from bbs.profiles import Profile, list_profiles, load_profile
from bbs.sdk.claiming import Claimant, new_claim_code
from bbs_client.actions.forms import FormError, FormField, WholeForm, send_form
from bbs_client.actions.sheets import ListingQuestion, SheetQuestion
from bbs_client.actions.surface import Confirm, NothingHere, Surface
from bbs_client.claiming import kept_posts
from bbs_client.mirror.file import BoardRow
from bbs_client.safe_text import describe_error
from bbs_client.session.claim_sheets import (
    Claim,
    ClaimWord,
    claim_sheet,
    confirm_text,
    decided_sheet,
    join_line,
    profile_listing,
)
from bbs_client.session.pack_origin import find_origin, own_link
from bbs_client.session.session import Session

NO_ANSWER = "The server of the link does not answer; nothing was decided. Try it again later."
NO_KEY = "No profile on this device has a key of an old server; only that key can claim."
NOTHING_THERE = (
    "This key claims nothing there. Check the board in the link, and that the profile is the one"
    " with which you wrote."
)
_NO_WAY_BACK = (ClaimAnswer.TAKEN, ClaimAnswer.NOT_MINE)
_LINK = FormField(
    name="link",
    label="link",
    help="As its sysop tells it: bbs://host:port/garden#claim",
    chars_max=min(LINK_CHARS_MAX, limits.SHORT_CHARS_MAX),
    is_required=True,
)


async def claim(surface: Surface, about: str) -> None:
    """Claim old words by a link; without one, those of the board here, or asks for the link.

    Args:
        surface: The reader's surface.
        about: The link of the claim; empty for none.

    Raises:
        FolkmootError: If it is no such link, or what the server answered.
    """
    if about:
        await claim_at(surface, parse_claim_link(about))
    elif (row := await _unpacked_here(surface)) is not None:
        await claim_at(surface, parse_claim_link(own_link(surface.session, row)))
    elif (where := await _ask_link(surface)) is not None:
        await claim_at(surface, where)


async def _unpacked_here(surface: Surface) -> BoardRow | None:
    """Return the board that is here if it was unpacked in this community."""
    if surface.at_home:
        return None
    try:
        row = surface.board_here()
    except (BadParams, NothingHere):
        return None
    return row if await surface.wait(find_origin(surface.session, row)) is not None else None


async def _ask_link(surface: Surface) -> ClaimLink | None:
    about = ("Words of yours on a board that another server has now, claimed by your old key.",)
    form = WholeForm("Claim old words", (_LINK,), yes="look", about=about)

    async def read(values: dict[str, str]) -> ClaimLink:
        try:
            return parse_claim_link(values[_LINK.name].strip())
        except BadParams as error:
            raise FormError(_LINK.name, describe_error(error)) from None

    return await send_form(surface, form, read)


async def claim_at(surface: Surface, where: ClaimLink) -> None:
    """Show what an old key of this device claims on a board, and decide about it. Raises as `claim`."""
    try:
        await _claim(surface, where)
    except Disconnected:
        surface.notify(NO_ANSWER)
    except ClaimFailed:
        surface.notify(NOTHING_THERE)


async def _claim(surface: Surface, where: ClaimLink) -> None:
    session = surface.session
    if (old := await _ask_profile(surface, where)) is None or old.key is None:
        return
    claimant = Claimant(partial(session.knock, where.url, where.pin), where.slug, old.key)
    found = await surface.wait(claimant.find())
    if not found.threads:
        surface.notify(NOTHING_THERE)
        return
    kept = await surface.wait(asyncio.to_thread(kept_posts, old, found.board))
    is_here = _is_at(session.connection.profile, where) and session.me is not None
    as_member = session.connection.profile.handle if is_here else ""
    claim = Claim(where, old, found, kept, as_member)
    while (word := await surface.ask(SheetQuestion(claim_sheet(session, claim)))) is not None:
        answer = ClaimAnswer(word)
        if await _confirm(surface, claim, answer):
            await _decide(surface, claimant, claim, answer)
            return


async def _ask_profile(surface: Surface, where: ClaimLink) -> Profile | None:
    """Return the profile whose key claims: the only one, or the one that is chosen."""
    found = profiles_with_key(surface.session, where)
    if not found:
        surface.notify(NO_KEY)
        return None
    if len(found) == 1:
        return found[0]
    chosen = await surface.ask(ListingQuestion(profile_listing(where, found)))
    return next((each for each in found if each.name == chosen), None)


def profiles_with_key(session: Session, where: ClaimLink) -> list[Profile]:
    """Return the profiles of this device that have a key, those of other servers alone if there are any.

    Who claims on the server that they are a member of may have come back with a board that moved.
    """
    own, found = session.connection.profile, []
    for name in [own.name, *(each for each in list_profiles() if each != own.name)]:
        try:
            profile = own if name == own.name else load_profile(name)
        except FolkmootError:
            continue  # a file that cannot be read holds no key to claim with
        if profile.key is not None:
            found.append(profile)
    return [each for each in found if not _is_at(each, where)] or found


def _is_at(profile: Profile, where: ClaimLink) -> bool:
    """Return whether a profile is one of the server that a link leads to."""
    return profile.url.rstrip("/") == where.url.rstrip("/")


async def _confirm(surface: Surface, claim: Claim, answer: ClaimAnswer) -> bool:
    is_final = answer in _NO_WAY_BACK
    asks, yes = f"Decide so: {CHOICES[answer]}?", CHOICES[answer]
    question = Confirm(asks, confirm_text(claim, answer), yes=yes, destructive=is_final)
    answered = await surface.ask(question)
    return answered is True


async def _decide(surface: Surface, claimant: Claimant, claim: Claim, answer: ClaimAnswer) -> None:
    """Send the answer, and show the result with the next step. Raises as `claim`."""
    session = surface.session
    code = new_claim_code() if answer is ClaimAnswer.NAMED else None
    threads = list(dict.fromkeys(thread.thread for thread in claim.found.threads))
    result: ClaimResult = await surface.wait(claimant.decide(answer, threads, code=code))
    invitation = ""
    if code is not None and claim.as_member:
        await surface.wait(session.connection.call(RedeemClaim(code=code)))
    elif code is not None:
        from bbs.sdk.invitation_link import link_to

        invitation = link_to(claim.where.url, code, pin=claim.where.pin)
    surface.refresh()
    is_copied = bool(invitation) and surface.copy(join_line(invitation))
    shown = SheetQuestion(decided_sheet(session, claim, result, invitation, is_copied=is_copied))
    while await surface.ask(shown) == ClaimWord.COPY:
        surface.copy(join_line(invitation))
