"""`bbs admin proposals`: what waits for others, and a word to it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

from bbs.cli.admin.acts import reason_option
from bbs.cli.admin.batch_waits import plan_that_waits, shows_batch
from bbs.cli.completion_places import complete_proposal
from bbs.cli.completion_values import complete_board
from bbs.cli.context import CliContext, dry_run_option, with_community
from bbs.cli.errors import NotYourPassword
from bbs.errors import BadParams
from bbs.features.community.hand_over_messages import GetHandOver
from bbs.features.proposals.messages import (
    GetProposalWords,
    ListProposals,
    ObjectToProposal,
    Proposal,
    ProposalResult,
    SecondProposal,
    WithdrawProposal,
)
from bbs.features.proposals.rules import WAITING
from bbs.ids import COMMONS
from bbs.refusals import NotFound, SignInFailed
from bbs.sdk import lookup
from bbs.terminal import proposal_text
from bbs.terminal.hand_over_text import describe_answer
from bbs.terminal.prompts import read_password

if TYPE_CHECKING:
    from bbs.sdk.community import Community

_password_file = click.option(
    "--password-file",
    metavar="FILE",
    help="Your password in place of this device's key: a 0600 file, or - for a line of stdin.",
)


@click.group()
def proposals() -> None:
    """List the commands that wait for others; agree, object, or take your own back.

    A command that could harm others is not carried out at once where others sit: a shorter
    retention, a wider visibility, other norms, the end of a moderator's office or of the community, fewer seats
    or a smaller quota than are used, a purge by law, hiding words by a norm that is a matter of judgement. It waits for another moderator's word, or for a day or more in
    which members may object. The command that waits ends with exit code 7.
    """


@proposals.command(name="list")
@click.argument("board", required=False, shell_complete=complete_board)
@click.option("--ended", is_flag=True, help="Also those that ended within 90 days.")
@with_community
async def list_proposals(caller: CliContext, board: str | None, ended: bool) -> None:
    """List what waits on BOARD, or on every board: who wants what, until when, and your part in it."""
    community = caller.community
    place = None if board is None else await lookup.find_board(community, board)
    query = ListProposals(board=None if place is None else place.id, ended=ended)
    listed = [page async for page in lookup.pages(community, query)]
    shown, found = listed[0], [each for page in listed for each in page.proposals]
    slug = await _slugs(community)
    members = await lookup.list_members(community)
    lines: list[str] = []
    for each in found:
        words = [
            word
            for word, ids in (
                ("second", shown.may_second),
                ("object", shown.may_object),
                ("read its words", shown.may_read),
            )
            if each.id in ids
        ]
        yours = f"; you may {' or '.join(words)}" if words else ""
        told = proposal_text.describe_proposal(each, members, slug)
        lines.append(f"{slug(each.board)} {each.number}  {told}")
        lines.append(f"    {proposal_text.describe_wait(each)}{yours}")
        lines += [f"    {line}" for line in await plan_that_waits(caller, each)]
        lines += [f"    {line}" for line in await _answer_of_heir(caller, each)]
        lines += [f"    {line}" for line in proposal_text.describe_votes(each, members)]
    if shown.clock_doubt is not None:
        caller.out.say("The server does not believe its clock: nothing is carried out by time now.")
    more = {
        "may_second": shown.may_second,
        "may_object": shown.may_object,
        "may_read": shown.may_read,
        "clock_doubt": shown.clock_doubt,
    }
    caller.out.stream("proposals", found, more, lines, nothing="Nothing waits.")


async def _answer_of_heir(caller: CliContext, proposal: Proposal) -> list[str]:
    """Return whether a hand-over that waits is accepted; nothing for other commands."""
    if proposal.board != COMMONS or proposal.state not in WAITING:
        return []
    state = await caller.community.call(GetHandOver())
    if state.proposal != proposal.id:
        return []
    me = caller.community.me
    is_heir = me is not None and state.heir == me.member.id
    answered = describe_answer(state, is_heir=is_heir)
    return [f"{answered}; bbs admin hand-over shows what binds them"]


@proposals.command()
@click.argument("board", shell_complete=complete_board)
@click.argument("number", shell_complete=complete_proposal, type=click.IntRange(min=1))
@_password_file
@with_community
async def second(caller: CliContext, board: str, number: int, password_file: str | None) -> None:
    """Agree to what waits on BOARD as NUMBER; as the second key, that carries it out.

    BOARD is a slug or, for a board you may not read, its id, as `bbs admin proposals list` shows it.
    """
    proposal = await _find(caller, board, number)
    request = SecondProposal(board=proposal.board, proposal=proposal.id)
    await _say_with_proof(caller, request, password_file)


@proposals.command(name="object")
@click.argument("board", shell_complete=complete_board)
@click.argument("number", shell_complete=complete_proposal, type=click.IntRange(min=1))
@reason_option("Why; the members who are told of it can read it.")
@_password_file
@with_community
async def object_to(
    caller: CliContext, board: str, number: int, reason: str, password_file: str | None
) -> None:
    """Object to what waits on BOARD as NUMBER; a fifth of those seated, two at least, end it."""
    proposal = await _find(caller, board, number)
    request = ObjectToProposal(board=proposal.board, proposal=proposal.id, reason=reason)
    await _say_with_proof(caller, request, password_file)


@proposals.command()
@click.argument("board", shell_complete=complete_board)
@click.argument("number", shell_complete=complete_proposal, type=click.IntRange(min=1))
@dry_run_option
@with_community
async def withdraw(caller: CliContext, board: str, number: int, dry_run: bool) -> None:
    """Take back what you moved on BOARD as NUMBER.

    BOARD is a slug or, for a board you may not read, its id.
    """
    proposal = await _find(caller, board, number)
    request = WithdrawProposal(board=proposal.board, proposal=proposal.id, dry_run=dry_run)
    await _say(caller, request)


@proposals.command()
@click.argument("board", shell_complete=complete_board)
@click.argument(
    "number", shell_complete=complete_proposal, type=click.IntRange(min=1), required=False
)
@with_community
async def words(caller: CliContext, board: str, number: int | None) -> None:
    """Show the words that are hidden while what waits on BOARD as NUMBER waits.

    Only their authors and the members who may agree in office can read them. Instead of BOARD and
    NUMBER you can give the id of what waits, as a notice names it.
    """
    about = None if number is None else await _find(caller, board, number)
    key = board if about is None else about.id
    slug = await _slugs(caller.community)
    members = await lookup.list_members(caller.community)
    listed = lookup.pages(caller.community, GetProposalWords(proposal=key))
    try:
        found = [page.words async for page in listed]
    except NotFound as error:
        if about is not None and (shows := shows_batch(about)) is not None:
            error.add_note(f"this is a plan, and {shows} shows what it does")
        raise
    lines = [line for each in found for line in proposal_text.describe_hidden(each, members, slug)]
    caller.out.stream("words", found, {}, lines, nothing="No words are hidden for this.")


async def _slugs(community: "Community") -> Callable[[str], str]:
    """Return what names a board by its id; a board that the caller may not read stays its id."""
    boards = {each.id: each.label for each in (await lookup.list_boards(community)).boards}
    return lambda board: boards.get(board, board)


async def _find(caller: CliContext, board: str, number: int) -> Proposal:
    """Return what waits, or waited, under a number.

    Raises:
        NotFound: If there is nothing under it.
    """
    try:
        where = (await lookup.find_board(caller.community, board)).id
    except (BadParams, NotFound):
        # A board that they may not read: what they moved there is told by the board's id.
        own = (await caller.community.call(ListProposals())).proposals
        if board not in {each.board for each in own}:
            raise
        where = board
    shown = await caller.community.call(ListProposals(board=where, number=number))
    if not shown.proposals:
        error = NotFound("proposal")
        error.add_note(f"bbs admin proposals list {board} --ended lists them with numbers")
        raise error
    return shown.proposals[0]


async def _say_with_proof(
    caller: CliContext, request: SecondProposal | ObjectToProposal, password_file: str | None
) -> None:
    """Say it with the key of this device; with the password where that is given, or there is no key."""
    from bbs.sdk.credentials import confirm_with_key

    device = caller.device
    if password_file is None and device is not None and device.key is not None:
        try:
            shown = await confirm_with_key(
                caller.community, request, device.handle, device.key, about=request.proposal
            )
        except SignInFailed:
            caller.out.say("The community does not know this device's key any more.")
        else:
            _show(caller, shown)
            return
    await _say(caller, replace(request, password=read_password(password_file)))


async def _say(
    caller: CliContext, request: SecondProposal | ObjectToProposal | WithdrawProposal
) -> None:
    try:
        shown = await caller.community.call(request)
    except SignInFailed as error:
        raise NotYourPassword from error
    _show(caller, shown)


def _show(caller: CliContext, shown: ProposalResult) -> None:
    caller.out.done(shown, proposal_text.describe_wait(shown.proposal))
