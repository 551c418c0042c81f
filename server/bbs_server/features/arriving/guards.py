"""Guards: how they begin with a seat, what they hold, and how they end (protocol 21.1)."""

from collections.abc import Iterable

from bbs import limits
from bbs.clock import Ms, is_in_force
from bbs.features.arriving import rules
from bbs.features.arriving.messages import GuardChanged, PostDecided
from bbs.features.arriving.views import Guard, GuardKind, GuardState, HeldState, HeldTold
from bbs.features.boards.kinds import BoardKind
from bbs.features.boards.messages import BoardConfigured, Visibility
from bbs.features.boards.seat_messages import SeatChanged, SeatState
from bbs.features.members.views import MemberAuthor, SystemAuthor
from bbs.features.moderation.rules import find_lock_down
from bbs.features.moderation.views import RestrictionKind
from bbs.features.reading.views import NoticeKind
from bbs.features.threads.messages import PostPublished, ThreadPublished
from bbs.features.threads.views import Approval
from bbs.ids import COMMONS, BoardId, MemberId, PostId
from bbs.streams import board_stream, desk_stream, member_stream, note_stream
from bbs_server.features.arriving import guard_records, note_records, notes
from bbs_server.features.arriving.guard_records import ApprovalRow, GuardRow
from bbs_server.handler_api import Context, Told
from bbs_server.outcome import AppendEvent, Effect, RecheckListeners
from bbs_server.store.api import Tx


def begin_or_end(tx: Tx, ctx: Context, emit: AppendEvent) -> Iterable[Effect]:
    """Begin the board's guards for who takes a seat, and end those of who becomes a moderator.

    Who sat there before a guard was switched on has none: guards begin with the seat alone.
    """
    assert isinstance(emit.event, SeatChanged)
    seat = emit.event.seat
    if emit.stream != member_stream(seat.member):
        return ()  # it is told on the board, too
    if seat.moderator:
        return _end_all(tx, ctx, seat.board, seat.member)
    effects: list[Effect] = [_recheck_notes(tx, seat.board, seat.member)]
    if seat.state is SeatState.SEATED:
        effects += _begin(tx, ctx, seat.board, seat.member)
    return effects


def _recheck_notes(tx: Tx, board: BoardId, member: MemberId | None) -> RecheckListeners:
    """Check again whether a member, or anybody for None, hears the notes of a board."""
    begun = note_records.newcomers_of_board(tx, board)
    return RecheckListeners(tuple(note_stream(each) for each in begun), member)


def _begin(tx: Tx, ctx: Context, board: BoardId, member: MemberId) -> list[Effect]:
    facts, seat = ctx.readers.board_facts(tx, board), ctx.readers.seat_of(tx, board, member)
    assert facts is not None
    settings = guard_records.settings_of(facts)
    if not settings.kinds or seat is None or seat.since != ctx.now:
        return []
    if has_office(tx, ctx, board, member):
        return []
    effects: list[Effect] = []
    had = guard_records.kinds_had(tx, board, member)
    for kind in settings.kinds:
        if kind.value not in had:
            effects += _insert(tx, ctx, board, member, kind, settings.pace_s)
    return effects


def has_office(tx: Tx, ctx: Context, board: BoardId, member: MemberId) -> bool:
    """Return whether a member holds an office on a board or in the community: no guard is theirs."""
    return any(
        term.board in (board, COMMONS) and is_in_force(ctx.now, term.since, term.until)
        for term in ctx.readers.offices_of(tx, member)
    )


def _insert(
    tx: Tx, ctx: Context, board: BoardId, member: MemberId, kind: GuardKind, pace_s: int
) -> list[Effect]:
    until = rules.guard_end(kind, ctx.now)
    seconds, restriction = None, None
    effects: list[Effect] = []
    if kind is GuardKind.PACE:
        seconds = pace_s
        effects += ctx.readers.restrict(
            *(tx, ctx, board, RestrictionKind.GUARDED),
            member=member,
            value=pace_s,
            since=ctx.now,
            until=until,
        )
        restriction = next(effect.subject for effect in effects if isinstance(effect, AppendEvent))
    state = rules.check_guard_move(None, GuardState.ON)
    row = GuardRow(
        *(board, member, kind.value, ctx.now, until, 0, seconds, restriction, state.value, 1)
    )
    guard_records.insert_guard(tx, row)
    return [*effects, _told(row)]


