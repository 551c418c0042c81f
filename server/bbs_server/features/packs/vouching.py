"""Vouching: two who claimed say whose old words are, for somebody without a key (protocol 31.7).

It gives the name alone: the words stay an imported author's, so nobody gets control over them by it.
"""

from collections.abc import Iterable
from typing import NamedTuple

from bbs import limits
from bbs.claim_refusals import CannotVouch
from bbs.clock import DAY_MS, Ms, optional_instant
from bbs.features.members.views import Member, SystemAuthor
from bbs.features.ownership.leaving_messages import LeavingChanged
from bbs.features.ownership.views import LeaveWords, LeavingState
from bbs.features.packs import claim_limits
from bbs.features.packs.claim_messages import (
    ListVouchings,
    ObjectToVouching,
    Vouch,
    VouchingChanged,
    VouchingList,
    VouchingResult,
)
from bbs.features.packs.claim_rules import Voucher, next_vouching_state, why_not_vouch
from bbs.features.packs.claim_views import OldName, Vouching, VouchingState
from bbs.features.packs.views import PackKind
from bbs.ids import BoardId, MemberId
from bbs.messages import Done
from bbs.refusals import Conflict, LimitReached, NotFound
from bbs.rows import columns, marks
from bbs.streams import board_stream, stream_parts
from bbs_server.features.packs import claim_records
from bbs_server.handler_api import Context
from bbs_server.outcome import AppendEvent, Effect, Outcome, WakeJobs
from bbs_server.store import event_log
from bbs_server.store.api import Tx
from bbs_server.store.hops import in_time

_OPEN = (VouchingState.ASKED.value, VouchingState.ANNOUNCED.value)


class VouchingRow(NamedTuple):
    """A vouching as it is stored; `voucher` and `second_voucher` vouch for `member`."""

    id: str
    board: BoardId
    handle: str
    home_host: str
    member: MemberId | None
    voucher: MemberId | None
    second_voucher: MemberId | None
    state: str
    at: Ms
    until: Ms | None
    revision: int = 1
    place: str = ""

    def view(self) -> Vouching | None:
        """Return it as the board's readers see it; None once a member of it left."""
        if self.member is None or self.voucher is None:
            return None
        return Vouching(
            id=self.id,
            board=self.board,
            handle=self.handle,
            host=self.home_host,
            member=self.member,
            by=tuple(each for each in (self.voucher, self.second_voucher) if each is not None),
            state=VouchingState(self.state),
            until=optional_instant(self.until),
            revision=self.revision,
        )


_ALL = f"SELECT {columns(VouchingRow)} FROM vouchings"  # noqa: S608 - names of ours


def vouch(tx: Tx, ctx: Context, command: Vouch) -> Outcome[VouchingResult]:
    """Vouch as the first or the second member; with the second one the board is told.

    Raises:
        NotFound: If no words on the board stand under that name, or there is no such member.
        CannotVouch: If the actor may not.
        Conflict: If somebody else is vouched for under that name, or it has a name already.
        LimitReached: If too many are open on the board.
    """
    about = ctx.readers.member(tx, ctx, command.member)
    if about is None:
        raise NotFound(what="member")
    if not _named_authors(tx, command.board, command.handle, command.host, "", 1):
        raise NotFound(what="author")
    name = f"{command.handle} of {command.host}"
    row = _standing(tx, command)
    if row is not None and row.member != command.member:
        raise Conflict(what=f"members vouch for somebody else as {name}")
    if row is not None and row.state not in _OPEN:
        return Outcome(_result(row))
    first = None if row is None or row.voucher is None else _voucher(tx, ctx, row.voucher)
    me = _voucher(tx, ctx, ctx.member)
    claimed = claim_records.has_claimed(tx, command.board, ctx.member)
    rule = why_not_vouch(
        me, first, about=_voucher(tx, ctx, command.member), has_claimed=claimed, name=name
    )
    if row is not None and ctx.member in (row.voucher, row.second_voucher):
        return Outcome(_result(row))
    if rule is not None:
        raise CannotVouch(rule=rule)
    if row is None:
        row = _begin(tx, ctx, command)
    elif row.state == VouchingState.ASKED.value:
        row = _change(
            tx,
            row._replace(
                second_voucher=ctx.member,
                until=ctx.proven_now + claim_limits.VOUCHING_DAYS * DAY_MS,
            ),
            VouchingState.ANNOUNCED,
        )
    return Outcome(_result(row), tuple(_told(row)))


