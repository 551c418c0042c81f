"""What the requests about batches do."""

from collections.abc import Sequence

from msgspec.structs import replace

from bbs import limits
from bbs.batch_refusals import Moved, OtherDigest
from bbs.clock import HOUR_MS
from bbs.features.batches.messages import (
    AddItems,
    BatchChanged,
    BatchList,
    BatchPage,
    BatchResult,
    BeginBatch,
    GetBatch,
    ListBatches,
    Rehearsal,
    RehearseItems,
    StartBatch,
    StopBatch,
)
from bbs.features.batches.rules import IS_OVER, digest_of_all, find_moved
from bbs.features.batches.views import BatchItem, BatchState, Found, PlanItem
from bbs.features.moderation.messages import Change, Thing, ThingKind
from bbs.features.moderation.rules import check_reason
from bbs.ids import BatchId, BoardId, MemberId
from bbs.powers import OFFICE_POWERS, Office, Power, office_for
from bbs.refusals import Conflict, NotAllowed, NotFound
from bbs.streams import desk_stream
from bbs_server.features.batches import records, rehearsing
from bbs_server.features.batches.rehearsing import Rehearsed
from bbs_server.features.batches.rows import BatchRow, ItemRow
from bbs_server.handler_api import Context
from bbs_server.outcome import AppendEvent, Did, Outcome, WakeJobs
from bbs_server.paging import fit_page
from bbs_server.store import texts
from bbs_server.store.api import Tx


def rehearse_items(tx: Tx, ctx: Context, command: RehearseItems) -> Outcome[Rehearsal]:
    """Say what items would do."""
    _refuse_without_office(ctx)
    found = rehearsing.rehearse(tx, ctx, command.board, 1, command.items, command.hidden)
    hidden = sum(each.amount for each in found)
    return Outcome(Rehearsal(found=tuple(each.found for each in found), hidden=hidden))


def begin_batch(tx: Tx, ctx: Context, command: BeginBatch) -> Outcome[BatchResult]:
    """Begin a draft, in the place of any other of the same member."""
    check_reason(command.reason)
    _refuse_without_office(ctx)
    row = records.find_batch(tx, command.batch)
    if row is not None and (row.author, row.board) != (ctx.member, command.board):
        raise Conflict(what="this id names another batch")
    if row is not None and row.state != BatchState.DROPPED:
        return Outcome(BatchResult(batch=records.view(tx, row)))
    if command.undoes is not None:
        _check_undoes(tx, command.board, command.undoes)
    for old in (row, records.find_draft(tx, ctx.member)):
        if old is not None:
            records.delete_batch(tx, old)
    row = BatchRow(
        id=command.batch,
        board=command.board,
        author=ctx.member,
        office=_office_of(ctx).value,
        way=ctx.acting.way.value,
        epoch=ctx.epoch,
        begun_at=ctx.now,
        until=ctx.now + limits.BATCH_DRAFT_HOURS * HOUR_MS,
        items=command.count,
        reason_text=texts.insert_text(tx, ctx, command.reason),
        undoes=command.undoes,
    )
    records.insert_batch(tx, row)
    return Outcome(BatchResult(batch=records.view(tx, row)))


def _check_undoes(tx: Tx, board: BoardId, undoes: BatchId) -> None:
    """Refuse to undo a batch that is not over, or that another one undoes."""
    row = records.find_batch(tx, undoes)
    if row is None or row.board != board:
        raise NotFound(what="batch")
    if row.state not in (BatchState.DONE, BatchState.STOPPED):
        raise Conflict(what="only a batch that is over can be undone", revision=row.revision)
    by = None if row.undone_by is None else records.find_batch(tx, row.undone_by)
    # One that is over may have left some: its author chose what it did, and `plan_undo` names the rest.
    if by is not None and by.state not in IS_OVER:
        raise Conflict(what="another batch undoes this one", revision=row.revision)


