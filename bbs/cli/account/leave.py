"""`bbs leave` and `bbs come-back`: leave a board or the community, and take that back (P9)."""

import asyncio
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import click

from bbs.cli.account.export import take_words
from bbs.cli.account.save_profile import save_credentials
from bbs.cli.account.sign_in import sign_in_with_key
from bbs.cli.completion_values import complete_board
from bbs.cli.context import CliContext, dry_run_option, with_connection_options
from bbs.cli.lazy_group import load
from bbs.export.writers import open_writer
from bbs.features.ownership.leaving_messages import ComeBack, Leave, ListLeavings
from bbs.features.ownership.views import LeaveWords, Leaving, LeavingResult, LeavingState
from bbs.ids import COMMONS, BoardId
from bbs.profiles import LeftNote, load_profile, note_left
from bbs.refusals import NotFound, Refused
from bbs.sdk import lookup
from bbs.sdk.letters import letter_addresses
from bbs.terminal import prompts
from bbs.terminal.ended_session import SessionInvalid
from bbs.terminal.leaving_text import (
    CHOICES,
    EXPORT_OFFER,
    KEPT_BOARDS_ERASED,
    STAYS,
    ask_about_words,
    describe_leaving,
    describe_parts,
    describe_written,
    ends_at_once,
    has_words,
    the_day,
    when_back,
)
from bbs.terminal.output import local_time
from bbs.text import sanitize

_WORDS = [words.value for words in CHOICES]


