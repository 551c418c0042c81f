"""What undoes an amendment of norms that was an item of a batch (protocol 26)."""

from collections.abc import Mapping
from typing import Any

from bbs.features.norms.messages import AmendNorms
from bbs.messages import Command
from bbs_server.features.norms import records
from bbs_server.handler_api import Context
from bbs_server.store.api import Tx
from bbs_server.undoing import CannotComeBack, Undo, Undoing, Undone


def _clauses_back(tx: Tx, ctx: Context, done: AmendNorms, undoing: Undoing) -> Undone:
    """Put the clauses of before in force again, as a new version: what was cited stays as it was."""
    versions = records.list_versions(tx, done.board)
    made = next((row.version for row in versions if row.act == undoing.act.id), None)
    clauses = () if made is None else records.list_clauses(tx, done.board, made - 1)
    if not clauses:
        return CannotComeBack("The norms of before are not known any more.")
    return (AmendNorms(board=done.board, norms=clauses, reason=undoing.reason),)


UNDO: Mapping[type[Command[Any]], Undo] = {
    AmendNorms: Undo(
        _clauses_back,
        (AmendNorms,),
        "They come back as a new version, which everybody there accepts before they write again.",
    )
}
"""What undoes it."""
