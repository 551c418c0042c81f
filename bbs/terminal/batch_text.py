"""Describes plans and batches in sentences: what each item does, what became of it, how far it is. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from bbs.features.batches.following import tried
from bbs.features.batches.rules import find_moved
from bbs.features.batches.views import Batch, BatchItem, BatchState, Found, ItemState, PlanItem
from bbs.features.members.author_text import member_name
from bbs.features.members.views import SystemAuthor
from bbs.features.moderation.messages import Act, Thing
from bbs.ids import BoardId
from bbs.plural import counted
from bbs.powers import Office
from bbs.sdk.lookup import Members
from bbs.terminal.act_text import changes_text, describe_cited, describe_thing
from bbs.terminal.doings import doing_of
from bbs.text import sanitize

Slug = Callable[[str], str]


_ALIKE = frozenset({"kept_until"})
"""Changes that all items of their command have alike: told of each, they would hide what differs."""

STATES = {
    BatchState.DRAFT: "not started",
    BatchState.WAITING: "waits for a second key",
    BatchState.RUNNING: "running",
    BatchState.DONE: "done",
    BatchState.STOPPED: "stopped",
    BatchState.DROPPED: "not applied",
}
"""Where a batch is, in a few words."""

ITEM_STATES = {
    ItemState.OPEN: "not tried yet",
    ItemState.DONE: "done",
    ItemState.UNCHANGED: "nothing to change",
    ItemState.REFUSED: "refused",
}
"""What became of an item, in a few words."""


def describe_item(item: PlanItem, board: BoardId, members: Members, slug: Slug) -> str:
    """Return what an item does to what, and by which clause, as a part of a sentence, in clean text.

    Args:
        item: An item of a plan or a batch.
        board: The board that it is about.
        members: By id.
        slug: Names a board by its id.
    """
    found = item.found
    does = doing_of(item.method)
    if found is None or found.thing is None:
        return sanitize(does.of_many(1).replace(f"1 {does.noun}", f"a {does.noun}"))
    act = _act(item.method, found, board)
    cited, changes = describe_cited(act, slug), changes_text(act, slug)
    of_whom = ""
    if not does.is_about_member and found.about is not None:
        of_whom = f" of {member_name(found.about, members)}"
    done = does.of_one.format(
        thing=f"{describe_thing(act, slug)}{of_whom}", about=member_name(found.about, members)
    )
    return sanitize(
        "".join((done, f": {changes}" if changes else "", f", by {cited}" if cited else ""))
    )


def describe_doings(items: Iterable[PlanItem]) -> str:
    """Return what many items do together: `hide 70 posts, lock 8 threads`; those done most first."""
    return ", ".join(
        doing_of(method).of_many(count)
        for method, count in Counter(item.method for item in items).most_common()
    )


def describe_outcome(item: BatchItem) -> str:
    """Return why an item was refused, as a line of clean text; else in few words what became of it."""
    if item.state is ItemState.REFUSED and item.why:
        return sanitize(f"refused: {item.why}")
    return ITEM_STATES[item.state]


def describe_progress(batch: Batch) -> str:
    """Return where a batch is, in few words: `running, 40 of 78`, `done, 3 of 78 refused`."""
    state = STATES[batch.state]
    if batch.state is BatchState.RUNNING:
        return f"{state}, {tried(batch)} of {batch.count}"
    if batch.state is BatchState.STOPPED:
        return f"{state} after {tried(batch)} of {batch.count}"
    if batch.state is BatchState.DONE and batch.refused:
        return f"{state}, {batch.refused} of {batch.count} refused"
    return state


def describe_result(batch: Batch) -> str:
    """Return how many items were done, refused, found done already or left, as a sentence."""
    left = batch.count - tried(batch)
    parts = [
        f"{batch.done} of {counted(batch.count, 'item')} done",
        f"{batch.refused} refused" if batch.refused else "",
        f"{batch.unchanged} with nothing to change" if batch.unchanged else "",
        f"{left} not tried" if left and batch.state is not BatchState.DONE else "",
    ]
    return f"{', '.join(filter(None, parts))}."


def describe_moved(planned: PlanItem, now: Found) -> str:
    """Return what moved since a plan was made, as a part of a sentence; empty if nothing did.

    Args:
        planned: An item with what the plan says that it does.
        now: What it would do now.
    """
    then = planned.found
    if then is None:
        return ""
    was = {each.field: (each.before, each.said_before) for each in then.changes}
    # The command is the same: where the same stood before, the moment alone decides what comes after.
    dated = {
        each.field for each in now.changes if was.get(each.field) == (each.before, each.said_before)
    }
    return sanitize(find_moved(then, now, dated) or "")


def describe_kept(thing: Thing | None, board: BoardId, slug: Slug) -> str:
    """Return what undoing a batch leaves as it is, in a few words of clean text."""
    if thing is None:
        return "what an item did"
    return sanitize(describe_thing(_act("", Found(thing=thing), board), slug))


def _act(method: str, found: Found, board: BoardId) -> Act:
    """Return the act that an item would be, to be described like one."""
    assert found.thing is not None
    return Act(
        id="",
        board=board,
        number=0,
        at=datetime.min.replace(tzinfo=UTC),
        method=method,
        author=SystemAuthor(),
        office=Office.MODERATOR,
        thing=found.thing,
        about=found.about,
        changes=tuple(each for each in found.changes if each.field not in _ALIKE),
        norm=found.norm,
        norms_version=found.norms_version,
        norms_board=found.norms_board,
    )