@click.command()
@click.argument("board", required=False, shell_complete=complete_board)
@click.option("--community", "whole", is_flag=True, help="Leave the whole community.")
@click.option(
    "--words",
    type=click.Choice(_WORDS),
    help="What becomes of your words: left under your name, those of a former member, taken back.",
)
@click.option("--export", "folder", metavar="DIR", help="Take your words with you first, into DIR.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@dry_run_option
@with_connection_options
def leave(
    caller: CliContext,
    board: str | None,
    whole: bool,
    words: str | None,
    folder: str | None,
    yes: bool,
    dry_run: bool,
) -> int | None:
    """Leave BOARD, or with --community the whole community, with your words or without.

    \b
    left      your words stay, under your name
    former    they stay, with “a former member” where your name stood
    taken     nobody reads them from now on; each leaves a marker

    It holds at once. For seven days bbs come-back takes it back; then the server does for good what
    you chose. A file that somebody took away is theirs. A letter is left by bbs letter ana --leave.
    """
    if (board is None) is not whole:
        both = "name a board or give --community, not both" if whole else None
        raise click.UsageError(both or "name a board, or give --community for all of it")
    choice = None if words is None else LeaveWords(words)
    return caller.run(partial(_leave, caller, board, choice, folder, yes=yes, dry_run=dry_run))


async def _leave(
    caller: CliContext,
    named: str | None,
    words: LeaveWords | None,
    folder: str | None,
    *,
    yes: bool,
    dry_run: bool,
) -> None:
    board, name = await _place(caller, named)
    left = await _already(caller, board, words)
    if left is not None:
        caller.out.say(describe_leaving(left, name, local_time))
        caller.out.say(_way_back(caller, named, left))
        caller.out.done(LeavingResult(leaving=left))
        return
    tried = Leave(board=board, words=words or LeaveWords.LEFT, dry_run=True)
    would = await caller.community.call(tried)
    await _tell(caller, would, name, words)
    if dry_run:
        caller.out.done(would)
        return
    if words is None:
        words = _ask_words(yes=yes) if has_words(would.leaving) else LeaveWords.LEFT
        _tell_what_happens(caller, would.leaving, words)
    if folder is None and not yes and prompts.is_interactive():
        folder = prompts.ask(EXPORT_OFFER, default="", option="--export") or None
    if folder is not None:
        await _export(caller, folder)
    prompts.confirm(f"Leave {name}?", yes=yes)
    done = await caller.community.call(Leave(board=board, words=words))
    if board is None and caller.device is not None:
        note_left(caller.device, LeftNote(done.leaving.erase_at, name))
    caller.out.done(
        done,
        describe_leaving(done.leaving, name, local_time),
        _way_back(caller, named, done.leaving),
    )


def _way_back(caller: CliContext, named: str | None, leaving: Leaving) -> str:
    """Return the sentence that names the command which brings the caller back."""
    back = named or (f"--profile {caller.device.name}" if caller.device is not None else "")
    then = "" if leaving.back_from is None else " then"
    return f"bbs come-back {back} brings you back{then}.".replace("  ", " ")


async def _already(
    caller: CliContext, board: BoardId | None, words: LeaveWords | None
) -> Leaving | None:
    """Return the caller's leaving of a place, if they left it and ask for no other choice now."""
    for leaving in (await caller.community.call(ListLeavings())).leavings:
        if leaving.board == board and leaving.state is LeavingState.LEAVING:
            return leaving if words in (None, leaving.words) else None
    return None


async def _place(caller: CliContext, named: str | None) -> tuple[BoardId | None, str]:
    """Return the board that was named, and what to call it; None for the community."""
    assert caller.community.welcome is not None
    if named is not None:
        found, label = await lookup.locate_board(caller.community, named)
        if found != COMMONS:
            return found, label
    return None, sanitize(caller.community.welcome.community)


async def _tell(
    caller: CliContext, would: LeavingResult, name: str, words: LeaveWords | None
) -> None:
    """Say what leaving would do: how much was written where, the day, and what stays."""
    leaving, out = would.leaving, caller.out
    written = describe_written(leaving.posts, leaving.lines)
    is_community = leaving.board is None
    asks = ask_about_words(name, written, is_community=is_community)
    out.say(asks if words is None else asks.partition(" What becomes")[0])
    if is_community:
        slugs = await _slugs(caller)
        for place, much in describe_parts(
            would.boards, lambda board: slugs.get(board, f"board {board}")
        ):
            out.say(f"  {place}: {much}")
    if words is not None:
        _tell_what_happens(caller, leaving, words)
    out.say("Whatever you choose, this stays:")
    for says in STAYS:
        out.say(f"  {says}")
    if (
        is_community
        and caller.device is not None
        and load("bbs_client.kept_boards:keeps_copy")(caller.device)
    ):
        out.say(f"  {KEPT_BOARDS_ERASED}")


def _tell_what_happens(caller: CliContext, leaving: Leaving, words: LeaveWords) -> None:
    is_community = leaving.board is None
    ends = ends_at_once(is_community=is_community)
    if has_words(leaving):
        ends = f"Your words {CHOICES[words].is_so}. {ends}"
    else:
        words = LeaveWords.LEFT  # nothing is there that the choice could be about
    caller.out.say(ends)
    caller.out.say(the_day(words, when_back(leaving, local_time), is_community=is_community))


async def _slugs(caller: CliContext) -> Mapping[str, str]:
    """Return what boards and letters are called, by id; nothing where the caller may not list them.

    The doors stay open to who is suspended, waits for a seat, or has left (P9, protocol 28.1).
    """
    try:
        listed = await lookup.list_boards(caller.community)
        members = await lookup.list_members(caller.community)
        letters = await letter_addresses(caller.community, members)
    except Refused:
        return {}
    return {board.id: board.label for board in listed.boards} | dict(letters)


def _ask_words(*, yes: bool) -> LeaveWords:
    if not prompts.is_interactive():
        raise prompts.missing("--words", *(() if yes else ("--yes",)))
    said = [f"{choice.label}: {choice.does}" for choice in CHOICES.values()]
    return list(CHOICES)[prompts.ask_number(said, option="--words")]


async def _export(caller: CliContext, folder: str) -> None:
    with open_writer(Path(folder)) as writer:
        await take_words(caller, writer)
    caller.out.say(f"Your words and all that is kept of you are in {folder}.")


@click.command(name="come-back")
@click.argument("board", required=False, shell_complete=complete_board)
@dry_run_option
@with_connection_options
def come_back(caller: CliContext, board: str | None, dry_run: bool) -> int | None:
    """Come back to BOARD or, without one, to the community, if you left in the last seven days.

    What you wrote is shown again, under your name. Seats are yours again where the board has room.
    After leaving the community this device has no session: its key opens one. Without the key, sign
    in first: bbs sign-in URL. Without BOARD, if you left a single board or letter, it is that one.
    """
    work = partial(_come_back, caller, board, dry_run=dry_run)
    try:
        return caller.run(work)
    except SessionInvalid:
        profile = load_profile(caller.profile)
        found = asyncio.run(
            sign_in_with_key(profile, accept_key=caller.accept_key, comes_back=True)
        )
        save_credentials(found, host=profile.host, pin=profile.pin, name=profile.name)
        caller.out.say(f"This device is signed in again, as @{profile.handle}.")
        return caller.run(work)


async def _come_back(caller: CliContext, named: str | None, *, dry_run: bool) -> None:
    listed = (await caller.community.call(ListLeavings())).leavings
    leaving = await _left(caller, named, listed)
    name = await _name_of(caller, leaving, named)
    done = await caller.community.call(ComeBack(board=leaving.board, dry_run=dry_run))
    again = "; what you wrote is shown again" if has_words(done.leaving) else ""
    caller.out.done(done, f"You are back in {name}{again}.", tried=True)


async def _left(caller: CliContext, named: str | None, listed: tuple[Leaving, ...]) -> Leaving:
    """Return the leaving that was meant.

    Raises:
        NotFound: If the caller is leaving nothing of that name.
        UsageError: If it was not said which of several.
    """
    if named is not None:
        known = {leaving.board: leaving for leaving in listed}
        if named in known:
            return known[named]
        found, _ = await lookup.locate_board(caller.community, named)
        if found in known:
            return known[found]
        raise NotFound(what="leaving")
    whole = [leaving for leaving in listed if leaving.board is None]
    if whole or len(listed) == 1:
        return (whole or list(listed))[0]
    if not listed:
        raise NotFound(what="leaving")
    slugs = await _slugs(caller)
    names = (slugs.get(each.board or "", each.board or "") for each in listed)
    raise click.UsageError(f"name one of what you are leaving: {', '.join(names)}")


async def _name_of(caller: CliContext, leaving: Leaving, named: str | None) -> str:
    if leaving.board is not None:
        return named or (await _slugs(caller)).get(leaving.board, "what you left")
    assert caller.community.welcome is not None
    return sanitize(caller.community.welcome.community)
