"""`bbs pack`: look at a pack, a board as a file, without a server."""

from pathlib import Path

import click

from bbs.cli.admin.pack import pack_value
from bbs.terminal.output import Output
from bbs.terminal.output_options import with_output_options
from bbs.terminal.pack_text import describe_pack
from bbs.wire.pack_reader import check_pack


@click.group()
def pack() -> None:
    """Check a pack, which is a board as a file (bbs admin pack, bbs admin unpack)."""


@pack.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_output_options
def check(out: Output, file: Path) -> None:
    """Check the pack FILE, line by line, and say what it is. Needs no server and no account.

    It finds every byte that was changed since the board was packed. A line that cannot be read any more
    is named. A change that still reads as a pack is found by a digest over up to 1,000 lines: these are
    named, and not which of them it is. A signature proves that the server with this key packed it so: compare the key with
    that of the community, which your devices keep.
    """
    with file.open("rb") as opened:
        summary = check_pack(opened)
    out.result({"file": str(file), **pack_value(summary)}, list(describe_pack(summary)))
