"""Complete profiles in a shell, from the files of this device."""

import click
from click.shell_completion import CompletionItem


def complete_profile(
    _ctx: click.Context, _param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Complete the name of a profile of this device."""
    try:
        from bbs.profiles import list_profiles

        return [CompletionItem(name) for name in list_profiles() if name.startswith(incomplete)]
    except Exception:
        return []
