"""Writes docs/reference from the code; with --check, tells what differs and changes nothing."""

import argparse
import difflib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from generating import (
    batches_page,
    fault_page,
    house_pages,
    line_schema,
    man_page,
    pack_schema,
    personal_page,
    plan_schema,
    protocol_pages,
    states_page,
)

from bbs.wire.openrpc import asyncapi, openrpc

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"
DIFF_LINES_MAX = 12  # of each page; enough to see what it is about


def _as_json(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "bbs.1": man_page.manual,
    "asyncapi.json": lambda: _as_json(asyncapi()),
    "batches.md": batches_page.batches,
    "command-line.md": house_pages.command_line,
    "commands.md": protocol_pages.commands,
    "errors.md": protocol_pages.error_pages,
    "event-lines.schema.json": lambda: _as_json(line_schema.event_lines()),
    "events.md": protocol_pages.events,
    "faults.md": fault_page.faults,
    "files.md": lambda: house_pages.files(ROOT),
    "keys.md": house_pages.keys,
    "limits.md": house_pages.limits_page,
    "openrpc.json": lambda: _as_json(openrpc()),
    "pack.schema.json": lambda: _as_json(pack_schema.pack_lines()),
    "personal-data.md": personal_page.personal_data,
    "plan.schema.json": lambda: _as_json(plan_schema.plan_lines()),
    "powers.md": protocol_pages.powers,
    "settings.md": house_pages.settings,
    "states.md": states_page.states,
}


def drifted(pages: dict[str, str], folder: Path) -> list[str]:
    """Compare pages with what is on disk.

    Args:
        pages: Their texts by file name.
        folder: Where they belong.

    Returns:
        Lines that say what differs: missing, left over, or changed with the beginning of its diff.
    """
    told: list[str] = []
    there = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    told += [f"{name}: left over, nothing writes it" for name in sorted(there - set(pages))]
    for name, text in pages.items():
        if name not in there:
            told.append(f"{name}: missing")
            continue
        old = (folder / name).read_text("utf-8")
        if old != text:
            diff = list(difflib.unified_diff(old.splitlines(), text.splitlines(), n=0, lineterm=""))
            told.append(f"{name}: {len(diff) - 2} lines of difference")
            told += [f"    {line[:160]}" for line in diff[2 : 2 + DIFF_LINES_MAX]]
    return told


def main(arguments: list[str]) -> int:
    """Write the pages, or check them; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; 1 if pages drifted")
    wanted = parser.parse_args(arguments)
    pages = {name: make() for name, make in PAGES.items()}
    if wanted.check:
        told = drifted(pages, REFERENCE)
        for line in told:
            print(line)
        if told:
            print("docs/reference has drifted from the code: run `make reference`")
        return int(bool(told))
    REFERENCE.mkdir(exist_ok=True)
    for name, text in pages.items():
        (REFERENCE / name).write_text(text, "utf-8")
    for path in sorted(REFERENCE.iterdir()):
        if path.name not in pages:
            path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
