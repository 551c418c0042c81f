"""Describes plans for people before they apply them: what, by which clause, why it may, what is left out."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bbs.features.batches.plan_file import Plan
from bbs.features.batches.views import Found, PlanItem
from bbs.ids import BoardId
from bbs.plural import counted
from bbs.powers import Office, Power, office_for
from bbs.refusal_words import power_words
from bbs.sdk.lookup import Members
from bbs.terminal.batch_text import Slug, describe_doings, describe_item
from bbs.text import sanitize

ITEMS_TOLD_MAX = 40  # two screens; the plan has all

_OFFICES = {
    Office.MEMBER: "without an office",
    Office.MODERATOR: "as moderator of {}",
    Office.COMMONS_MODERATOR: "as moderator of the commons",
    Office.SYSOP: "as sysop",
    Office.VISITOR: "as sysop who entered {}",
}


class LeftOut(NamedTuple):
    """An item that no plan has, because it would be refused or change nothing.

    Attributes:
        number: Where it stood.
        address: What it is about, as whoever asked for it found or wrote it; empty if that is not known.
    """

    number: int
    item: PlanItem
    address: str = ""


def plan_lines(plan: Plan, members: Members, slug: Slug) -> list[str]:
    """Return what a plan does, item by item, as lines of clean text.

    Args:
        members: By id.
        slug: Names a board by its id.
    """
    lines = [
        f"On {slug(plan.board)}: {describe_doings(plan.items)}",
        sanitize(f"Reason: {plan.reason}"),
        "",
    ]
    shown = plan.items[:ITEMS_TOLD_MAX]
    lines += [
        f"{number:>4}  {describe_item(item, plan.board, members, slug)}"
        for number, item in enumerate(shown, 1)
    ]
    if len(plan.items) > len(shown):
        lines.append(f"      and {len(plan.items) - len(shown)} more")
    return [*lines, "", *_two_keys(plan.items)]


def why_it_may(
    powers: Iterable[Power], offices: frozenset[Office], held: frozenset[Power], board: str
) -> list[str]:
    """Return by which powers and offices a plan may be applied, as sentences.

    Args:
        powers: Those that its items need.
        offices: Those that whoever applies it holds there.
        held: The powers that they have there.
        board: What the board is called.
    """
    lines = []
    for power in sorted(set(powers)):
        if power in held:
            office = _OFFICES.get(office_for(power, offices), "").format(board)
            lines.append(f"You may {power_words(power)}, {office}.")
        else:
            lines.append(f"You may not {power_words(power)}.")
    return lines


def left_out_lines(
    left: Sequence[LeftOut], board: BoardId, members: Members, slug: Slug
) -> list[str]:
    """Return which items a plan leaves out, and why, as lines of clean text."""
    lines = []
    refused = [each for each in left if _found(each).refused is not None]
    for some, why in (
        (refused, "would be refused"),
        ([each for each in left if each not in refused], "would change nothing"),
    ):
        if not some:
            continue
        lines.append(f"Left out, because {counted(len(some), 'item')} {why}:")
        for number, item, address in some[:ITEMS_TOLD_MAX]:
            told = describe_item(item, board, members, slug)
            if address and (item.found or Found()).thing is None:
                told = f"{told}, {address}"
            because = (item.found or Found()).why
            lines.append(sanitize(f"{number:>4}  {told}" + (f": {because}" if because else "")))
        if len(some) > ITEMS_TOLD_MAX:
            lines.append(f"      and {len(some) - ITEMS_TOLD_MAX} more")
    return lines


def _two_keys(items: Sequence[PlanItem]) -> list[str]:
    """Return which items take a second key and why, as a sentence; nothing if none does."""
    grave = {
        number: item.found.grave
        for number, item in enumerate(items, 1)
        if item.found is not None and item.found.grave
    }
    if not grave:
        return []
    why = "; ".join(dict.fromkeys(part for parts in grave.values() for part in parts))
    if len(grave) == len(items):
        of_all = "All of it takes"
    elif len(grave) == 1:
        of_all = f"Item {min(grave)} takes"
    elif len(grave) == len(items) - min(grave) + 1:
        of_all = f"What is done from item {min(grave)} on takes"
    else:
        of_all = f"{len(grave)} of them, from item {min(grave)} on, take"
    return [sanitize(f"{of_all} a second key, once for the whole plan: {why}.")]


def _found(each: LeftOut) -> Found:
    assert each.item.found is not None
    return each.item.found
