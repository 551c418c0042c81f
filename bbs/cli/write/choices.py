"""`bbs follow`, `unfollow`, `mute`, `unmute`, `save` and `thank`: the member's own choices (P2)."""

from typing import Any

import click

from bbs.cli.completion_places import complete_address, complete_post
from bbs.cli.context import CliContext, dry_run_option, with_community
from bbs.features.reading.messages import SavePost
from bbs.features.reading.views import Stance
from bbs.features.threads.messages import Thank
from bbs.sdk import lookup
from bbs.terminal.choices import set_choice


def _verb(name: str, stance: Stance, undoes: Stance, help_text: str) -> click.Command:
    """Make a verb that takes a stance, or gives one up.

    Args:
        name: The name of the command.
        stance: The stance to take; `Stance.NONE` to give one up.
        undoes: With `Stance.NONE`: the stance to give up; another stance stays.
        help_text: The text of `--help`.
    """

    @click.command(name, help=help_text)
    @click.argument("address", shell_complete=complete_address)
    @dry_run_option
    @with_community
    async def verb(caller: CliContext, address: str, dry_run: bool) -> None:
        choice = await set_choice(caller.community, address, stance, undoes, dry_run=dry_run)
        if choice.shown is None:
            value = {"changed": False, "address": choice.address, "by": None}
            caller.out.result(value, [choice.told])
        else:
            _show(caller, choice.shown, choice.address, choice.told)

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
@click.argument("address", shell_complete=complete_post)
@click.option("--undo", is_flag=True, help="Remove the post from your saved posts.")
@dry_run_option
@with_community
async def save(caller: CliContext, address: str, undo: bool, dry_run: bool) -> None:
    """Save a post for yourself; `bbs saved` lists your saved posts. Nobody else learns of it."""
    post = await lookup.find_post(caller.community, address)
    shown = await caller.community.call(SavePost(post=post.id, saved=not undo, dry_run=dry_run))
    message = f"{address} is {'no longer saved' if undo else 'saved, for you alone'}."
    _show(caller, shown, address, message)


@click.command()
@click.argument("address", shell_complete=complete_post)
@dry_run_option
@with_community
async def thank(caller: CliContext, address: str, dry_run: bool) -> None:
    """Thank a post's author. Only the author sees who thanked for which post; nothing counts it."""
    post = await lookup.find_post(caller.community, address)
    shown = await caller.community.call(Thank(post=post.id, dry_run=dry_run))
    _show(caller, shown, address, "Thanked. Only the author will ever see it.")


def _show(caller: CliContext, shown: Any, address: str, message: str) -> None:
    value = {"by": None, **caller.out.named(shown), "address": address}
    if choice := value.get("choice"):
        choice["address"] = address
    caller.out.done(value, message, tried=True)
