"""Follow and mute what an address names (P2)."""

from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from bbs.errors import BadParams
from bbs.features.reading.messages import ChoiceResult, GetChoices
from bbs.features.reading.rules import stance_command, subject_of
from bbs.features.reading.views import ResolveResult, Stance
from bbs.sdk import lookup
from bbs.wire.messages import PRIVATE_REVISIONS

if TYPE_CHECKING:
    from bbs.sdk.community import Community

_TOLD = {
    Stance.FOLLOW: "You follow {}: it comes early in your rounds. No other member sees this.",
    Stance.MUTE: "{} is muted: it leaves your rounds, inbox and counts. No other member sees this.",
}


class ChoiceOutcome(NamedTuple):
    """The member's choice after the command.

    Attributes:
        address: What people call it.
        told: A sentence for the member.
        shown: The server's result; None if there was nothing to end.
    """

    address: str
    told: str
    shown: ChoiceResult | None


async def set_choice(
    community: "Community", address: str, stance: Stance, undoes: Stance, *, dry_run: bool = False
) -> ChoiceOutcome:
    """Take a stance to what an address names, or give one up.

    Args:
        community: Connected.
        address: A thread, post, board or member.
        stance: The stance to take; `Stance.NONE` to give one up.
        undoes: With `Stance.NONE`: the stance to give up; another stance stays.
        dry_run: Let the server run the command and change nothing.

    Raises:
        BadParams: If `address` is no address, or names a line of a lounge.
        NotFound: If the caller may not read it, or it does not exist.
        Conflict: If another device made a choice while this one gave up a stance.
    """
    kind, key, name = _subject(await lookup.find_address(community, address))
    seen: int | None = None
    if stance is Stance.NONE:
        kept = await community.call(GetChoices())
        stances = {subject_of(choice): getattr(choice, "stance", None) for choice in kept.choices}
        if stances.get((kind, key)) is not undoes:
            return ChoiceOutcome(name, f"You did not {undoes.value} {name}.", None)
        # Give up only the stance read here, not a stance that another device takes meanwhile.
        if community.welcome is not None and PRIVATE_REVISIONS in community.welcome.features:
            seen = kept.revision
    command = stance_command(kind, key, stance)
    shown = await community.call(replace(command, dry_run=dry_run, if_revision=seen))
    told = _TOLD.get(stance, "You do not " + undoes.value + " {} any more.").format(name)
    return ChoiceOutcome(name, told, shown)


def _subject(found: ResolveResult) -> tuple[str, str, str]:
    """Return kind, id and address of the thread, board or member; of a post, its thread.

    Raises:
        BadParams: If it names a line of a lounge.
    """
    if found.member is not None:
        return "member", found.member.id, found.member.label
    if found.board is not None and found.line is None:
        slug = found.board.label
        if found.thread is not None:
            return "thread", found.thread.id, f"{slug}/{found.thread.number}"
        return "board", found.board.id, slug
    raise BadParams("address", "name a thread, a board or a member: garden/42, garden, @ana")
