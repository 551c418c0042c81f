"""`bbs consent`: how your words may go with a board when somebody takes it along."""

from collections.abc import Iterator, Mapping

import click

from bbs.cli.completion_values import complete_board
from bbs.cli.context import CliContext, dry_run_option, with_community
from bbs.features.members.author_text import member_name
from bbs.features.packs.consent_messages import ListConsents, PackConsent, SetConsent
from bbs.features.packs.consent_text import CONSENT_WORDS, describe_consent
from bbs.ids import BoardId, MemberId
from bbs.sdk import lookup

_CHOICES = {value.value.replace("_", "-"): value for value in PackConsent}


@click.command()
@click.argument("board", shell_complete=complete_board)
@click.argument("choice", required=False, type=click.Choice(list(_CHOICES)))
@dry_run_option
@with_community
async def consent(caller: CliContext, board: str, choice: str | None, dry_run: bool) -> None:
    """Choose how your words may go with BOARD into a pack or a lifeboat; without a choice, show it.

    \b
    named     with your name
    nameless  without your name, until you claim your words there; so it is if you choose nothing
    left-out  not at all: only a marker stays in their place

    Without a choice, it is shown with what others chose, which readers of the board may know. It holds
    for all you wrote there and will write, also once you have no seat there. Without a way
    to read the board, name it by its id, which bbs export prints.
    """
    found, label = await lookup.locate_board(caller.community, board)
    if choice is None:
        chosen = await _chosen(caller, found)
        me = caller.community.me
        mine = (
            PackConsent.NAMELESS if me is None else chosen.pop(me.member.id, PackConsent.NAMELESS)
        )
        members = await lookup.list_members(caller.community) if chosen else {}
        lines = [describe_consent(mine, label), *_of_others(chosen, members)]
        caller.out.result({"address": label, "consent": mine}, lines)
        return
    command = SetConsent(board=found, consent=_CHOICES[choice], dry_run=dry_run)
    done = (await caller.community.call(command)).consent
    says = describe_consent(done.consent, label)
    caller.out.done({"address": label, "consent": done.consent}, says, tried=True)


async def _chosen(caller: CliContext, board: BoardId) -> dict[MemberId, PackConsent]:
    """Return what members chose for a board, by id; who is not among them chose nothing."""
    listed = await caller.community.call(ListConsents(board=board))
    return {each.member: each.consent for each in listed.consents}


def _of_others(chosen: Mapping[MemberId, PackConsent], members: lookup.Members) -> Iterator[str]:
    """Yield a line for each choice that other members made, as every reader of the board may know."""
    for consent, words in CONSENT_WORDS.items():
        of = [member_name(each, members) for each in chosen if chosen[each] is consent]
        if of:
            yield f'Chose "{words}": {", ".join(sorted(of))}'
