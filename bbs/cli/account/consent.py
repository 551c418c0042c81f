"""`bbs consent`: how your words may go with a board when somebody takes it along."""

import click

from bbs.cli.completion_values import complete_board
from bbs.cli.context import CliContext, dry_run_option, with_community
from bbs.features.packs.consent_messages import ListConsents, PackConsent, SetConsent
from bbs.features.packs.consent_text import describe_consent
from bbs.ids import BoardId
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

    It holds for all you wrote there and will write, also once you have no seat there. Without a way
    to read the board, name it by its id, which bbs export prints.
    """
    found, label = await lookup.locate_board(caller.community, board)
    if choice is None:
        says = describe_consent(mine := await _own(caller, found), label)
        caller.out.result({"address": label, "consent": mine}, [says])
        return
    command = SetConsent(board=found, consent=_CHOICES[choice], dry_run=dry_run)
    done = (await caller.community.call(command)).consent
    says = describe_consent(done.consent, label)
    caller.out.done({"address": label, "consent": done.consent}, says)


async def _own(caller: CliContext, board: BoardId) -> PackConsent:
    """Return what the caller chose for a board."""
    me = caller.community.me
    listed = await caller.community.call(ListConsents(board=board))
    chosen = {each.member: each.consent for each in listed.consents}
    return PackConsent.NAMELESS if me is None else chosen.get(me.member.id, PackConsent.NAMELESS)
