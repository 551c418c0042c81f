"""`bbs follow`, `unfollow`, `mute`, `unmute`, `save` and `thank`: what is one's own business alone (P2)."""

from typing import TYPE_CHECKING, Any, NamedTuple

import click

from bbs.address import parse
from bbs.cli.completion_values import complete_address, complete_board
from bbs.cli.context import CliContext, with_connection_options
from bbs.errors import BadParams
from bbs.features.reading.messages import (
    ChoiceResult,
    GetChoices,
    ResolveResult,
    SavePost,
    SetBoardChoice,
    SetMemberChoice,
    SetThreadChoice,
)
from bbs.features.reading.rules import subject_of
from bbs.features.reading.views import Stance
from bbs.features.threads.messages import Thank
from bbs.features.threads.views import Post
from bbs.messages import Command
from bbs.sdk import lookup
from bbs.wire.messages import PRIVATE_REVISIONS

if TYPE_CHECKING:
    from bbs.sdk.community import Community

_TOLD = {
    Stance.FOLLOW: "You follow {}: it comes early in your rounds. Nobody is told.",
    Stance.MUTE: "{} is muted: in no round, no inbox and no count of yours. Nobody is told.",
}


def _verb(name: str, stance: Stance, undoes: Stance, help_text: str) -> click.Command:
    """Make a verb that takes a stance, or gives one up.

    Args:
        name: What the command is called.
        stance: What is wanted.
        undoes: With `Stance.NONE`: the stance that is given up; another one stays.
        help_text: What `--help` says.
    """

    @click.command(name, help=help_text)
    @click.argument("address", shell_complete=complete_address)
    @click.option(
        "--dry-run", is_flag=True, help="Let the server run the command and change nothing."
    )
    @with_connection_options
    def verb(caller: CliContext, address: str, dry_run: bool) -> int | None:
        async def work(community: "Community") -> int | None:
            stood = await set_choice(community, address, stance, undoes, dry_run=dry_run)
            if stood.shown is None:
                value = {"changed": False, "address": stood.address, "by": None}
                caller.out.result(value, [stood.told])
            else:
                _show(caller, stood.shown, stood.address, stood.told, dry_run=dry_run)
            return None

        return caller.run(work)

    return verb


class ChoiceOutcome(NamedTuple):
    """How one stands to something now.

    Attributes:
        kind: `thread`, `board` or `member`.
        key: Its id.
        address: What people call it.
        told: A sentence about it.
        shown: The choice; None where there was nothing to give up.
    """

    kind: str
    key: str
    address: str
    told: str
    shown: ChoiceResult | None


async def set_choice(
    community: "Community", address: str, stance: Stance, undoes: Stance, *, dry_run: bool = False
) -> ChoiceOutcome:
    """Take a stance to what an address names, or give one up.

    Args:
        stance: What is wanted.
        undoes: With `Stance.NONE`: the stance that is given up; another one stays.
        dry_run: Let the server run the command and change nothing.

    Raises:
        BadParams: If it is no address, or names a line of a lounge.
        NotFound: If there is no such thing for the caller.
        Conflict: If another device chose otherwise while a stance was given up.
    """
    kind, key, name = _subject(await lookup.find_address(community, address))
    seen: int | None = None
    if stance is Stance.NONE:
        kept = await community.call(GetChoices())
        stances = {subject_of(one): getattr(one, "stance", None) for one in kept.choices}
        if stances.get((kind, key)) is not undoes:
            return ChoiceOutcome(kind, key, name, f"You did not {undoes.value} {name}.", None)
        # What another device takes up meanwhile is not what was to be given up.
        if community.welcome is not None and PRIVATE_REVISIONS in community.welcome.features:
            seen = kept.revision
    shown = await community.call(_command(kind, key, stance, dry_run=dry_run, seen=seen))
    told = _TOLD.get(stance, "You do not " + undoes.value + " {} any more.").format(name)
    return ChoiceOutcome(kind, key, name, told, shown)


