"""`bbs admin hand-over`: hand the community over to a member; accept it, refuse it, tick what is done."""

from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

from bbs.cli.admin.trying import check_first
from bbs.cli.completion_values import complete_handle
from bbs.cli.context import CliContext, dry_run_option, with_connection_options
from bbs.cli.errors import NotYourPassword
from bbs.features.community.hand_over import NOT_YET, answer_about, digest_of
from bbs.features.community.hand_over_messages import (
    HAND_OVER_DAYS,
    AnswerHandOver,
    GetHandOver,
    HandCommunityOver,
    HandOverResult,
    TickHandOver,
)
from bbs.features.community.hand_over_views import HandOverItem
from bbs.refusals import Conflict, NotFound, SignInFailed
from bbs.sdk import lookup
from bbs.terminal.hand_over_text import WHILE_WAITING, describe_hand_over, describe_terms
from bbs.terminal.input_text import read_reason
from bbs.terminal.prompts import confirm, read_password

if TYPE_CHECKING:
    from bbs.sdk.community import Community


@click.command(name="hand-over")
@click.argument("member", required=False, shell_complete=complete_handle)
@click.option(
    "--backup-days",
    type=click.IntRange(min=1),
    help="After how many days no backup holds what is erased today.",
)
@click.option("--reason", help="Why: everybody reads it.")
@click.option("--accept", is_flag=True, help="Accept what binds you, as MEMBER.")
@click.option("--refuse", is_flag=True, help="Refuse, as MEMBER.")
@click.option(
    "--done",
    type=click.Choice([item.value for item in HandOverItem]),
    help="Say that you have taken this over by hand.",
)
@click.option(
    "--password-file",
    metavar="FILE",
    help="Your password in place of this device's key: a 0600 file, or - for a line of stdin.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@dry_run_option
@with_connection_options
def hand_over(
    caller: CliContext,
    member: str | None,
    backup_days: int | None,
    reason: str | None,
    accept: bool,
    refuse: bool,
    done: str | None,
    password_file: str | None,
    yes: bool,
    dry_run: bool,
) -> int | None:
    """Hand the community over to MEMBER; without MEMBER or an option, show how that stands.

    It waits for 14 days, and every seat holder is told at once: who takes over, when, and that they
    can take their words along and leave before. MEMBER accepts what binds them (--accept): norms,
    retention, the days of backups, an announced end. Refused or not accepted, nothing is changed.
    Then in one step MEMBER is sysop, the server has a new signing key and a new epoch, and your
    tokens and invitations and the recovery codes that you gave end.

    Machine, host name, certificate, backups and their record of removals change hands by hand:
    `bbs doctor` repeats them until the new sysop says --done for each.
    """
    if sum((member is not None, accept, refuse, done is not None)) > 1:
        raise click.UsageError("give MEMBER, --accept, --refuse or --done, one of them")
    if dry_run and (accept or refuse):
        raise click.UsageError(
            "--accept and --refuse prove who you are, so they have no dry run: without either of them"
            " bbs admin hand-over shows what binds you"
        )
    if member is not None and not (reason and backup_days):
        raise click.UsageError("give --reason and --backup-days: everybody reads both")
    why = read_reason(reason) if reason else ""

    async def work() -> None:
        community = caller.community
        if member is not None:
            who = await lookup.find_member(community, member)
            announced = HandCommunityOver(heir=who.id, backup_days=backup_days or 0, reason=why)
            if not dry_run:
                await check_first(caller, replace(announced, dry_run=True))
                asks = f"Tell everybody that {member} runs this community in {HAND_OVER_DAYS} days?"
                confirm(asks, yes=yes)
            shown = await community.call(replace(announced, dry_run=dry_run))
        elif accept or refuse:
            shown = await _answer(caller, password_file, is_accepted=accept, yes=yes)
            if refuse:
                caller.out.say("You refused. The sysop is told.")
        elif done is not None:
            shown = await _tick(community, HandOverItem(done), dry_run=dry_run)
        else:
            shown = await community.call(GetHandOver())
        members = await lookup.list_members(community)
        me = caller.community.me
        reader = None if me is None else me.member.id
        caller.out.done(shown, *describe_hand_over(shown, members, reader))

    return caller.run(work)


async def _tick(community: "Community", item: HandOverItem, *, dry_run: bool) -> HandOverResult:
    """Take an item off the checklist.

    Raises:
        Conflict: If the hand-over still waits, also for its heir, who has no right to it yet.
    """
    state = await community.call(GetHandOver())
    if state.until is not None and item not in state.left:
        raise Conflict(what=NOT_YET)
    return await community.call(TickHandOver(item=item, dry_run=dry_run))


async def _answer(
    caller: CliContext, password_file: str | None, *, is_accepted: bool, yes: bool
) -> HandOverResult:
    """Show what binds the caller, ask, and send the answer with its proof."""
    state = await caller.community.call(GetHandOver())
    me = caller.community.me
    if state.proposal is None or state.terms is None or me is None or state.heir != me.member.id:
        raise NotFound(what="hand-over to you")
    if is_accepted:
        for line in (*describe_terms(state.terms), WHILE_WAITING):
            caller.out.say(line)
        confirm("Accept this, and run the community from then on?", yes=yes)
    answer = AnswerHandOver(
        proposal=state.proposal,
        terms=digest_of(state.terms),
        is_accepted=is_accepted,
    )
    device = caller.device
    if password_file is None and device is not None and device.key is not None:
        try:
            return await _with_key(caller.community, answer, device.handle, device.key)
        except SignInFailed:
            caller.out.say("The community does not know this device's key any more.")
    try:
        return await caller.community.call(replace(answer, password=read_password(password_file)))
    except SignInFailed as error:
        raise NotYourPassword from error


async def _with_key(
    community: "Community", answer: AnswerHandOver, handle: str, key: bytes
) -> HandOverResult:
    from bbs.sdk.credentials import confirm_with_key

    about = answer_about(answer.proposal, answer.terms, is_accepted=answer.is_accepted)
    return await confirm_with_key(community, answer, handle, key, about=about)
