"""`bbs lifeboat`: keep a board whole on this device, and make a pack of it when its server is gone."""

import asyncio
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from bbs.plural import counted, size_text
from bbs.refusals import NotSignedIn, SignInFailed
from bbs.terminal.completing import Offered, let_through
from bbs.terminal.output import Output
from bbs.terminal.output_options import with_output_options
from bbs.terminal.progress import Progress
from bbs.text import sanitize
from bbs_client.kept_boards import keep_board, kept_boards, stop_keeping
from bbs_client.mirror.errors import ProfileBusy

if TYPE_CHECKING:
    from bbs.profiles import Profile
    from bbs_client.features.packs.reads import BoardHere
    from bbs_client.mirror.file import Mirror
    from bbs_client.session.storage import ProfileStorage
    from bbs_client.session.sync import MirrorSync

_profile_option = click.option(
    "--profile",
    envvar="BBS_PROFILE",
    metavar="NAME",
    help="Whose mirror: a profile of this device.",
)


def _complete_known(ctx: click.Context, _param: click.Parameter, incomplete: str) -> Offered:
    """Complete a board of the mirror, without any server: it may be gone."""
    from bbs.profiles import load_profile

    try:
        with _copy(load_profile(ctx.params.get("profile"))) as mirror:
            rows = mirror.boards()
    except Exception:
        return []  # no profile, no mirror: a shell's prompt is no place for errors
    return let_through([(row.board.slug, row.board.title) for row in rows], incomplete)


_ERASED_BOARD = "a board that is not here any more"


class KeptBoard(NamedTuple):
    """A board that is kept whole, for people and for JSON."""

    address: str
    threads: int
    posts: int
    here: int
    bytes: int
    whole: bool
    claim_list: bool


@click.group()
def lifeboat() -> None:
    """Keep a board whole on this device, so that it outlives its server.

    First keep the board: this device fetches it and follows it. When its server is gone, make a pack
    of it, which the sysop of another community unpacks. Each author then claims their own words.
    """


@lifeboat.command()
@click.argument("board", shell_complete=_complete_known)
@click.option("--stop", is_flag=True, help="Follow it as any other board; what is here stays.")
@click.option("--dry-run", is_flag=True, help="Only say how much there is to fetch.")
@_profile_option
@with_output_options
def keep(out: Output, board: str, stop: bool, dry_run: bool, profile: str | None) -> int | None:
    """Fetch all of BOARD into the mirror of this device, and keep it up to date from then on.

    What was fetched stays when it is interrupted; the next call goes on there. bbs connect goes on,
    too, whenever it runs. Nobody is told that you keep a board.

    The copy is no file of yours: it is erased when you may read the board no more, when you are
    suspended or leave, and when this device is signed out. What bbs lifeboat make wrote stays.
    """
    from bbs.profiles import load_profile

    who = load_profile(profile)
    if stop:
        with _copy(who) as mirror:
            kept = kept_boards(who.name)
            found = board if board in kept else _board(mirror, board, kept=kept)
            stopped = stop_keeping(who.name, found)
        says = "is not kept whole any more" if stopped else "was not kept whole"
        out.result({"address": board, "kept": False}, [f"{board} {says}."])
        return None
    return asyncio.run(_keep(out, who, board, dry_run=dry_run))


async def _keep(out: Output, who: "Profile", board: str, *, dry_run: bool) -> int | None:
    from bbs.terminal.ended_session import ended_session
    from bbs_client.lifeboat import NotFetchedYet
    from bbs_client.session.storage import open_storage

    try:
        storage = open_storage(who)
    except ProfileBusy:
        with _copy(who) as mirror:
            if (named := mirror.board_named(_name(board))) is None:
                raise NotFetchedYet from None
            found = _refuse_commons(named)
            if not dry_run:
                keep_board(who.name, found)
            row = _row(mirror, found)
        _show(out, row, "The client that is open fetches what is missing within an hour.")
        return None
    try:
        return await _fetch(out, who, storage, board, dry_run=dry_run)
    except (NotSignedIn, SignInFailed):
        raise ended_session(who) from None
    finally:
        storage.close()


