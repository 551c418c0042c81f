"""`bbs admin purge`: erase a text that a law forbids, for everybody."""

import re
from typing import Any

import click

from bbs import limits
from bbs.address import parse
from bbs.cli.admin.acts import reason_option
from bbs.cli.completion_places import complete_address
from bbs.cli.context import CliContext, dry_run_option, with_connection_options
from bbs.errors import BadParams
from bbs.features.members.about_messages import PurgeAbout
from bbs.features.reading.messages import Resolve
from bbs.features.threads.erasing_messages import Purge
from bbs.plural import counted
from bbs.refusals import NotFound
from bbs.sdk import lookup
from bbs.terminal.input_text import read_line
from bbs.terminal.prompts import confirm

_is_id = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}").fullmatch


@click.command()
@click.argument("address", shell_complete=complete_address)
@click.option("--law", required=True, help="The law that requires it, as it is cited.")
@reason_option("Why; everybody reads it. Quote nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@dry_run_option
@with_connection_options
def purge(
    caller: CliContext,
    address: str,
    law: str,
    reason: str,
    yes: bool,
    dry_run: bool,
) -> int | None:
    """Erase the text of ADDRESS, a post, a thread or a line of a lounge, of any author; of a member, what
    they say of themselves.

    Only for text that a law forbids. Where others sit, it waits for another sysop or a moderator of
    the commons, or else for a day or more; it ends with exit code 7 then. Until it is carried out,
    the text is hidden from all but its writer and who may agree (bbs admin proposals). Then it is
    gone from tables, search index, log, and copies made before an update within seconds, of a long
    thread within minutes, and from members' mirrors as soon as they connect; markers stay. The
    board's log shows your name, the law, and your reason (P5, P8); the server informs the writers.
    Backups keep the text until they are deleted; a restore erases it again.

    ADDRESS is garden/42, garden/42/7, garden/lounge/113 or, on a board you may not read, the id of a
    post or line. @ana means profile and away line of a member, which stay until then.
    """
    told: dict[str, Any] = {
        "law": read_line(law, field="law", chars_max=limits.REASON_CHARS_MAX),
        "reason": reason,
        "dry_run": dry_run,
    }
    if not dry_run:
        confirm(f"Erase {address} for good? Everybody will see that you did.", yes=yes)

    async def work() -> None:
        if address.startswith("@"):
            await _purge_about(caller, address, told)
            return
        posts = lines = 0
        field, key = await _target(caller, address)
        while True:
            try:
                done = await caller.community.call(Purge(**told | {field: key}))
            except NotFound:
                # An id does not say whether it is a post's or a line's, and the caller may not read there.
                if field != "post" or not _is_id(address):
                    raise
                field = "line"
                continue
            posts, lines = posts + done.posts, lines + done.lines
            if dry_run or not done.left:
                break
        posts += done.left
        said = counted(lines, "line") if field == "line" else counted(posts, "post")
        said += " would be erased" if dry_run else " erased"
        caller.out.result({"posts": posts, "lines": lines}, [said])

    return caller.run(work)


async def _purge_about(caller: CliContext, handle: str, told: dict[str, Any]) -> None:
    """Erase what a member says of themselves, and say what there was."""
    who = await lookup.find_member(caller.community, handle)
    done = await caller.community.call(PurgeAbout(member=who.id, **told))
    found = [
        what for what, was in (("profile", done.profile), ("away line", done.away)) if was
    ] or ["nothing"]
    says = f"{' and '.join(found)} of {who.label} {'would be ' if told['dry_run'] else ''}erased"
    erased = {"profile": done.profile, "away": done.away, "dry_run": told["dry_run"]}
    caller.out.result(erased, [says])


async def _target(caller: CliContext, address: str) -> tuple[str, str]:
    """Return the field of the request for an address or id, and the id to put there.

    Raises:
        BadParams: If the address names something else than a post, a thread or a line.
        NotFound: If there is no such thing for the caller.
    """
    if _is_id(address):
        return "post", address
    found = await caller.community.call(Resolve(address=str(parse(address))))
    for field in ("post", "line", "thread"):
        if (thing := getattr(found, field)) is not None:
            return field, thing.id
    rule = "this takes a post, a thread, a line or a member, like garden/42/7, garden/42 or @ana"
    raise BadParams("address", rule)
