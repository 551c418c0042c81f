"""`bbs profiles`: list the profiles of this device, and choose the default one."""

from typing import Any

import click

from bbs.cli.completion_profiles import complete_profile
from bbs.profiles import default_profile, list_profiles, load_profile, set_default
from bbs.refusals import Refused
from bbs.terminal.output import Output, table
from bbs.terminal.output_options import with_output_options


@click.command()
@click.option(
    "--default",
    metavar="NAME",
    shell_complete=complete_profile,
    help="Use this profile when no other is named.",
)
@with_output_options
def profiles(out: Output, default: str | None) -> None:
    """List the profiles of this device. Shows no secrets."""
    if default is not None:
        set_default(default)
    usual = default_profile()
    found: list[dict[str, Any]] = []
    for name in list_profiles():
        try:
            profile = load_profile(name)
        except Refused as error:
            out.say(f"{name}: {error}")
            continue
        found.append(
            {
                "name": name,
                "handle": profile.handle,
                "url": profile.url,
                "member": profile.member,
                "default": name == usual,
            }
        )
    rows = [
        ["*" if each["default"] else "", each["name"], f"@{each['handle']}", each["url"]]
        for each in found
    ]
    out.stream("profiles", found, lines=table(rows))
