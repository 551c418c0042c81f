"""`bbs admin purge`: erasing what a law wants gone, for everybody and at once."""

import re
from typing import TYPE_CHECKING, Any

import click

from bbs import limits
from bbs.cli import look
from bbs.cli.asking import confirm
from bbs.cli.caller import Caller, talks
from bbs.cli.words import line_from
from bbs.errors import BadParams
from bbs.features.threads.messages import Purge

if TYPE_CHECKING:
    from bbs.sdk.community import Community

_is_id = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}").fullmatch


@click.command()
@click.argument("address")
@click.option("--law", help="What law wants it, as one cites it.")
@click.option(
    "--norm", type=click.IntRange(1, limits.NORMS_MAX), help="Or: the number of a clause."
)
@click.option("--reason", required=True, help="Why; everybody reads it. Quote nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Let the server try it and change nothing.")
@talks
def purge(
    caller: Caller,
    address: str,
    law: str | None,
    norm: int | None,
    reason: str,
    yes: bool,
    dry_run: bool,
) -> int | None:
    """Erase every word of ADDRESS, a post or a thread, of whoever wrote it.

    Not for what merely displeases. The words go from tables, search index and log at once, and
    from everybody's mirror as soon as it hears of it; markers stay. The board's log shows that it was you, the law or
    norm, and your reason (P5, P8); the writers are told. Backups still hold the words until their
    day: a restore erases them again.

    ADDRESS is garden/42, garden/42/7 or, on a board you may not read, the id of a post.
    """
    if (law is None) == (norm is None):
        raise click.UsageError("give --law or --norm, one of them")
    told: dict[str, Any] = {
        "norm": norm,
        "law": law and line_from(law, field="law", chars_max=limits.REASON_CHARS_MAX),
        "reason": line_from(reason, field="reason", chars_max=limits.REASON_CHARS_MAX),
        "dry_run": dry_run,
    }
    if not dry_run:
        confirm(f"Erase {address} for good? Everybody will see that you did.", yes=yes)

    async def work(community: "Community") -> int | None:
        target = await _target(community, address)
        posts = 0
        while True:
            done = await community.call(Purge(**target, **told))
            posts += done.posts
            if dry_run or not done.left:
                break
        total = posts + done.left
        what = "would be erased" if dry_run else "erased"
        caller.out.result({"posts": total, "dry_run": dry_run}, [f"{total} posts {what}"])
        return None

    return caller.run(work)


async def _target(community: "Community", address: str) -> dict[str, Any]:
    """Return the field of the request that names what an address or id means.

    Raises:
        BadParams: If it names something else than a post or a thread.
        NotFound: If there is no such thing for the caller.
    """
    if _is_id(address):
        return {"post": address}
    found = await look.find(community, address)
    if found.post is not None:
        return {"post": found.post.id}
    if found.thread is None:
        raise BadParams("address", "this takes a thread or a post, like garden/42 or garden/42/7")
    return {"thread": found.thread.id}
