"""`bbs export`: take away everything that the community keeps of the member (P9)."""

from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

import click

from bbs.cli.context import CliContext, with_connection_options
from bbs.export.taking import TAKEN_AWAY, Source, Writer, take_away
from bbs.export.writers import free_name, open_writer, stdout_writer
from bbs.messages import Request, Result
from bbs.plural import counted
from bbs.terminal.progress import Progress

STDOUT = "-"
PAGE_SECONDS = 120.0  # a server that is busy with others lets a long export wait

R = TypeVar("R", bound=Result)


@click.command()
@click.argument("target", required=False, type=click.Path(path_type=str))
@with_connection_options
def export(caller: CliContext, target: str | None) -> int | None:
    """Take your words with you, and everything else that the community keeps of you.

    TARGET is a folder that is empty or not there yet: it gets your words as Markdown, a file for
    each thread, and all of it as JSON lines, a file for each section. A TARGET that ends in .jsonl
    is one file of JSON lines; - writes these to stdout. Without TARGET it is the folder
    folkmoot-DATE, of today, or folkmoot-DATE-2 if that is there already, and so on.

    Of others it holds no words but the titles of threads you wrote in, and whom you answered. It
    holds no secrets. It works while you wait for a seat, and while the community is closing. It is
    there whole or not at all. What is erased in the community later is not erased in it.
    """
    name = target or free_name(f"folkmoot-{datetime.now(UTC):%Y-%m-%d}")
    with _writer(name) as writer:
        return caller.run(partial(_export, caller, writer, name))


def _writer(name: str) -> AbstractContextManager[Writer]:
    if name == STDOUT:
        return nullcontext(stdout_writer())
    return open_writer(Path(name))


async def _export(caller: CliContext, writer: Writer, name: str) -> None:
    counts = await take_words(caller, writer)
    if name == STDOUT:
        return
    lines = [
        f"{name}: {counted(counts.get('posts', 0), 'post')}, {counted(sum(counts.values()), 'row')}"
        " in all"
    ]
    caller.out.result({"target": name, "rows": counts}, lines)
    caller.out.say(TAKEN_AWAY)


async def take_words(caller: CliContext, writer: Writer) -> dict[str, int]:
    """Write the caller's export; return the number of rows of each section. Raises as `take_away`."""
    community = caller.community
    assert community.welcome is not None
    me = community.me
    source = Source(
        community=community.welcome.community,
        url=community.url,
        handle=None if me is None else me.member.handle,
    )
    progress = Progress(caller.out)

    async def call(request: Request[R], /) -> R:
        return await community.call(request, timeout_s=PAGE_SECONDS)

    try:
        return await take_away(call, source, writer, progress.show)
    finally:
        progress.show("")