def add_items(tx: Tx, ctx: Context, command: AddItems) -> Outcome[BatchResult]:
    """Add items to a draft, each compared with what its plan says."""
    row = _own(tx, ctx, command.board, command.batch)
    last = command.first + len(command.items) - 1
    if last <= row.added:
        return Outcome(BatchResult(batch=records.view(tx, row)))  # its answer may have been lost
    _refuse_unless_draft(ctx, row)
    if command.first > row.added + 1:
        raise Conflict(what=f"the items from {row.added + 1} on are missing", revision=row.revision)
    if last > row.items:
        raise Conflict(what=f"this batch has {row.items} items", revision=row.revision)
    first, items = row.added + 1, command.items[row.added + 1 - command.first :]
    hidden = records.amount_of(tx, row.id)
    found = rehearsing.rehearse(tx, ctx, row.board, first, items, hidden)
    for each in found:
        _refuse_moved(tx, ctx, each)
    records.insert_items(tx, ctx, row.id, [each.added() for each in found])
    row = records.update_batch(tx, row, added=last)
    return Outcome(BatchResult(batch=records.view(tx, row)))


def _refuse_moved(tx: Tx, ctx: Context, each: Rehearsed) -> None:
    """Refuse an item that would do something else than its plan says.

    Raises:
        Moved: If it would.
    """
    seen, found = each.item.if_revision, each.found
    what = None
    if seen is not None and found.refused is None and seen != (found.revision or 0):
        what = f"its revision is {found.revision}, and the plan says {seen}"
    elif each.item.found is not None:
        what = find_moved(each.item.found, found, each.dated)
    if what is not None:
        thing = address_of(tx, ctx, each.item.found or found, found)
        raise Moved(each.number, each.item.method, thing, what)


def address_of(tx: Tx, ctx: Context, *founds: Found) -> str:
    """Return the address of what an item is done to, as far as it has one; empty if it has none."""
    for found in founds:
        if found.thing is None:
            continue
        if found.thing.kind is ThingKind.MEMBER and found.about is not None:
            member = ctx.readers.member(tx, ctx, found.about)
            return "" if member is None else f"@{member.handle}"
        slug, thing = ctx.board.slug or "", found.thing
        if thing.kind is ThingKind.LINE:
            return f"{slug}/lounge/{thing.number}"
        if thing.kind in (ThingKind.THREAD, ThingKind.POST):
            numbers = (number for number in (thing.thread, thing.number) if number is not None)
            return "/".join([slug, *map(str, numbers)])
        return slug
    return ""


def start_batch(tx: Tx, ctx: Context, command: StartBatch) -> Outcome[BatchResult]:
    """Apply a draft, or one that waited for its second key."""
    row = _own(tx, ctx, command.board, command.batch)
    if row.digest is not None and row.digest != command.digest:
        raise Conflict(what="it was started with another digest", revision=row.revision)
    if row.state not in (BatchState.DRAFT, BatchState.WAITING):
        return Outcome(BatchResult(batch=records.view(tx, row)))
    _refuse_unstartable(tx, ctx, row)
    reason = texts.load_bodies(tx, [row.reason_text]).get(row.reason_text or "", "")
    digests = records.digests_of(tx, row.id)
    digest = digest_of_all(row.board, row.epoch, reason, row.undoes, digests)
    if digest != command.digest:
        raise OtherDigest(digest)
    grave = records.list_grave(tx, row.id)
    marks = sorted({name for item in grave for name in item.grave.split()})
    power = _power_of(records.heaviest_method(tx, row.id))
    act = ctx.new_id()
    row = records.update_batch(
        tx,
        row,
        state=BatchState.RUNNING.value,
        until=None,
        digest=digest,
        office=office_for(power, ctx.offices).value,
        power=power.value,
        way=(ctx.way or ctx.acting.way).value,
        seconded_by=ctx.seconded_by,
        grave=" ".join(marks),
        act=act,
    )
    undone = None
    if row.undoes is not None:
        _check_undoes(tx, row.board, row.undoes)
        undone = records.find_batch(tx, row.undoes)
        records.mark_undone(tx, row.undoes, row.id)
    did = Did(
        id=act,
        thing=Thing(kind=ThingKind.BATCH, id=row.id, count=row.items),
        changes=tuple(
            Change(field=each.method, after=each.items)
            for each in records.count_methods(tx, row.id)
        ),
        **records.clause_of(tx, row.id)._asdict(),
        reason=reason or None,
        whose=_touched(grave, row.author),
        batch=row.id,
        undoes=None if undone is None else undone.act,
        power=power,
        there={"two_keys": len(grave)},
    )
    result = BatchResult(batch=records.view(tx, row))
    return Outcome(result, (changed(tx, row), WakeJobs()), act=did)


