"""`bbs follow`, `unfollow`, `mute`, `unmute`, `save` and `thank`: what is one's own business alone (P2)."""

from typing import TYPE_CHECKING, Any

import click

from bbs.cli.completion_values import complete_address, complete_board
from bbs.cli.context import CliContext, with_connection_options
from bbs.features.reading.messages import SavePost
from bbs.features.reading.views import Stance
from bbs.features.threads.messages import Thank
from bbs.sdk import lookup
from bbs.terminal.choices import set_choice

if TYPE_CHECKING:
    from bbs.sdk.community import Community


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
        post = await lookup.find_post(community, address)
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
        post = await lookup.find_post(community, address)
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
