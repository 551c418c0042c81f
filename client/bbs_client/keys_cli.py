"""`bbs keys`: the keys of the client, as a file to copy and change."""

from typing import Any

import click

from bbs.terminal.output import Output
from bbs.terminal.output_options import with_output_options
from bbs_client import keymap
from bbs_client.actions.table import ACTIONS
from bbs_client.settings import load


@click.command()
@click.option("--defaults", is_flag=True, help="The keys of a new installation.")
@click.option("--preset", type=click.Choice(list(keymap.PRESETS)), help="The keys of a preset.")
@with_output_options
def keys(out: Output, defaults: bool, preset: str | None) -> None:
    """Print every function of `bbs connect` with its keys and its help.

    Without options: the keys in force, as TOML that can be saved, changed and chosen.
    """
    if defaults and preset:
        raise click.UsageError("--defaults or --preset, not both")
    name = keymap.DEFAULT if defaults else preset
    found = keymap.find(load().keys) if name is None else keymap.preset(name)
    if out.human:
        out.result(None, keymap.as_toml(found))
    else:
        out.stream("keys", _rows(found), {"preset": found.name})


def _rows(found: keymap.Keymap) -> list[dict[str, Any]]:
    return [
        {
            "id": entry.id,
            "keys": found.keys[entry.id],
            "label": entry.label,
            "help": entry.help,
            "group": entry.group,
            "context": entry.context,
        }
        for entry in ACTIONS
    ]
