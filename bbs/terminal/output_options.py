"""The options of a command that choose the style of its output."""

import functools
from collections.abc import Callable
from typing import Any

import click

from bbs.terminal.output import Output, Style


def with_output_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command an `Output` as its first argument, and the options that choose its style."""

    @click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
    @click.option("--jsonl", "as_jsonl", is_flag=True, help="Print one JSON object a line.")
    @click.option(
        "--fields",
        metavar="NAME,…",
        help="Print these fields of each line of --jsonl, with a tab between them.",
    )
    @click.option("--quiet", "-q", is_flag=True, help="Print results and errors only.")
    @functools.wraps(function)
    def with_output(
        *args: Any,
        as_json: bool,
        as_jsonl: bool,
        fields: str | None,
        quiet: bool,
        **kwargs: Any,
    ) -> Any:
        chosen = [name for name in (fields or "").split(",") if name]
        if as_json and (as_jsonl or chosen):
            raise click.UsageError("--json or --jsonl, not both; --fields is of --jsonl")
        style = Style.JSON if as_json else Style.JSONL if as_jsonl or chosen else Style.HUMAN
        # None for a command without the option `--dry-run`: `dry_run_option` of the command line.
        dry_run = click.get_current_context().params.get("dry_run")
        out = Output(style, quiet=quiet, dry_run=dry_run, fields=chosen)
        result = function(out, *args, **kwargs)
        if dry_run:
            out.say("Dry run: nothing was changed.")
        return result

    return with_output
