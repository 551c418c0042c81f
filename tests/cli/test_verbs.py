"""Whatever the protocol offers has a command, and each command can be tried and read by a script."""

import functools

import click

from bbs.cli.admin import admin
from bbs.cli.main import cli
from bbs.messages import Command, Request
from bbs.wire.registry import REQUESTS
from tests.cli.reached import changes, leaves, messages_of

NOT_SENT = {
    "reading.arrange": "the order of one's own sidebar is set by hand where it is seen",
}
"""Commands of the protocol that no command line sends, each with the reason."""


@functools.cache
def _sent() -> set[type[Request[object]]]:
    commands = [command for _, command in leaves(cli)]
    return {each for command in commands for each in messages_of(command)}


def test_every_command_of_the_protocol_has_one_in_the_shell() -> None:
    """Each act of the client is there in the shell, too, and takes the same way (issue 19.1)."""
    missing = {
        method
        for method, request in REQUESTS.items()
        if issubclass(request, Command) and request not in _sent()
    }
    assert missing == set(NOT_SENT)


def _options(command: click.Command) -> set[str]:
    return {name for parameter in command.params for name in parameter.opts}


NO_DRY_RUN = frozenset({"admin proposals object", "admin proposals second"})
"""A request that proves who somebody is has no dry run: it would tell whether a guess was right."""


def test_every_admin_command_can_be_tried_and_read_by_scripts() -> None:
    """What changes something takes `--dry-run`; all print JSON, as one object and as lines."""

    def is_tried(path: str, command: click.Command) -> bool:
        return changes(command) and path not in NO_DRY_RUN

    wanting = {
        path: wanted - _options(command)
        for path, command in leaves(admin, "admin")
        for wanted in ({"--json", "--jsonl", *(["--dry-run"] if is_tried(path, command) else [])},)
    }
    assert {path: left for path, left in wanting.items() if left} == {}
