"""Describes what undoing a batch leaves as it is, for people before they undo it. Pure."""

from collections.abc import Sequence

from bbs.features.batches.undo_messages import NotUndone
from bbs.ids import BoardId
from bbs.plural import counted
from bbs.terminal.batch_text import Slug, describe_kept
from bbs.terminal.plan_text import ITEMS_TOLD_MAX
from bbs.text import sanitize


def stays_lines(stays: Sequence[NotUndone], board: BoardId, slug: Slug) -> list[str]:
    """Return what stays as it is when a batch is undone, and why, as lines of clean text."""
    if not stays:
        return []
    lines = [f"{counted(len(stays), 'item')} of the batch will stay as it is:"]
    if len(stays) > 1:
        lines = [f"{len(stays)} items of the batch will stay as they are:"]
    for each in stays[:ITEMS_TOLD_MAX]:
        kept = describe_kept(each.thing, board, slug)
        lines.append(sanitize(f"{each.number:>4}  {kept}: {each.why}"))
    if len(stays) > ITEMS_TOLD_MAX:
        lines.append(f"      and {len(stays) - ITEMS_TOLD_MAX} more")
    return lines