def _standing(tx: Tx, command: Vouch) -> VouchingRow | None:
    """Return the vouching for a name that is open or was given."""
    sql = f"{_ALL} WHERE board = ? AND handle = ? AND home_host = ? AND state IN (?, ?, ?)"
    given = VouchingState.GIVEN.value
    place = (command.board, command.handle, command.host)
    return tx.select_one(VouchingRow, sql, *place, *_OPEN, given)


def _begin(tx: Tx, ctx: Context, command: Vouch) -> VouchingRow:
    sql = "SELECT count(*) FROM vouchings WHERE board = ? AND state IN (?, ?)"
    if tx.fetch_value(sql, command.board, *_OPEN) >= claim_limits.VOUCHINGS_OPEN_MAX:
        raise LimitReached("open vouchings on this board", claim_limits.VOUCHINGS_OPEN_MAX)
    row = VouchingRow(
        id=ctx.new_id(),
        board=command.board,
        handle=command.handle,
        home_host=command.host,
        member=command.member,
        voucher=ctx.member,
        second_voucher=None,
        state=next_vouching_state(None, VouchingState.ASKED).value,
        at=ctx.now,
        until=ctx.proven_now + claim_limits.VOUCHING_SECOND_DAYS * DAY_MS,
    )
    tx.execute(
        f"INSERT INTO vouchings ({columns(VouchingRow)}) VALUES ({marks(VouchingRow)})",  # noqa: S608 - names of ours
        *row,
    )
    return row


def _voucher(tx: Tx, ctx: Context, member: MemberId) -> Voucher:
    found: Member | None = ctx.readers.member(tx, ctx, member)
    if found is None or found.invited_by is None or found.joined_at is None:
        return Voucher(member)
    days = claim_limits.VOUCHING_GUEST_DAYS
    since = optional_instant(ctx.now - days * DAY_MS)
    assert since is not None
    return Voucher(member, found.invited_by if found.joined_at > since else None)


def object_to_vouching(tx: Tx, ctx: Context, command: ObjectToVouching) -> Outcome[VouchingResult]:
    """End an announced vouching, as a member who claimed words on the board.

    Raises:
        NotFound: If there is no such vouching on the board.
        CannotVouch: If the actor claimed no words there.
        Conflict: If it is over.
    """
    sql = f"{_ALL} WHERE id = ? AND board = ?"
    row = tx.select_one(VouchingRow, sql, command.vouching, command.board)
    if row is None or row.view() is None:
        raise NotFound(what="vouching")
    if row.state == VouchingState.OBJECTED.value:
        return Outcome(_result(row))
    if not claim_records.has_claimed(tx, command.board, ctx.member):
        raise CannotVouch(rule="only members who claimed words of their own on this board object")
    if row.state != VouchingState.ANNOUNCED.value:
        raise Conflict(what=f"this vouching is {row.state}")
    row = _change(tx, row._replace(until=None), VouchingState.OBJECTED)
    return Outcome(_result(row), tuple(_told(row)))


def list_vouchings(tx: Tx, ctx: Context, query: ListVouchings) -> VouchingList:
    """Return the vouchings of a board, the newest first."""
    rows = tx.select(
        VouchingRow,
        f'{_ALL} WHERE board = ? ORDER BY at DESC, id COLLATE "binary" LIMIT ?',
        *(query.board, claim_limits.VOUCHINGS_LISTED_MAX),
    )
    views = [view for row in rows if (view := row.view()) is not None]
    return VouchingList(
        vouchings=tuple(views),
        names=tuple(_waiting_names(tx, query.board)),
        as_of=event_log.heads(tx, [board_stream(query.board)]),
    )


class _OldName(NamedTuple):
    handle: str
    home: int


def _waiting_names(tx: Tx, board: BoardId) -> list[OldName]:
    """Return the names that readers see on words which nobody claimed; of a lifeboat they see none."""
    pack = claim_records.find_pack(tx, board)
    if pack is None or pack.view().kind is not PackKind.SERVER:
        return []
    rows = tx.select(
        _OldName,
        "SELECT DISTINCT a.handle, a.home FROM pack_authors a"
        " WHERE a.board = ? AND a.handle IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM pack_claims c WHERE c.imported = a.imported)"
        ' ORDER BY a.handle COLLATE "binary", a.home LIMIT ?',
        *(board, claim_limits.VOUCHINGS_LISTED_MAX),
    )
    homes = pack.view().homes
    return [OldName(handle=row.handle, host=homes[row.home].host) for row in rows]


