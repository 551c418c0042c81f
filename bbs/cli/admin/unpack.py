"""`bbs admin unpack`: bring a board here from a pack."""

import asyncio
import base64
import hashlib
import uuid
from pathlib import Path
from typing import Any, NamedTuple

import click
from msgspec.structs import replace

from bbs.claim_link import ClaimLink
from bbs.cli.context import CliContext, dry_run_option, with_connection_options
from bbs.features.packs.move_messages import GetMove
from bbs.features.packs.move_rules import SEALED
from bbs.features.packs.move_views import Move
from bbs.features.packs.unpack_messages import (
    PIECE_BYTES,
    BeginUnpacking,
    GetUnpacking,
    SendPiece,
    StopUnpacking,
    Unpacking,
    UnpackState,
)
from bbs.features.packs.unpack_rules import ON_ITS_WAY
from bbs.features.packs.views import PackKind
from bbs.ids import BoardId
from bbs.profiles import list_profiles, load_profile
from bbs.refusals import Conflict, NameTaken, NotFound
from bbs.terminal.progress import Progress
from bbs.terminal.prompts import confirm
from bbs.terminal.unpack_text import describe_state, home_line, pack_lines, share_text
from bbs.text import sanitize
from bbs.wire.pack_reader import PackReader, PackSummary

POLL_SECONDS = 0.5  # nobody is told of a board that is not there yet, so this asks