def _told(row: GuardRow) -> AppendEvent:
    event = GuardChanged(guard=guard_records.view(row))
    return AppendEvent(member_stream(row.member), event, row.board, author=SystemAuthor())


def end(tx: Tx, ctx: Context, row: GuardRow, state: GuardState) -> list[Effect]:
    """End a guard, and return what tells it; with the last guard the end of the note is known."""
    rules.check_guard_move(GuardState(row.state), state)
    effects: list[Effect] = []
    if row.restriction is not None and state is not GuardState.EXPIRED:
        effects += ctx.readers.lift_restriction(tx, ctx, row.restriction)
    effects.append(_told(guard_records.update_guard(tx, row, state=state.value)))
    ended = row.until if state is GuardState.EXPIRED else ctx.now
    return [*effects, *notes.set_end(tx, ctx, row.member, ended)]


def _end_all(tx: Tx, ctx: Context, board: BoardId, member: MemberId) -> list[Effect]:
    """End all guards of a member on a board; if it is the commons, on every board."""
    rows = guard_records.guards_of_member(tx, member)
    mine = (row for row in rows if board in (row.board, COMMONS))
    return [effect for row in mine for effect in end(tx, ctx, row, GuardState.LIFTED)]


def follow_settings(tx: Tx, ctx: Context, emit: AppendEvent) -> Iterable[Effect]:
    """End the guards that a board's moderators switched off; if they are many, a job ends the rest.

    Hosts without a seat on a board that becomes private hear nothing more of the notes begun there.
    """
    assert isinstance(emit.event, BoardConfigured)
    board = emit.event.board
    if emit.stream != board_stream(board.id):
        return ()  # it is told on the commons, too
    private = board.visibility is Visibility.PRIVATE
    recheck = [_recheck_notes(tx, board.id, None)] if private else []
    return [*recheck, *lift_switched_off(tx, ctx)]


def lift_switched_off(tx: Tx, ctx: Context) -> list[Effect]:
    """End a slice of the guards whose setting is off."""
    rows = guard_records.guards_switched_off(tx, limits.SLICE_ROWS)
    return [effect for row in rows for effect in end(tx, ctx, row, GuardState.LIFTED)]


def count_post(tx: Tx, ctx: Context, emit: AppendEvent) -> Iterable[Effect]:
    """Count a newcomer's post that was published: after so many, the guards end."""
    facts = None if ctx.standing is None else ctx.standing.board
    if facts is None or not (facts.guard_first_posts or facts.guard_links or facts.guard_pace_s):
        return ()  # as on most boards: nothing is looked up for their posts
    assert isinstance(emit.event, PostPublished | ThreadPublished)
    post = emit.event.post
    if post.board != facts.id or post.imported or not isinstance(post.author, MemberAuthor):
        return ()
    effects: list[Effect] = []
    for row in guard_records.guards_on(tx, facts.id, post.author.id):
        if GuardKind(row.kind) not in rules.BY_POSTS:
            continue
        row = guard_records.update_guard(tx, row, posts=row.posts + 1)
        if row.posts >= limits.GUARD_POSTS:
            effects += end(tx, ctx, row, GuardState.PASSED)
        else:
            effects.append(_told(row))
    return effects


def why_held(tx: Tx, ctx: Context, words: str, *, behind: bool) -> Approval | None:
    """Return why a new post of the actor waits for a moderator; None if it does not (P6)."""
    found = _guards_of_actor(tx, ctx)
    why = rules.why_held(frozenset(guard.kind for guard in found), words, behind=behind)
    waits = why in (None, Approval.BEHIND) and _waits_in_lock_down(tx, ctx, guarded=bool(found))
    return Approval.LOCKED_DOWN if waits else why


def _waits_in_lock_down(tx: Tx, ctx: Context, *, guarded: bool) -> bool:
    """Return whether a new post of the actor waits because the community is locked down (protocol 25.3).

    Args:
        guarded: Whether any guard is on for the actor on the board.
    """
    if ctx.offices or ctx.board.kind is BoardKind.LETTER:
        return False
    narrows = ctx.readers.restrictions_on(tx, ctx.board.id, ctx.member)
    if find_lock_down(narrows, ctx.now) is None:
        return False
    if guarded or letters_guard(tx, ctx.member, ctx.now) is not None:
        return True
    return not ctx.readers.has_posted(tx, ctx.board.id, ctx.member)