def _touched(grave: Sequence[ItemRow], author: MemberId) -> MemberId | None:
    """Return a member whom items that take two keys are about: one stands for all of them.

    What concerns another waits also where nobody else sits, and that member is told while it does (15.11).
    """
    return min({item.about for item in grave if item.about} - {author}, default=None)


def _refuse_unstartable(tx: Tx, ctx: Context, row: BatchRow) -> None:
    """Refuse to apply a batch of another epoch, with items missing, or a draft beside one that runs.

    Raises:
        Conflict: If it cannot be applied now.
    """
    if row.epoch != ctx.epoch:
        raise Conflict(what="the server was restored since; make the plan anew")
    if row.state == BatchState.DRAFT:
        _refuse_unless_draft(ctx, row)
    if row.added < row.items:
        missing = f"it has {row.added} of its {row.items} items"
        raise Conflict(what=missing, revision=row.revision)
    is_full = records.count_running(tx, row.board) >= limits.BATCHES_RUNNING_MAX
    if is_full and row.state == BatchState.DRAFT:  # a key that somebody gave is not lost
        raise Conflict(what="another batch runs on this board; apply this plan once that has ended")


def _power_of(method: str) -> Power:
    """Return the power that a batch uses, by its heaviest item."""
    from bbs.wire.registry import REQUESTS  # late: a server says hello without it

    return REQUESTS[method].needs.power


def stop_batch(tx: Tx, ctx: Context, command: StopBatch) -> Outcome[BatchResult]:
    """Stop a batch that runs; what was done stays."""
    row = records.find_batch(tx, command.batch)
    if row is None or row.board != command.board or not _may_read(tx, ctx, row):
        raise NotFound(what="batch")
    if row.state != BatchState.RUNNING:
        raise Conflict(what="this batch does not run", revision=row.revision)
    row = records.end_batch(tx, row, BatchState.STOPPED, ctx.now)
    did = Did(
        thing=Thing(kind=ThingKind.BATCH, id=row.id, count=row.done),
        batch=row.id,
        power=_power_to_stop(ctx, row),
    )
    return Outcome(BatchResult(batch=records.view(tx, row)), (changed(tx, row),), act=did)


def _power_to_stop(ctx: Context, row: BatchRow) -> Power:
    """Return the power by which the actor stops a batch: its own, or one of their office."""
    own = () if row.power is None else (Power(row.power),)
    powers = (*own, Power.TEND, Power.CALM, Power.REVIEW)
    found = (power for power in powers if office_for(power, ctx.offices) is not Office.MEMBER)
    return next(found, Power.READ)


def changed(tx: Tx, row: BatchRow) -> AppendEvent:
    """Return the event that tells the desk how a batch stands now."""
    words = {} if row.reason_text is None else {"batch.reason": row.reason_text}
    return AppendEvent(
        desk_stream(row.board), BatchChanged(batch=records.view(tx, row)), row.id, words
    )


def get_batch(tx: Tx, ctx: Context, query: GetBatch) -> BatchPage:
    """Return a batch and a page of its items."""
    row = records.find_batch(tx, query.batch)
    if row is None:
        raise NotFound(what="batch")
    try:
        there = ctx.judged(tx, ListBatches(board=row.board))
    except NotFound:
        if not _may_give_key(tx, ctx, row):
            raise NotFound(what="batch") from None
    else:
        if not _may_read(tx, there, row):
            raise NotFound(what="batch")
    whole = row.author == ctx.member or _may_give_key(tx, ctx, row)
    rows = records.list_items(tx, row.id, query.after, query.limit + 1)
    found = [_shown(each, whole=whole) for each in records.view_items(tx, rows)]
    items = tuple(found[: fit_page(found[: query.limit])])
    return BatchPage(
        batch=records.view(tx, row),
        items=items,
        next_after=items[-1].number if len(found) > len(items) else None,
    )