def end_vouchings(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Let the next vouching lapse, or give its name, a slice of its words at a time, by proven time."""
    row = tx.select_one(
        VouchingRow,
        f'{_ALL} WHERE state IN (?, ?, ?) AND until <= ? ORDER BY until, id COLLATE "binary" LIMIT 1',
        *(*_OPEN, VouchingState.GIVEN.value, ctx.proven_now),
    )
    if row is None:
        return Outcome(Done())
    found = None if row.member is None else ctx.readers.member(tx, ctx, row.member)
    if row.state == VouchingState.GIVEN.value:
        return _name_authors(tx, ctx, row, _name(row), VouchingState.LAPSED)
    if row.state == VouchingState.ASKED.value or found is None or found.handle is None:
        to = (
            VouchingState.LAPSED
            if row.state == VouchingState.ASKED.value
            else VouchingState.OBJECTED
        )
        row = _change(tx, row._replace(until=None), to)
        return Outcome(Done(), tuple(_told(row)), more=True)
    name = f"{_name(row)} (@{found.handle} here)"[: limits.NAME_CHARS_MAX]
    return _name_authors(tx, ctx, row, name, VouchingState.GIVEN)


def _name(row: VouchingRow) -> str:
    return f"{row.handle} of {row.home_host}"


def _name_authors(
    tx: Tx, ctx: Context, row: VouchingRow, name: str, to: VouchingState
) -> Outcome[Done]:
    """Give a slice of the authors a name; with the last one the vouching comes to a state."""
    authors = _named_authors(
        tx, row.board, row.handle, row.home_host, row.place, limits.REMOVED_AT_ONCE
    )
    effects: list[Effect] = []
    for author in in_time(tx, authors):
        effects += ctx.readers.rename_imported(tx, ctx, author.imported, name, author.thread)
        row = row._replace(place=author.imported)
    if authors:
        tx.execute("UPDATE vouchings SET place = ? WHERE id = ?", row.place, row.id)
    else:
        row = _change(tx, row._replace(until=None), to)
        effects += _told(row)
    return Outcome(Done(), tuple(effects), more=True)


def end_names_of_leaver(tx: Tx, ctx: Context, emit: AppendEvent) -> Iterable[Effect]:
    """Let a job take a name off old words whose member left and takes it along (P9, protocol 28.3)."""
    assert isinstance(emit.event, LeavingChanged)
    leaving = emit.event.leaving
    is_gone = leaving.board is None and leaving.state is LeavingState.LEAVING
    if not is_gone or leaving.words is LeaveWords.LEFT:
        return ()
    _, member = stream_parts(emit.stream)
    sql = "UPDATE vouchings SET until = ?, place = '' WHERE member = ? AND state = ?"
    given = VouchingState.GIVEN.value
    return (WakeJobs(),) if tx.execute(sql, ctx.proven_now, member, given) else ()


def _named_authors(
    tx: Tx, board: BoardId, handle: str, host: str, after: str, limit: int
) -> list[claim_records.AuthorOfThread]:
    """Return the next authors of a board's threads under a name, by their id."""
    pack = claim_records.find_pack(tx, board)
    homes = [] if pack is None else [home.host for home in pack.view().homes]
    places = [place for place, each in enumerate(homes) if each == host]
    if not places:
        return []
    return tx.select(
        claim_records.AuthorOfThread,
        f"FROM pack_authors WHERE board = ? AND handle = ? AND home IN ({','.join('?' * len(places))})"
        ' AND imported COLLATE "binary" > ? ORDER BY imported COLLATE "binary" LIMIT ?',
        *(board, handle, *places, after, limit),
    )


def _change(tx: Tx, row: VouchingRow, to: VouchingState) -> VouchingRow:
    state = next_vouching_state(VouchingState(row.state), to)
    row = row._replace(state=state.value, revision=row.revision + 1)
    tx.execute(
        "UPDATE vouchings SET second_voucher = ?, state = ?, until = ?, revision = ? WHERE id = ?",
        *(row.second_voucher, row.state, row.until, row.revision, row.id),
    )
    return row


def _result(row: VouchingRow) -> VouchingResult:
    view = row.view()
    assert view is not None
    return VouchingResult(vouching=view)


def _told(row: VouchingRow) -> list[Effect]:
    """Return the event for the board's readers."""
    view = row.view()
    if view is None:
        return []
    author = SystemAuthor() if row.until is None and row.state != "objected" else None
    stream = board_stream(row.board)
    return [AppendEvent(stream, VouchingChanged(vouching=view), row.id, author=author)]