def _subject(found: ResolveResult) -> tuple[str, str, str]:
    """Return kind, id and address of what is meant; by a post's address, its thread.

    Raises:
        BadParams: If it names a line of a lounge.
    """
    if found.member is not None:
        return "member", found.member.id, found.member.label
    if found.board is not None and found.line is None:
        slug = found.board.label
        if found.thread is not None:
            return "thread", found.thread.id, f"{slug}/{found.thread.number}"
        return "board", found.board.id, slug
    raise BadParams("address", "name a thread, a board or a member: garden/42, garden, @ana")


def _command(
    kind: str, key: str, stance: Stance, *, dry_run: bool, seen: int | None
) -> Command[ChoiceResult]:
    if kind == "member":
        return SetMemberChoice(member=key, stance=stance, dry_run=dry_run, if_revision=seen)
    if kind == "thread":
        return SetThreadChoice(thread=key, stance=stance, dry_run=dry_run, if_revision=seen)
    return SetBoardChoice(board=key, stance=stance, dry_run=dry_run, if_revision=seen)


follow = _verb(
    "follow",
    Stance.FOLLOW,
    Stance.NONE,
    "Follow a thread, a board or a member: new posts there come early in your rounds.",
)
unfollow = _verb(
    "unfollow", Stance.NONE, Stance.FOLLOW, "Stop following a thread, a board or a member."
)
mute = _verb(
    "mute",
    Stance.MUTE,
    Stance.NONE,
    "Mute a thread, a board or a member, for you alone: they leave your rounds, inbox and counts.",
)
unmute = _verb("unmute", Stance.NONE, Stance.MUTE, "Stop muting a thread, a board or a member.")


@click.command()
@click.argument("address", shell_complete=complete_board)
@click.option("--undo", is_flag=True, help="Remove the post from your saved posts.")
@click.option("--dry-run", is_flag=True, help="Let the server run the command and change nothing.")
@with_connection_options
def save(caller: CliContext, address: str, undo: bool, dry_run: bool) -> int | None:
    """Save a post for yourself; `bbs saved` lists your saved posts. Nobody else learns of it."""

    async def work(community: "Community") -> int | None:
        post = await find_post(community, address)
        shown = await community.call(SavePost(post=post.id, saved=not undo, dry_run=dry_run))
        told = f"{address} is {'not put aside any more' if undo else 'put aside'}."
        _show(caller, shown, address, told, dry_run=dry_run)
        return None

    return caller.run(work)


@click.command()
@click.argument("address", shell_complete=complete_board)
@click.option("--dry-run", is_flag=True, help="Let the server run the command and change nothing.")
@with_connection_options
def thank(caller: CliContext, address: str, dry_run: bool) -> int | None:
    """Thank a post's author. Only the author sees who thanked for which post; nothing counts it."""

    async def work(community: "Community") -> int | None:
        post = await find_post(community, address)
        shown = await community.call(Thank(post=post.id, dry_run=dry_run))
        _show(caller, shown, address, "They will see that you thanked them.", dry_run=dry_run)
        return None

    return caller.run(work)


def _show(caller: CliContext, shown: Any, address: str, told: str, *, dry_run: bool) -> None:
    value: dict[str, Any] | None = None
    if not caller.out.human:
        value = {"by": None, **caller.out.named(shown), "address": address}
        if choice := value.get("choice"):
            choice["address"] = address
    caller.out.result(value, [] if dry_run else [told])
    if dry_run:
        caller.out.say_dry_run()


async def find_post(community: "Community", address: str) -> Post:
    """Return the post an address names; a thread's address names its first.

    Raises:
        BadParams: If it is no address of either.
        NotFound: If there is no such post for the caller.
    """
    found = await lookup.find_address(community, address)
    if found.post is None and found.thread is not None:
        parsed = parse(address)
        found = await lookup.find_address(community, f"{parsed}/1")
    if found.post is None:
        raise BadParams("address", "name a post: garden/42/7")
    return found.post