def _shown(each: BatchItem, *, whole: bool) -> BatchItem:
    """Return an item as a reader sees it.

    What a person judged is for its author and who gives the second key: others in office may be party
    to that case (22.6), or not be told the words to an applicant. They learn of it what the log says.
    """
    from bbs.wire.registry import REQUESTS  # late: a server says hello without it

    cls = REQUESTS.get(each.item.method)
    if whole or (cls is not None and not cls.needs.by_person):
        return each
    return replace(each, item=PlanItem(method=each.item.method, params={}), why=None)


def list_batches(tx: Tx, ctx: Context, query: ListBatches) -> BatchList:
    """Return a page of a board's batches, those begun last first."""
    _refuse_without_office(ctx)
    before = None if query.before is None else records.find_batch(tx, query.before)
    if before is not None and (before.board != query.board or not _may_read(tx, ctx, before)):
        before = None  # as for one that does not exist: it tells nothing of other boards or drafts
    rows = records.list_batches(tx, query.board, ctx.member, before, query.limit + 1)
    views = [records.view(tx, row) for row in rows]
    batches = tuple(views[: fit_page(views[: query.limit])])
    return BatchList(
        batches=batches, next_before=batches[-1].id if len(views) > len(batches) else None
    )


def find_for_reader(tx: Tx, ctx: Context, board: BoardId, batch: BatchId) -> BatchRow:
    """Return a batch of a board for somebody who may read it there.

    Raises:
        NotFound: If there is none, or they may not.
    """
    row = records.find_batch(tx, batch)
    if row is None or row.board != board or not _may_read(tx, ctx, row):
        raise NotFound(what="batch")
    return row


def _may_read(tx: Tx, ctx: Context, row: BatchRow) -> bool:
    """Return whether the actor may read a batch: its author, who is in office there, who has the key."""
    if row.author == ctx.member:
        return True
    if row.state == BatchState.DRAFT:
        return False
    return bool(ctx.offices) or _may_give_key(tx, ctx, row)


def _may_give_key(tx: Tx, ctx: Context, row: BatchRow) -> bool:
    waits = row.state == BatchState.WAITING and row.proposal is not None
    return waits and ctx.readers.may_give_key(tx, ctx, row.proposal or "")


def _own(tx: Tx, ctx: Context, board: BoardId, batch: BatchId) -> BatchRow:
    """Return a batch of the actor's on a board.

    Raises:
        NotFound: If there is none.
    """
    row = records.find_batch(tx, batch)
    if row is None or (row.board, row.author) != (board, ctx.member):
        raise NotFound(what="batch")
    return row


def _refuse_unless_draft(ctx: Context, row: BatchRow) -> None:
    """Refuse to change a batch that is no draft any more, or is one for too long.

    Raises:
        Conflict: If it is.
    """
    if row.state != BatchState.DRAFT:
        raise Conflict(what="this batch was started, or is over", revision=row.revision)
    if row.epoch != ctx.epoch or (row.until is not None and row.until <= ctx.now):
        raise Conflict(what="this draft is over; make the plan anew", revision=row.revision)


def _refuse_without_office(ctx: Context) -> None:
    """Refuse a plan of somebody without an office: nothing of it could be theirs to do.

    Raises:
        NotAllowed: If the actor has none on this board.
    """
    if not ctx.offices:
        raise NotAllowed(power=Power.TEND.value)


def _office_of(ctx: Context) -> Office:
    """Return the office in which a draft is begun: the first that the actor has there."""
    return next(office for office in OFFICE_POWERS if office in ctx.offices)
