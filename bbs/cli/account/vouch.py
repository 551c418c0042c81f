"""`bbs vouch`: say whose old words are, for a member who has no key of them any more."""

import click

from bbs.cli.completion_values import complete_board, complete_handle
from bbs.cli.context import CliContext, dry_run_option, with_community
from bbs.errors import BadParams
from bbs.features.packs.claim_messages import ListVouchings, ObjectToVouching, Vouch
from bbs.features.packs.claim_text import describe_vouching
from bbs.features.packs.claim_views import Vouching
from bbs.refusals import NotFound
from bbs.sdk import lookup


@click.command()
@click.argument("board", shell_complete=complete_board)
@click.argument("name", required=False)
@click.argument("member", required=False, shell_complete=complete_handle)
@click.option("--object", "objects", is_flag=True, help="Object to it, as a claimant of the board.")
@dry_run_option
@with_community
async def vouch(
    caller: CliContext,
    board: str,
    name: str | None,
    member: str | None,
    objects: bool,
    dry_run: bool,
) -> None:
    """Say that the words of NAME on BOARD are MEMBER's; without a name, list what was said so.

    Without a name, the names are listed, too, whose words nobody claimed. NAME is written as
    ana@moot.example:7878, of the board's old server. In a lifeboat's board nobody is named: write the
    name that they had there. Two members who claimed words of
    their own there by a key have to say so; then the board is told, and any claimant may object for
    14 days. It gives the name, and no control over the words.
    """
    found = await lookup.find_board(caller.community, board)
    members = await lookup.list_members(caller.community)
    if name is None:
        listed = await caller.community.call(ListVouchings(board=found.id))
        lines = [_line(members, each) for each in listed.vouchings]
        lines = lines or ["Nobody vouched for anybody here."]
        if listed.names:
            lines.append("Words of these wait to be claimed, or vouched for:")
            lines += [f"  {each.handle}@{each.host}" for each in listed.names]
        rows = {"vouchings": listed.vouchings, "names": listed.names}
        caller.out.result(rows, lines)
        return
    handle, _, host = name.removeprefix("@").partition("@")
    if not host:
        raise BadParams("name", "write it with the old server, as bbs vouch BOARD lists it")
    if objects:
        vouching = await _standing(caller, found.id, handle, host)
        command = ObjectToVouching(board=found.id, vouching=vouching.id, dry_run=dry_run)
        result = await caller.community.call(command)
    else:
        if member is None:
            raise BadParams("member", "say whose words they are: bbs vouch BOARD NAME @MEMBER")
        who = await lookup.find_member(caller.community, member)
        result = await caller.community.call(
            Vouch(board=found.id, handle=handle, host=host, member=who.id, dry_run=dry_run)
        )
    line = _line(members, result.vouching)
    caller.out.done({"vouching": result.vouching}, line, tried=True)


async def _standing(caller: CliContext, board: str, handle: str, host: str) -> Vouching:
    """Return the newest vouching for a name.

    Raises:
        NotFound: If there is none.
    """
    listed = await caller.community.call(ListVouchings(board=board))
    for each in listed.vouchings:
        if (each.handle, each.host) == (handle, host):
            return each
    raise NotFound(what="vouching")


def _line(members: lookup.Members, vouching: Vouching) -> str:
    member = members.get(vouching.member)
    who = "a former member" if member is None or member.handle is None else f"@{member.handle}"
    return f"{describe_vouching(vouching)}; said to be {who}"
