"""`bbs admin reports`: what was reported to the caller's desk, and never by whom (protocol 22.1)."""

from typing import Any

import click
from msgspec import to_builtins

from bbs.cli.admin.find_case import list_handled
from bbs.cli.completion_values import complete_board
from bbs.cli.context import CliContext, with_community
from bbs.features.cases.messages import GetCase
from bbs.features.cases.views import Case, CaseEntry, EntryKind
from bbs.features.norms.clause_text import clause_name
from bbs.sdk import lookup
from bbs.terminal import render
from bbs.terminal.output import local_time, table
from bbs.text import sanitize


@click.command()
@click.argument("board", required=False, shell_complete=complete_board)
@click.option("--closed", is_flag=True, help="Those of closed cases, too.")
@click.option("--words", is_flag=True, help="Also what the reporters said.")
@with_community
async def reports(caller: CliContext, board: str | None, closed: bool, words: bool) -> None:
    """List the reports of the cases that you handle, on BOARD or on all boards, by case.

    Nobody learns who reported. What was reported, and all that happened: bbs admin cases show CASE.
    """
    place = None if board is None else (await lookup.find_board(caller.community, board)).id
    heads = (await list_handled(caller, board=place, closed=closed)).cases
    boards = {each.id: each for each in (await lookup.list_boards(caller.community)).boards}
    rows: list[dict[str, Any]] = []
    cells: list[list[str]] = []
    for head in heads:
        if not head.reports:
            continue
        address = f"{render.board_label(head.board, boards)}/case/{head.number}"
        case = (await caller.community.call(GetCase(case=head.id))).case
        for entry in case.entries:
            if entry.kind is EntryKind.REPORTED:
                rows.append(_row(case, entry, address, words=words))
                cells.append(_cells(entry, address, words=words))
    heading = ("CASE", "REPORTED", "CLAUSE", *(["WORDS"] if words else []))
    lines = table(cells, heading)
    caller.out.stream("reports", rows, lines=lines, nothing="Nothing was reported to you.")


def _row(case: Case, entry: CaseEntry, address: str, *, words: bool) -> dict[str, Any]:
    said: dict[str, Any] = to_builtins(entry)
    said.pop("by", None)
    if not words:
        said.pop("text", None)
    return {"address": address, "by": None, "case": case.head.id, "board": case.head.board, **said}


def _cells(entry: CaseEntry, address: str, *, words: bool) -> list[str]:
    clause = "" if entry.norm is None else clause_name(entry.norm, of_commons=entry.of_commons)
    cells = [address, local_time(entry.at), clause]
    return [*cells, sanitize(entry.text or "")] if words else cells
