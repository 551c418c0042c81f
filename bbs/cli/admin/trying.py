"""Try a command before a person is asked about it: who may not send it is asked nothing."""

from contextlib import suppress
from typing import Any

from bbs.cli.context import CliContext
from bbs.messages import Command
from bbs.refusals import CommandWaits


async def check_first(caller: CliContext, tried: Command[Any]) -> None:
    """Send a dry run, so that a refusal comes before any question.

    Args:
        caller: Who sends it.
        tried: The command with `dry_run`.

    Raises:
        FolkmootError: What the server would refuse it with; that it would wait is no refusal.
    """
    assert tried.dry_run
    with suppress(CommandWaits):
        await caller.community.call(tried)
