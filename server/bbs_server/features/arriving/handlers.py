"""Handlers of the requests about guards, and about posts that wait for a moderator."""

from msgspec.structs import replace

from bbs.clock import instant, to_ms
from bbs.errors import BadParams
from bbs.features.arriving import rules
from bbs.features.arriving.messages import (
    DeclinePost,
    GuardList,
    HeldList,
    ListGuards,
    ListHeldPosts,
    ListNewcomers,
    PublishPost,
)
from bbs.features.arriving.views import HeldPost, HeldState, HeldTold
from bbs.features.moderation.messages import Thing, ThingKind
from bbs.features.reading.views import NoticeKind
from bbs.features.threads.views import Post, PostResult
from bbs.ids import COMMONS, PostId
from bbs.powers import Power
from bbs.refusals import Conflict, NotFound
from bbs.streams import desk_stream, member_stream
from bbs_server.features.arriving import guard_records, guards, note_records, notes
from bbs_server.features.arriving.guard_records import ApprovalRow
from bbs_server.features.arriving.note_records import NoteLineRow
from bbs_server.handler_api import Context, Told
from bbs_server.outcome import Did, Effect, Outcome
from bbs_server.paging import fit_page
from bbs_server.store import event_log, texts
from bbs_server.store.api import Tx


def list_guards(tx: Tx, ctx: Context, query: ListGuards) -> GuardList:
    """Return the guards that are on for the actor."""
    rows = guard_records.guards_of_member(tx, ctx.member)
    return GuardList(
        guards=guards.in_force(rows, ctx.now),
        as_of=event_log.heads(tx, [member_stream(ctx.member)]),
    )


def list_newcomers(tx: Tx, ctx: Context, query: ListNewcomers) -> GuardList:
    """Return for whom guards are on, on a board."""
    return GuardList(
        guards=guards.in_force(guard_records.guards_of_board(tx, query.board), ctx.now)
    )


def list_held(tx: Tx, ctx: Context, query: ListHeldPosts) -> HeldList:
    """Return the posts about which the actor may decide now, in the order of writing."""
    found: list[HeldPost] = []
    for row in guard_records.list_waiting(tx):
        if query.board not in (None, row.board) or not _may_decide(tx, ctx, row):
            continue
        if (held := held_view(tx, ctx, row.post)) is not None:
            found.append(held)
        if len(found) > query.limit:
            break
    shown = found[: query.limit]
    shown = shown[: fit_page(shown)]
    desks = {held.post.board for held in shown} - {COMMONS}
    # Only who hears the commons' desk is told its place: it moves when a report comes in.
    assert ctx.standing is not None
    hears = (COMMONS,) if Power.HEAR in ctx.standing.powers else ()
    streams = [desk_stream(board) for board in (*sorted(desks), *hears)]
    more = len(found) > len(shown)
    return HeldList(held=tuple(shown), more=more, as_of=event_log.heads(tx, streams))


def held_view(tx: Tx, ctx: Context, key: PostId) -> HeldPost | None:
    """Return a post that waits as whoever may decide sees it; None if it does not wait any more.

    A purge or a restore erases posts without asking whether they waited.
    """
    stands = ctx.readers.waiting_post(tx, key, ctx.moment)
    if stands is None or rules.held_state(stands[0], ctx.now) not in rules.UNDECIDED:
        return None
    post, thread = stands
    at = None if notes.is_private(tx, ctx, post.board) else rules.asks_at(to_ms(post.at))
    return HeldPost(
        post=post,
        thread=thread if thread.number is None else None,
        asks_at=None if at is None else instant(at),
        state=rules.held_state(post, ctx.now),
    )


def _may_decide(tx: Tx, ctx: Context, row: ApprovalRow) -> bool:
    """Return whether the actor may decide about a post that waits, now.

    The board's moderators may; those of the commons once it has waited for a day, but not on a
    private board, which does not exist for them (P8).
    """
    if notes.moderates(tx, ctx.readers, ctx.acting, row.board, ctx.now):
        return True
    if ctx.now < rules.asks_at(row.at) or notes.is_private(tx, ctx, row.board):
        return False
    return notes.moderates(tx, ctx.readers, ctx.acting, COMMONS, ctx.now)