async def _fetch(
    out: Output, who: "Profile", storage: "ProfileStorage", board: str, *, dry_run: bool
) -> int | None:
    from bbs.sdk.community import connect
    from bbs.sdk.lookup import find_board
    from bbs.sdk.server_key import known_to
    from bbs_client.session.keeping import BoardKeeper
    from bbs_client.session.unattended import visit

    mirror = storage.cache
    boards = BoardKeeper(mirror, lambda: kept_boards(who.name))
    progress = Progress(out)
    async with connect(
        who.url,
        token=who.token,
        client="folkmoot",
        listen=False,
        pin=who.pin,
        server_key=known_to(who),
    ) as community:
        if community.welcome is not None:
            mirror.note_time(community.welcome)

        async def fetch(sync: "MirrorSync") -> str:
            found = _refuse_commons((await find_board(community, board.strip("/"))).id)
            await sync.packs.fetch_claim_lists()
            await sync.board(found)
            await sync.packs.fetch_heads(found)
            if not dry_run:
                keep_board(who.name, found)
                boards.begin(sync)
                while await boards.fetch_part(sync, found):
                    _tell(progress, mirror.board_here(found))
            return found

        found = await visit(community, mirror, storage.outbox, boards, fetch)
    progress.show("")
    row = _row(mirror, found)
    note = f"Only a file outlives this copy: bbs lifeboat make {row.address} FILE"
    if not row.whole:
        note = "The server did not send the rest."
    _show(out, row, "" if dry_run else note)
    return None


def _tell(progress: Progress, here: "BoardHere") -> None:
    done = f"{here.here} of {counted(here.posts, 'post')}, {size_text(here.size)}"
    progress.show(f"Fetching: {done}")


@lifeboat.command("list")
@_profile_option
@with_output_options
def list_boards(out: Output, profile: str | None) -> None:
    """List the boards that are kept whole, with how much of each is on this device."""
    from bbs.profiles import find_left, load_profile
    from bbs_client.lifeboat import copy_erased

    who = load_profile(profile)
    with _copy(who) as mirror:
        known = sorted(kept_boards(who.name), key=lambda each: _slug(mirror, each))
        rows = [_row(mirror, each) for each in known]
        gone = [each for each in known if mirror.board(each) is None]
        erased = str(copy_erased(mirror))
    out.stream(
        "boards",
        [row._asdict() for row in rows],
        lines=[_line(row, erased) for row in rows],
        nothing="No board is kept whole; begin with bbs lifeboat keep BOARD.",
    )
    if gone:
        out.say("A board that you read again has its name back once this device has fetched it:")
        out.say("bbs lifeboat keep BOARD. To take it off this list, name it by its id:")
        for each in gone:
            out.say(f"  bbs lifeboat keep {each} --stop")
    if find_left(who) is not None and any(row.address != _ERASED_BOARD for row in rows):
        out.say("You left this community: this copy is erased when bbs connect next runs.")
        out.say("Before that, bbs lifeboat make BOARD FILE still makes a file of it.")


