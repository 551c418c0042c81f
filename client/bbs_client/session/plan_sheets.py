"""A plan as a page, before it is applied: what it does, what takes two keys, what moved (protocol 26)."""

from collections.abc import Iterable, Mapping

from bbs.features.batches.plan_file import Plan
from bbs.features.batches.undo_messages import NotUndone
from bbs.features.batches.views import Found, PlanItem
from bbs.plural import counted
from bbs.terminal.batch_text import describe_doings, describe_item, describe_kept, describe_moved
from bbs_client.safe_text import safe_line
from bbs_client.session.batch_sheets import DIGEST_SHOWN_CHARS, BatchWord, Names
from bbs_client.session.session import Session
from bbs_client.session.sheets import Roll, RollItem, Sheet, SheetRow, SheetWord


def plan_roll(
    session: Session,
    plan: Plan,
    *,
    now: Mapping[int, Found] | None = None,
    stays: Iterable[NotUndone] = (),
    left: Iterable[PlanItem] = (),
    trouble: str = "",
) -> Roll:
    """Return the page of a plan before it is applied.

    Args:
        session: The session, with names.
        plan: The plan.
        now: What the server found that its items would do now, by their numbers; None if it was not asked.
        stays: Of a plan that undoes a batch: what stays as it is, and why.
        left: What is not in it, because it would be refused or change nothing.
        trouble: Why it was not applied, a sentence; cleaned.
    """
    stays, left = tuple(stays), tuple(left)
    rows = [SheetRow(f"{_capital(describe_doings(plan.items))}.", "strong")]
    if plan.reason:
        rows.append(SheetRow(f"“{safe_line(plan.reason)}”"))
    rows += _caveats(plan)
    if stays:
        says = (
            f"{counted(len(stays), 'item')} of the batch stay as they are; they stand at the end."
        )
        rows.append(SheetRow(says, "warn"))
    if left:
        says = counted(len(left), "command is left out: it", "commands are left out: they")
        rows.append(SheetRow(f"{says} would be refused, or change nothing.", "warn"))
    if now is not None:
        rows.append(_moved(plan, now))
    if trouble:
        rows.append(SheetRow(trouble, "warn"))
    made = session.times.near(plan.made_at)
    rows.append(SheetRow(f"Made {made}. Digest {plan.digest[:DIGEST_SHOWN_CHARS]}", "dim"))
    words = [SheetWord("1", BatchWord.REHEARSE, "rehearse", "Ask the server what it would do now.")]
    if now is None or not _count_moved(plan, now):  # else the server refuses it
        words.append(SheetWord("2", BatchWord.APPLY, "apply", "Apply exactly this; asks first."))
    name = "Undo a batch" if plan.undoes is not None else "Plan"
    sheet = Sheet(
        name=name,
        board=plan.board,
        fact=counted(len(plan.items), "item"),
        rows=tuple(rows),
        words=tuple(words),
    )
    names = (dict(session.members), session.slug)
    items = [
        _plan_item(names, plan, number, item, None if now is None else now.get(number))
        for number, item in enumerate(plan.items, 1)
    ]
    items += (_stays(session, plan, each) for each in stays)
    items += (_left(names, plan, f"-{at}", each) for at, each in enumerate(left, 1))
    return Roll(sheet=sheet, heading="What it does, item by item", items=tuple(items))


def _caveats(plan: Plan) -> list[SheetRow]:
    """Return what takes two keys, and what would be refused or change nothing."""
    found = [item.found for item in plan.items if item.found is not None]
    grave = [each for each in found if each.grave]
    rows = []
    if grave:
        why = safe_line(" and ".join(dict.fromkeys(part for each in grave for part in each.grave)))
        count = counted(len(grave), "item takes two keys", "items take two keys")
        rows.append(
            SheetRow(f"{count}, because {why}: all of it waits for one second key.", "warn")
        )
    refused = sum(each.refused is not None for each in found)
    same = sum(each.unchanged for each in found)
    if refused:
        says = counted(refused, "item would be refused", "items would be refused")
        rows.append(SheetRow(f"{says}; the others are done.", "warn"))
    if same:
        rows.append(SheetRow(f"{counted(same, 'item')} would change nothing.", "dim"))
    return rows


def _count_moved(plan: Plan, now: Mapping[int, Found]) -> int:
    return sum(bool(describe_moved(plan.items[number - 1], found)) for number, found in now.items())


def _moved(plan: Plan, now: Mapping[int, Found]) -> SheetRow:
    if not (moved := _count_moved(plan, now)):
        return SheetRow("Rehearsed now: nothing has moved since the plan was made.", "strong")
    says = counted(moved, "item would do", "items would do")
    return SheetRow(f"Rehearsed now: {says} something else; make the plan anew.", "warn")


def _plan_item(
    names: Names, plan: Plan, number: int, item: PlanItem, now: Found | None
) -> RollItem:
    text = describe_item(item, plan.board, *names)
    if now is not None and (moved := describe_moved(item, now)):
        return RollItem(f"{number}", text, "moved", (safe_line(moved),), "warn")
    found = item.found
    if found is not None and found.refused is not None:
        return RollItem(f"{number}", text, "refused", (safe_line(found.why),), "warn")
    if found is not None and found.grave:
        return RollItem(f"{number}", text, "two keys", role="warn")
    return RollItem(f"{number}", text, "changes nothing" if found and found.unchanged else "")


def _stays(session: Session, plan: Plan, each: NotUndone) -> RollItem:
    what = describe_kept(each.thing, plan.board, session.slug)
    return RollItem(f"({each.number})", what, "stays", (safe_line(each.why),), "warn")


def _left(names: Names, plan: Plan, id: str, item: PlanItem) -> RollItem:
    why = item.found.why if item.found is not None else None
    text = describe_item(item, plan.board, *names)
    return RollItem(id, text, "left out", (safe_line(why),) if why else (), "warn")


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