def links_guard(tx: Tx, ctx: Context) -> Guard | None:
    """Return the guard that lets new posts of the actor with links wait; None without one."""
    found = _guards_of_actor(tx, ctx)
    return next((guard for guard in found if guard.kind is GuardKind.LINKS), None)


def _guards_of_actor(tx: Tx, ctx: Context) -> list[Guard]:
    """Return the guards that are on for the actor on the request's board; nobody in office has any (P6)."""
    if ctx.offices:
        return []
    rows = guard_records.guards_on(tx, ctx.board.id, ctx.member)
    switched = guard_records.settings_of(ctx.board).kinds
    found = map(guard_records.view, rows)
    return [each for each in found if each.kind in switched and rules.is_on(each, ctx.now)]


def guards_of_newcomer(tx: Tx, board: BoardId, member: MemberId, now: Ms) -> tuple[Guard, ...]:
    """Return the guards that are on for a member on a board at `now`, in ms."""
    return in_force(guard_records.guards_on(tx, board, member), now)


def hold_post(tx: Tx, ctx: Context, post: PostId, n: int, why: Approval) -> tuple[Effect, ...]:
    """Let a new post of the actor wait, and tell them; the first time, a note opens before all else."""
    row = ApprovalRow(post, n, ctx.board.id, ctx.member, ctx.now, 0, None)
    guard_records.insert_approval(tx, row)
    told = Told(
        member=ctx.member,
        board=ctx.board.id,
        until=rules.published_at(ctx.now),
        held=HeldTold(post=post, state=HeldState.WAITING),
    )
    notice = ctx.readers.effects_of_notice(tx, ctx, NoticeKind.HELD, told)
    return (*notes.open_note(tx, ctx, post, why), *notice)


def end_approval(tx: Tx, ctx: Context, post: PostId, state: HeldState) -> tuple[Effect, ...]:
    """Forget that a post waited, and return what tells the desks that were asked."""
    row = guard_records.find_approval(tx, post)
    if row is None:
        return ()
    check_held(row, state, ctx.now)
    guard_records.delete_approval(tx, post)
    return decided(row, state)


def check_held(row: ApprovalRow, to: HeldState, now: Ms) -> None:
    """Refuse a move that the life of a post that waits does not have.

    Raises:
        Conflict: If it has not.
    """
    waits = HeldState.ASKED if now >= rules.asks_at(row.at) else HeldState.WAITING
    rules.check_held_move(waits if row.declined_at is None else HeldState.DECLINED, to)


def decided(row: ApprovalRow, state: HeldState) -> tuple[Effect, ...]:
    """Return what tells the desks that were asked how a post stopped waiting."""
    if row.declined_at is not None:
        return ()
    event = PostDecided(post=row.post, board=row.board, state=state)
    boards = dict.fromkeys([row.board, *([COMMONS] if row.asked else [])])
    return tuple(AppendEvent(desk_stream(board), event, row.post) for board in boards)


def letters_guard(tx: Tx, member: MemberId, now: Ms) -> Guard | None:
    """Return the guard by which a newcomer writes no letters to strangers at `now`, in ms."""
    facts_on = (
        guard
        for guard in map(guard_records.view, guard_records.guards_on(tx, COMMONS, member))
        if guard.kind is GuardKind.LETTERS and rules.is_on(guard, now)
    )
    return next(facts_on, None)


def expire(tx: Tx, ctx: Context) -> list[Effect]:
    """End a slice of the guards whose time is over."""
    rows = guard_records.guards_over(tx, ctx.proven_now, limits.SLICE_ROWS)
    return [effect for row in rows for effect in end(tx, ctx, row, GuardState.EXPIRED)]


def in_force(rows: Iterable[GuardRow], now: Ms) -> tuple[Guard, ...]:
    """Return those guards that are on at `now`, in ms, as people see them."""
    return tuple(guard for guard in map(guard_records.view, rows) if rules.is_on(guard, now))