@lifeboat.command()
@click.argument("board", shell_complete=_complete_known)
@click.argument("file", type=click.Path(path_type=Path))
@_profile_option
@with_output_options
def make(out: Output, board: str, file: Path, profile: str | None) -> None:
    """Write a pack of BOARD into FILE from the mirror of this device, without any server.

    It has the words that all readers of the board see, as far as they are here, and obeys what each
    author chose with bbs consent. Nothing proves these words. So no name shows where it is unpacked
    before its owner claims it, even of authors who chose to go with their names.
    """
    from bbs.profiles import load_profile
    from bbs_client.lifeboat_file import make_lifeboat

    who = load_profile(profile)
    with _copy(who) as mirror:
        found = _board(mirror, board, kept=kept_boards(who.name))
        row = _row(mirror, found)
        made = make_lifeboat(who, mirror, found, file.absolute())
    summary = made.summary
    value = {
        "file": str(file),
        "threads": summary.threads,
        "posts": summary.posts,
        "named": made.named,
        "unfinished": made.unfinished,
        "bytes": summary.size,
        "digest": summary.digest,
    }
    size = f"{counted(summary.threads, 'thread')}, {counted(summary.posts, 'post')}"
    out.result(value, [f"{file}: {size}, {size_text(summary.size)}"])
    if made.unfinished:
        left = counted(len(made.unfinished), "thread")
        out.say(f"Left out: {left}, of which posts are missing on this device.")
    if not row.whole:
        out.say(f"The board is not whole on this device; still to be fetched: {_lacks(row)}.")
        out.say(f"bbs lifeboat keep {row.address} fetches it, while the server answers.")
    if not row.claim_list:
        out.say("This device has no claim list of the board, so only you can claim words from it.")
    out.say("Nothing proves these words. No name shows before its owner claims it.")
    out.say("The file is yours: words that are taken back later are not erased in it.")


def _copy(who: "Profile") -> "closing[Mirror]":
    """Return a copy in memory of a profile's mirror, which a client may be changing."""
    from bbs_client.mirror.file import Mirror
    from bbs_client.session.storage import mirror_path

    return closing(Mirror.copy(mirror_path(who), who.member))


def _name(typed: str) -> str:
    return typed.strip("/").casefold()


def _board(mirror: "Mirror", slug: str, *, kept: Iterable[str] = ()) -> str:
    """Return the id of a board that can be kept, as this device knows it.

    Args:
        mirror: The mirror.
        slug: The board's name.
        kept: The boards that are kept: if one is gone from the mirror, its name is, too.

    Raises:
        CopyErased: If there is none by that name, and a board that is kept is not here any more.
        NoLifeboat: If it is the commons, or this device knows of none by that name.
    """
    from bbs_client.lifeboat import NoLifeboat, copy_erased

    found = mirror.board_named(_name(slug))
    if found is None and any(mirror.board(each) is None for each in kept):
        raise copy_erased(mirror)
    if found is None:
        raise NoLifeboat(why="this device knows of none by that name")
    return _refuse_commons(found)


def _refuse_commons(board: str) -> str:
    """Return the id of a board that can be kept.

    Raises:
        NoLifeboat: If it is the commons.
    """
    from bbs.ids import COMMONS
    from bbs_client.lifeboat import NoLifeboat

    if board == COMMONS:
        raise NoLifeboat(why="the commons stays with its community")
    return board


def _slug(mirror: "Mirror", board: str) -> str:
    row = mirror.board(board)
    return sanitize(row.board.label) if row else _ERASED_BOARD


def _row(mirror: "Mirror", board: str) -> KeptBoard:
    here = mirror.board_here(board)
    has_list = mirror.claim_list_at(board) is not None
    return KeptBoard(
        *(_slug(mirror, board), here.threads, here.posts, here.here, here.size),
        whole=here.is_whole,
        claim_list=has_list,
    )


def _line(row: KeptBoard, erased: str = "") -> str:
    if row.address == _ERASED_BOARD:
        return f"{row.address}: {erased}"
    part = (
        counted(row.posts, "post") if row.whole else f"{row.here} of {counted(row.posts, 'post')}"
    )
    says = f"{row.address}: {counted(row.threads, 'thread')}, {part}, {size_text(row.bytes)}"
    says += ", whole" if row.whole else f", not whole yet: {_lacks(row)} still to be fetched"
    return says if row.claim_list else f"{says}, without a claim list"


def _lacks(row: KeptBoard) -> str:
    """Return what is still to be fetched of a board that is not whole here."""
    lacking = row.posts - row.here
    return counted(lacking, "post") if lacking > 0 else "the list of its older threads"


def _show(out: Output, row: KeptBoard, note: str) -> None:
    out.result(row._asdict(), [_line(row)])
    if note:
        out.say(note)
