"""Batches as pages: what they do, how far they are, and what their reader can do (protocol 26)."""

from collections.abc import Callable, Iterable
from enum import StrEnum

from bbs.features.batches.following import is_over
from bbs.features.batches.views import (
    Batch,
    BatchItem,
    BatchState,
    ItemState,
)
from bbs.plural import counted
from bbs.sdk.lookup import Members
from bbs.terminal.batch_text import (
    describe_item,
    describe_outcome,
    describe_progress,
    describe_result,
)
from bbs_client.safe_text import handle_of, safe_line
from bbs_client.session.session import Session
from bbs_client.session.sheets import (
    Listing,
    ListingItem,
    Roll,
    RollItem,
    Sheet,
    SheetRow,
    SheetWord,
)

DIGEST_SHOWN_CHARS = 12
DRAFT = "Not applied; ends"
SECOND_KEY = (
    "It waits for a second key: another holder of this office, a moderator of the commons, or else"
    " the sysop agrees to exactly this plan, once."
)


_DID = {
    BatchState.DRAFT: "was to apply",
    BatchState.WAITING: "wants to apply",
    BatchState.DROPPED: "wanted to apply",
}
"""What whoever is behind a batch did with its items, where they did not apply them."""

Names = tuple[Members, Callable[[str], str]]
"""Members by id, and what names a board by its id."""


class BatchWord(StrEnum):
    """What can be done with a plan, or with a batch."""

    REHEARSE = "rehearse"
    APPLY = "apply"
    STOP = "stop"
    UNDO = "undo"
    PROPOSAL = "proposal"
    OTHER = "other"


OPEN_PLAN, OLDER = "plan", "older"
"""Items of the list that are no batch."""


def batch_name(session: Session, batch: Batch) -> str:
    """Return who applied how much, in one line: `ana, 78 items`."""
    who = handle_of(batch.author, session.members)
    undoes = ", to undo others" if batch.undoes is not None else ""
    return f"{who}, {counted(batch.count, 'item')}{undoes}"


def batch_listing(session: Session, slug: str, batches: Iterable[Batch], *, older: bool) -> Listing:
    """Return the page of a board's batches, newest first."""
    items = [
        ListingItem(
            batch.id,
            batch_name(session, batch),
            session.times.short(batch.begun_at),
            tuple(filter(None, (_state(session, batch), _reason(batch)))),
            is_new=batch.state in (BatchState.RUNNING, BatchState.WAITING),
        )
        for batch in batches
    ]
    says = "It is looked at first; nothing is done before you say yes."
    items.insert(0, ListingItem(OPEN_PLAN, "Open a plan from this device", "", (says,)))
    if older:
        items.append(ListingItem(OLDER, "Older ones", "", ()))
    about = f"What was applied together on {slug}, newest first: each by one plan, and each can be undone."
    return Listing(name="Batches", about=about, items=tuple(items), empty="", leads=True)


def _state(session: Session, batch: Batch) -> str:
    if batch.state is BatchState.DRAFT:
        return f"{DRAFT} in a day."
    progress = describe_progress(batch)
    undone = f", and {_undone(session, batch)} since" if batch.undone_by is not None else ""
    return f"{progress[:1].upper()}{progress[1:]}{undone}."


def _undone(session: Session, batch: Batch) -> str:
    """Return how far a batch was undone, as far as this device was told of what undid it."""
    by = session.batches.latest.get(batch.undone_by or "")
    whole = by is None or (by.state is not BatchState.STOPPED and not by.refused)
    return "undone" if whole else "undone in part"


def _reason(batch: Batch) -> str:
    return f"“{safe_line(batch.reason)}”" if batch.reason else ""


def plan_facts(batch: Batch) -> tuple[str, ...]:
    """Return why a plan is to be applied, and the beginning of its digest; cleaned."""
    digest = f"Digest {batch.digest[:DIGEST_SHOWN_CHARS]}" if batch.digest is not None else ""
    return tuple(filter(None, (_reason(batch), digest)))


def batch_roll(session: Session, batch: Batch, items: Iterable[BatchItem]) -> Roll:
    """Return the page of a batch: how far it is, and each item with what became of it."""
    who = handle_of(batch.author, session.members)
    by_script = " by a script" if batch.way == "script" else ""
    office = batch.office.replace("_", " ")
    when = session.times.near(batch.begun_at)
    did = _DID.get(batch.state, "applied")
    head = f"{who} {did} {counted(batch.count, 'item')}{by_script} as {office}, {when}"
    rows = [SheetRow(head, "strong")]
    if batch.reason:
        rows.append(SheetRow(_reason(batch)))
    rows += _stand(batch)
    rows += [
        SheetRow(said, "dim")
        for said in (
            "It undoes what another batch did." if batch.undoes is not None else "",
            f"It was {_undone(session, batch)} by another batch."
            if batch.undone_by is not None
            else "",
            f"Digest {batch.digest[:DIGEST_SHOWN_CHARS]}" if batch.digest is not None else "",
        )
        if said
    ]
    sheet = Sheet(
        name="Batch",
        board=batch.board if session.cache.board(batch.board) else "",
        fact=describe_progress(batch),
        rows=tuple(rows),
        words=batch_words(batch),
    )
    names = (dict(session.members), session.slug)
    told = tuple(_batch_item(names, batch, each) for each in items)
    is_live = batch.state in (BatchState.RUNNING, BatchState.WAITING)
    return Roll(sheet=sheet, heading="Its items", items=told, is_live=is_live)


def _stand(batch: Batch) -> list[SheetRow]:
    match batch.state:
        case BatchState.WAITING:
            return [SheetRow(SECOND_KEY, "warn")]
        case BatchState.DRAFT:
            return [SheetRow(f"{DRAFT} in a day. Apply its plan again to go on.")]
        case BatchState.RUNNING:
            says = "The server goes on with it also when you leave."
            return [SheetRow(f"Running: {describe_result(batch)} {says}", "strong")]
        case BatchState.DROPPED:
            return [SheetRow("Nothing of it was done.")]
    stopped = "Stopped. " if batch.state is BatchState.STOPPED else ""
    role = "warn" if batch.refused else ""
    return [SheetRow(f"{stopped}{describe_result(batch)}", role)]


def batch_words(batch: Batch) -> tuple[SheetWord, ...]:
    """Return what can be done with a batch now; the server decides whether its reader may."""
    words = []
    if batch.state is BatchState.RUNNING:
        says = "Stop it after the item that is being done; what was done stays."
        words.append(SheetWord("x", BatchWord.STOP, "stop", says))
    if batch.state is BatchState.WAITING:
        says = "Show it among what waits for others, to agree or to take it back."
        words.append(SheetWord("p", BatchWord.PROPOSAL, "what waits", says))
    if is_over(batch) and batch.done:
        says = "Undo it: look first at what comes back, and what stays."
        words.append(SheetWord("1", BatchWord.UNDO, "undo", says))
    if batch.undone_by is not None or batch.undoes is not None:
        label = "what undid it" if batch.undone_by is not None else "what it undoes"
        words.append(SheetWord("2", BatchWord.OTHER, label, f"Show {label}."))
    return tuple(words)


def _batch_item(names: Names, batch: Batch, each: BatchItem) -> RollItem:
    text = describe_item(each.item, batch.board, *names)
    if each.state is ItemState.REFUSED:
        why = safe_line(describe_outcome(each))
        return RollItem(f"{each.number}", text, "refused", (why.removeprefix("refused: "),), "warn")
    return RollItem(f"{each.number}", text, describe_outcome(each))
