"""What commands that use a power share: the reason for it, and how what was done is told (P5, P8)."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from bbs.cli.context import CliContext
from bbs.messages import Command
from bbs.terminal.input_text import read_reason

F = TypeVar("F", bound=Callable[..., Any])


def reason_option(told: str) -> Callable[[F], F]:
    """Return the option of an act's reason; the command gets it as the server takes it.

    Args:
        told: Who reads the reason: the option's help.
    """
    return click.option("--reason", required=True, callback=_read, help=told)


def _read(_ctx: click.Context, _option: click.Parameter, reason: str) -> str:
    return read_reason(reason)


async def act(caller: CliContext, command: Command[Any], done: str) -> None:
    """Send a command; say what it did, or that it was only tried.

    Args:
        done: What is said where something was changed.
    """
    shown = await caller.community.call(command)
    caller.out.done(shown, done)