class _File(NamedTuple):
    path: Path
    summary: PackSummary
    size: int
    digest: str

    @property
    def pack(self) -> str:
        """The id under which it is sent: the same for the same file."""
        return str(uuid.uuid5(uuid.NAMESPACE_OID, self.digest))


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "slug", metavar="SLUG", help="The board's name here; else the one it had.")
@click.option("--moved", is_flag=True, help="The board moves here: wait for the last list.")
@click.option("--stop", is_flag=True, help="Stop a pack that is on its way; nothing is left.")
@click.option(
    "--not-handed-over",
    is_flag=True,
    help="With --stop: the old server did not hand the board over. Look there first.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@dry_run_option
@with_connection_options
def unpack(
    caller: CliContext,
    file: Path,
    slug: str | None,
    moved: bool,
    stop: bool,
    not_handed_over: bool,
    yes: bool,
    dry_run: bool,
) -> int | None:
    """Bring the board of the pack FILE here, with its history.

    Reads the whole file first and says what it is: where the board stood, who signed it, what is
    missing. Then it sends the file, and the server reads it once more. Nobody sees the board until
    all of it is written; a pack that is refused leaves nothing. Called again after a break, it goes
    on where it was. Authors are no members here, and nobody has a seat: their words wait until they
    claim them. A lifeboat's board stays private. A board that moved away from here comes home with
    --moved, from the server that it moved to.
    """
    read = _read(file)
    name = slug or read.summary.settings.settings.slug or ""
    begin = BeginUnpacking(
        pack=read.pack,
        board=read.summary.heading.board,
        slug=name,
        size=read.size,
        digest=read.digest,
        moved=moved,
        dry_run=dry_run,
    )

    async def work() -> None:
        nonlocal name
        if stop:
            command = StopUnpacking(
                pack=read.pack, not_handed_over=not_handed_over, dry_run=dry_run
            )
            shown = (await caller.community.call(command)).unpacking
        else:
            shown = await _begin(caller, replace(begin, dry_run=True))
            if shown.slug is not None and shown.slug != name:
                named = f": --as {sanitize(name)} changes nothing" if slug is not None else ""
                caller.out.say(f"This pack came here before, as {sanitize(shown.slug)}{named}.")
            name = shown.slug or name
            for line in pack_lines(read.summary, name, _known_keys()):
                caller.out.say(line)
            if (move := await _move_away(caller, begin.board)) is not None:
                caller.out.say(home_line(move))
            if not dry_run:
                confirm(f"Unpack it as {sanitize(name)}?", yes=yes)
                shown = await _send(caller, read, await _begin(caller, begin))
        # The same pack may stand here already, under the name that it got then.
        here = shown.slug or name
        link = ClaimLink(here, caller.community.url, "", caller.pin)
        lines = (
            _after(read, shown, here, link) if not stop else [f"{here}: {describe_state(shown)}."]
        )
        caller.out.done(_value(read, shown), *lines)

    return caller.run(work)


def _read(path: Path) -> _File:
    """Read all of a file, as the server will.

    Raises:
        PackError: If it is no pack.
    """
    reader, digest, size = PackReader(), hashlib.sha256(), 0
    with path.open("rb") as file:
        while data := file.read(PIECE_BYTES):
            reader.feed(data)
            digest.update(data)
            size += len(data)
    return _File(path, reader.finish(), size, digest.hexdigest())


def _known_keys() -> dict[str, str]:
    profiles = [load_profile(name) for name in list_profiles()]
    return {each.server_key: each.name for each in profiles if each.server_key is not None}


async def _move_away(caller: CliContext, board: BoardId) -> Move | None:
    """Return the move by which a board went away from here; None for a board that never was here."""
    try:
        move = (await caller.community.call(GetMove(board=board))).move
    except NotFound:
        return None
    return move if move is not None and move.state in SEALED else None


async def _begin(caller: CliContext, begin: BeginUnpacking) -> Unpacking:
    """Announce the file; a name that a board here has says what helps."""
    try:
        return (await caller.community.call(begin)).unpacking
    except NameTaken as error:
        error.add_note(f"a board here is called {begin.slug}: give this one a name with --as SLUG")
        raise


async def _send(caller: CliContext, read: _File, shown: Unpacking) -> Unpacking:
    """Send what the server does not have yet, and wait until the board is open or the pack refused.

    Raises:
        Conflict: If it was refused; with the server's sentence.
    """
    progress = Progress(caller.out)
    with read.path.open("rb") as file:
        file.seek(shown.arrived)
        while shown.state is UnpackState.RECEIVING and (data := file.read(PIECE_BYTES)):
            piece = base64.b64encode(data).decode()
            command = SendPiece(pack=read.pack, offset=shown.arrived, data=piece)
            shown = (await caller.community.call(command)).unpacking
            progress.show(share_text(shown))
    while shown.state in ON_ITS_WAY:
        await asyncio.sleep(POLL_SECONDS)
        shown = (await caller.community.call(GetUnpacking(pack=read.pack))).unpacking
        progress.show(share_text(shown))
    progress.show("")
    if shown.state is UnpackState.REFUSED:
        raise Conflict(what=f"the server refused the pack: {shown.why}")
    if shown.state is UnpackState.STOPPED:
        raise NotFound(what="pack, because it was stopped meanwhile")
    return shown


def _after(read: _File, shown: Unpacking, name: str, link: ClaimLink) -> list[str]:
    if shown.state is UnpackState.WHOLE:
        return [
            f"{name}: {describe_state(shown)}.",
            f"Next: bbs admin move {name} --save-receipt FILE, and carry the file to the old server; the last"
            " list that you get there opens the board here.",
        ]
    is_private = read.summary.heading.kind is PackKind.LIFEBOAT
    return [
        f"{name}: {describe_state(shown)}.",
        f"Its authors claim their words with the key that their device still has: bbs claim '{link}'",
        f"Who is a member here already is offered a seat: bbs admin seats offer {name} @HANDLE",
        f"{_PRIVATE if is_private else _NO_MODERATOR} (docs/operating.md, Take a board along)",
    ]


_NO_MODERATOR = (
    "Nobody moderates it yet: like every board without moderators it falls to you, the sysop, until you"
    " appoint somebody with a seat there, or they take the office up"
)
_PRIVATE = f"{_NO_MODERATOR}. It is private: only who has a seat reads it, and you alone by a visit"


def _value(read: _File, shown: Unpacking) -> dict[str, Any]:
    summary = read.summary
    return {
        "unpacking": shown,
        "homes": [home.host for home in summary.heading.homes],
        "kind": summary.heading.kind.value,
        "threads": summary.threads,
        "posts": summary.posts,
        "authors": summary.authors,
        "norms": summary.norms,
        "acts": summary.acts,
        "size": read.size,
        "digest": summary.digest,
    }
