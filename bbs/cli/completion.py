"""`bbs completion SHELL`: print the completion script of a shell."""

import click
from click.shell_completion import get_completion_class


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script for a shell.

    \b
    bash:  eval "$(bbs completion bash)"
    zsh:   eval "$(bbs completion zsh)"
    fish:  bbs completion fish > ~/.config/fish/completions/bbs.fish
    """
    from bbs import terminal
    from bbs.cli.main import cli

    found = get_completion_class(shell)
    assert found is not None, shell
    terminal.echo(found(cli, {}, "bbs", "_BBS_COMPLETE").source(), multiline=True)
