"""`bbs admin pack`: take a board along as a file that its server signs."""

from pathlib import Path
from typing import Any, TypeVar

import click

from bbs.cli.completion_values import complete_board
from bbs.cli.context import CliContext, dry_run_option, with_community
from bbs.export.packing import PackPart, fetch_pack, rehearse_pack
from bbs.messages import Request, Result
from bbs.plural import counted, size_text
from bbs.sdk import lookup
from bbs.terminal.pack_text import TAKEN_AWAY, describe_pack
from bbs.terminal.progress import Progress
from bbs.wire.pack_reader import PackSummary

CALL_SECONDS = 120.0  # the server reads the whole board again before it signs

R = TypeVar("R", bound=Result)


@click.command()
@click.argument("board", shell_complete=complete_board)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@dry_run_option
@with_community
async def pack(caller: CliContext, board: str, file: Path, dry_run: bool) -> None:
    """Take BOARD along as FILE: what every reader of it sees, with its norms and its log.

    For its moderators, and for the sysop. The file is plain JSON lines that anybody can read and
    check (bbs pack check); the server signs it, and the board's log says so. Authors have a name in
    it only if they said so (bbs consent); who is left out has a marker. It holds no lounge, no
    letters, no held or hidden words, no cases. bbs admin unpack brings it to another community.

    A command that was interrupted goes on where it was: until the file is whole, it is FILE.part.
    The file is its taker's: what is erased in the community later is not erased in it.
    """
    place = await lookup.find_board(caller.community, board)
    progress = Progress(caller.out)

    async def call(request: Request[R], /) -> R:
        return await caller.community.call(request, timeout_s=CALL_SECONDS)

    if dry_run:
        counts = await rehearse_pack(call, place.id, progress.show)
        progress.show("")
        caller.out.result(
            {"board": place.slug, "file": str(file), **counts._asdict()},
            [
                f"{place.label} would be packed: {counted(counts.threads, 'thread')},"
                f" {counted(counts.posts, 'post')}, {counted(counts.acts, 'act')};"
                f" {size_text(counts.size)}"
            ],
        )
        return
    with PackPart(file) as part:
        try:
            summary = await fetch_pack(call, place.id, part, progress.show)
        finally:
            progress.show("")
    value = {"board": place.slug, "file": str(file), **pack_value(summary)}
    caller.out.result(value, [f"packed    {file}", *describe_pack(summary)])
    caller.out.say(TAKEN_AWAY)


def pack_value(summary: PackSummary) -> dict[str, Any]:
    """Return what a pack holds, for `--json`."""
    heading = summary.heading
    return {
        "id": heading.board,
        "kind": heading.kind,
        "homes": [
            {"host": home.host, "community": home.community, "slug": home.slug, "key": home.key}
            for home in heading.homes
        ],
        "digest": summary.digest,
        "lines": summary.lines,
        "size": summary.size,
        "threads": summary.threads,
        "posts": summary.posts,
        "acts": summary.acts,
        "signatures": [
            {"host": each.host, "key": each.key, "at": each.at} for each in summary.signatures
        ],
    }
