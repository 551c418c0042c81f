"""Groups that know their commands by name, and import a command when it is called."""

import importlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class CommandEntry(NamedTuple):
    """One command of a group.

    Attributes:
        target: `module:attribute` of the click command.
        help: Its line in the group's help.
    """

    target: str
    help: str


def load(target: str) -> Any:
    """Import what `module:attribute` names.

    Raises:
        ImportError: If the module, or something that it imports, is missing.
    """
    module, _, attribute = target.partition(":")
    return getattr(importlib.import_module(module), attribute)


class LazyGroup(click.Group):
    """A group that knows its commands from a table and loads the one that is called.

    Attributes:
        table: The commands by name, in the order help shows them.
    """

    def __init__(
        self,
        *args: Any,
        sections: Mapping[str, Mapping[str, tuple[str, str]]],
        meant: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        """Make the group.

        Args:
            *args: As for `click.Group`.
            sections: Headings of the help, with the fields of each `CommandEntry` below them by name.
            meant: Words that people try here and are no commands, with what they probably mean.
            **kwargs: As for `click.Group`.
        """
        super().__init__(*args, **kwargs)
        self._sections = sections
        self._meant = meant or {}
        self.table = {
            name: CommandEntry(*entry)
            for commands in sections.values()
            for name, entry in commands.items()
        }

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the table."""
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command, loading it; None if there is none of that name."""
        entry = self.table.get(cmd_name)
        if entry is None:
            return None
        command: click.Command = load(entry.target)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the called command; for a wrong word, the error names what was probably meant."""
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as error:
            raise self._suggest(error.command_name, ctx) from None

    def _suggest(self, word: str, ctx: click.Context) -> click.NoSuchCommand:
        if (meant := self._meant.get(word)) is not None:
            says = f"No such command {word!r}. It is: {ctx.command_path} {meant}"
            return click.NoSuchCommand(word, says, ctx=ctx)
        return click.NoSuchCommand(word, possibilities=self.table, ctx=ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table of commands, by section, from the help lines alone."""
        for section, commands in self._sections.items():
            with formatter.section(section):
                formatter.write_dl([(name, text) for name, (_, text) in commands.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem]":
        """Complete options and the names of commands, without loading the commands."""
        from click.shell_completion import CompletionItem

        names = [
            CompletionItem(name, help=entry.help)
            for name, entry in self.table.items()
            if name.startswith(incomplete)
        ]
        return names + click.Command.shell_complete(self, ctx, incomplete)