def publish(tx: Tx, ctx: Context, command: PublishPost) -> Outcome[PostResult]:
    """Publish a post that waits."""
    _to_decide(tx, ctx, command, HeldState.PUBLISHED)
    told = ctx.readers.publish_post(tx, ctx, command.post, command.if_revision)
    return _decided(tx, ctx, command, told)


def decline(tx: Tx, ctx: Context, command: DeclinePost) -> Outcome[PostResult]:
    """Decline a post that waits; its author reads why in the inbox and in the note."""
    rules.check_decline(command.norm, command.word)
    post = _to_decide(tx, ctx, command, HeldState.DECLINED)
    if command.norm is not None and not ctx.readers.clause_existed(
        tx, command.board, post.norms_version, command.norm
    ):
        raise BadParams(field="norm", rule="name a clause of this board's norms by its number")
    effects: list[Effect] = []
    for key in ctx.readers.decline_post(tx, ctx, command.post, command.if_revision):
        row = guard_records.find_approval(tx, key)
        assert row is not None
        guards.check_held(row, HeldState.DECLINED, ctx.now)
        guard_records.set_declined(tx, key, ctx.now)
        effects += ctx.readers.held_events(tx, key, ctx.moment)
        effects += guards.decided(row, HeldState.DECLINED)
    effects += _tell_why(tx, ctx, command, post)
    return _decided(tx, ctx, command, tuple(effects))


def _tell_why(tx: Tx, ctx: Context, command: DeclinePost, post: Post) -> tuple[Effect, ...]:
    """Write clause and word into the note of the post's author, and a notice for the author."""
    row = guard_records.find_approval(tx, command.post)
    assert row is not None
    norm = command.norm
    held = HeldTold(
        post=command.post,
        state=HeldState.DECLINED,
        norm=norm,
        norms_version=None if norm is None else post.norms_version,
    )
    told = Told(member=row.member, board=command.board, held=held)
    note = note_records.find_note(tx, row.member)
    if note is None:
        return tuple(ctx.readers.effects_of_notice(tx, ctx, NoticeKind.HELD, told))
    line = NoteLineRow(
        *(ctx.new_id(), note.newcomer, note.lines + 1, ctx.member, ctx.now),
        body_text=None if command.word is None else texts.insert_text(tx, ctx, command.word),
        post=command.post,
        norm=command.norm,
        apart=int(note.board != command.board and notes.is_private(tx, ctx, command.board)),
    )
    if line.body_text is not None:
        told = replace(told, texts={"held.word": line.body_text})
    notice = ctx.readers.effects_of_notice(tx, ctx, NoticeKind.HELD, told)
    return (*notes.add_line(tx, ctx, note, line, always=True), *notice)


def _to_decide(tx: Tx, ctx: Context, command: PublishPost | DeclinePost, to: HeldState) -> Post:
    """Return the post about which the actor decides.

    Raises:
        NotFound: If there is none, or none that is theirs to decide about now.
        Conflict: If it is decided.
    """
    row = guard_records.find_approval(tx, command.post)
    stands = ctx.readers.waiting_post(tx, command.post, ctx.moment)
    if stands is None or stands[0].board != command.board:
        raise NotFound(what="post")
    post = stands[0]
    if row is None and post.number is not None:
        raise Conflict(what="this post is published", revision=post.revision)
    if row is None or not _may_decide(tx, ctx, row):
        raise NotFound(what="post")
    rules.check_held_move(rules.held_state(post, ctx.now), to)
    return post


def _decided(
    tx: Tx,
    ctx: Context,
    command: PublishPost | DeclinePost,
    effects: tuple[Effect, ...],
) -> Outcome[PostResult]:
    """Return the outcome of a decision: its act names neither the post nor its author (P8)."""
    stands = ctx.readers.waiting_post(tx, command.post, ctx.moment)
    assert stands is not None
    norm = command.norm if isinstance(command, DeclinePost) else None
    act = Did(
        thing=Thing(kind=ThingKind.BOARD, id=command.board),
        norm=norm,
        norms_version=None if norm is None else stands[0].norms_version,
    )
    return Outcome(PostResult(post=stands[0]), effects, act=act)
