"""Hiding text by a clause of the norms, restoring it, and erasing it if not restored (P5, P8).

`hiding` has the way of hiding; `hidden` decides what readers see of hidden text.
"""

from typing import NamedTuple

from bbs import limits
from bbs.clock import DAY_MS, Ms, instant, to_ms
from bbs.errors import BadParams
from bbs.features.members.views import MemberAuthor
from bbs.features.moderation.messages import Act, Change, Thing, ThingKind
from bbs.features.threads.erasing_messages import TextShown
from bbs.features.threads.hiding_messages import (
    HIDING_METHODS,
    GetHiddenLine,
    GetHiddenPost,
    HiddenEnded,
    HiddenTextResult,
    HideLine,
    HidePost,
    RestoreLine,
    RestorePost,
)
from bbs.features.threads.moves import Move, check_move
from bbs.features.threads.views import ContentState, Line, LineResult, Post, PostResult
from bbs.gravity import HIDES_MANY
from bbs.ids import COMMONS, BoardId, MemberId
from bbs.messages import Done
from bbs.powers import Power
from bbs.refusals import Conflict, Gone, NotFound
from bbs.streams import board_stream, lounge_stream
from bbs.text import check_line
from bbs_server.features.threads import hiding, holding_words, post_text, records
from bbs_server.features.threads.hidden import HidingRow
from bbs_server.features.threads.rows import POST, THREADS, PostRow
from bbs_server.handler_api import Context
from bbs_server.outcome import AppendEvent, Did, Effect, Outcome
from bbs_server.store.api import Tx

_BY_CLAUSE = "FROM hidings WHERE kind = ? AND thing = ? AND norm IS NOT NULL AND ended_at IS NULL"

_DATED = frozenset({"kept_until"})


def hide_post(tx: Tx, ctx: Context, command: HidePost) -> Outcome[PostResult]:
    """Hide another member's post by a clause."""
    holding_words.take_over(tx, ctx, ThingKind.POST, command.post)
    post = records.get_post(tx, command.post, ctx.moment)
    cited = cited_norms(tx, ctx, post, post.norms_version, command.of_commons)
    _check_hiding(tx, ctx, command, post, cited)
    conflict = _conflict(tx, ctx, ThingKind.POST, post.id)
    row = _kept(ctx, hiding.of_post(tx, ctx, post.id), command.norm, cited, post.norms_board)
    told = hiding.insert(tx, ctx, row)
    end = instant(row.goes_at or 0)
    until = end if post.fades_at is None else min(post.fades_at, end)
    act = Did(
        id=row.act,
        thing=_thing_of_post(tx, post),
        changes=(Change(field="kept_until", after=f"{until:%Y-%m-%d}"), *conflict),
        norm=command.norm,
        **cited._asdict(),
        reason=command.reason,
        whose=_writer(post),
        dated=_DATED,
        there=_count_hidden(tx, ctx),
    )
    return Outcome(PostResult(post=records.get_post(tx, post.id, ctx.moment)), tuple(told), act=act)


def hide_line(tx: Tx, ctx: Context, command: HideLine) -> Outcome[LineResult]:
    """Hide another member's line by a clause."""
    holding_words.take_over(tx, ctx, ThingKind.LINE, command.line)
    line, version = line_now(tx, ctx, command.line)
    cited = cited_norms(tx, ctx, line, version, command.of_commons)
    _check_hiding(tx, ctx, command, line, cited)
    conflict = _conflict(tx, ctx, ThingKind.LINE, line.id)
    row = _kept(ctx, hiding.of_line(tx, ctx, line.id), command.norm, cited, None)
    told = hiding.insert(tx, ctx, row)
    until = min(line.fades_at, instant(row.goes_at or 0))
    act = Did(
        id=row.act,
        thing=Thing(kind=ThingKind.LINE, id=line.id, number=line.number),
        changes=(Change(field="kept_until", after=f"{until:%Y-%m-%d}"), *conflict),
        norm=command.norm,
        **cited._asdict(),
        reason=command.reason,
        whose=_writer(line),
        dated=_DATED,
        there=_count_hidden(tx, ctx),
    )
    return Outcome(LineResult(line=records.get_line(tx, line.id)), tuple(told), act=act)


def _count_hidden(tx: Tx, ctx: Context) -> dict[str, int]:
    """Return how much the actor has hidden lately, this included, as `HIDES_MANY` judges it."""
    if ctx.actor is None:
        return {}
    before = ctx.readers.count_hidden_by(tx, ctx.proven_now, ctx.member, HIDING_METHODS)
    return {HIDES_MANY.field: before + 1}


def _writer(said: Post | Line) -> MemberId | None:
    return said.author.id if isinstance(said.author, MemberAuthor) else None


class Cited(NamedTuple):
    """In which version of which norms a clause is cited, as an act says it."""

    norms_version: int
    norms_board: BoardId | None


def cited_norms(
    tx: Tx, ctx: Context, said: Post | Line, version: int, of_commons: int | bool
) -> Cited:
    """Return which norms are cited against words: of the board where they were written, or the commons'.

    Args:
        version: Of the norms of that board, in force when the words were written.
    """
    elsewhere = said.norms_board if isinstance(said, Post) else None
    if not of_commons or (elsewhere or said.board) == COMMONS:
        return Cited(version, elsewhere)
    edited_at = said.edited_at if isinstance(said, Post) else None
    written_at = to_ms(edited_at or said.at)
    in_force = ctx.readers.norms_version_at(tx, COMMONS, written_at)
    return Cited(in_force, None if said.board == COMMONS else COMMONS)


def _check_hiding(
    tx: Tx, ctx: Context, command: HidePost | HideLine, said: Post | Line, cited: Cited
) -> None:
    """Refuse to hide the own words, words that are not shown, and by a clause that was not there.

    Args:
        cited: The norms that were in force when the words were written.

    Raises:
        BadParams: If that version has no such clause.
        ClockInDoubt: If the words ended by a clock that is not proven.
        Conflict, Gone: By whose words they are, and by their state.
        TextRefused: If the reason is no line of text.
    """
    check_line(command.reason, field="reason", chars_max=limits.REASON_CHARS_MAX)
    if said.author == ctx.author:
        raise Conflict(what="these words are your own; withdraw them instead")
    check_move(said.state, Move.HIDE)
    if said.body is None:
        raise post_text.text_in_doubt()
    check_clause(tx, ctx, said, cited, command.norm)


def check_clause(tx: Tx, ctx: Context, said: Post | Line, cited: Cited, norm: int) -> None:
    """Refuse a clause that was not there when the words were written.

    Raises:
        BadParams: If that version of those norms has no such clause.
    """
    version, board = cited
    if not ctx.readers.clause_existed(tx, board or said.board, version, norm):
        whose = {None: "the norms", COMMONS: "the commons' norms"}.get(
            board, "the norms of the board"
        )
        rule = f"version {version} of {whose}, under which this was written, has no such clause"
        raise BadParams("norm", f"{rule}: cite another")


def _kept(
    ctx: Context, row: HidingRow, norm: int, cited: Cited, elsewhere: BoardId | None
) -> HidingRow:
    """Return a hiding with its clause; `elsewhere` is the board whose norms the words name, if another."""
    board = cited.norms_board
    of_commons = int(board == COMMONS or (board is None and elsewhere is not None))
    goes_at = ctx.now + limits.HIDDEN_DAYS * DAY_MS
    return row._replace(norm=norm, of_commons=of_commons, goes_at=goes_at, act=ctx.new_id())


def line_now(tx: Tx, ctx: Context, key: str) -> tuple[Line, int]:
    """Return a line and the version of the norms in force when it was said.

    Raises:
        Gone: If it has faded.
        ClockInDoubt: If it has by a clock that is not proven.
    """
    row = records.line_row(tx, key)
    assert row is not None
    _refuse_ended(ctx, row.fades_at)
    return records.get_line(tx, key), row.norms_version


def _refuse_ended(ctx: Context, end: Ms) -> None:
    if end <= ctx.proven_now:
        raise Gone(state=ContentState.FADED.value)
    if end <= ctx.now:
        raise post_text.text_in_doubt()


def _thing_of_post(tx: Tx, post: Post) -> Thing:
    thread = tx.get(THREADS, post.thread)
    number = thread and thread.number
    return Thing(kind=ThingKind.POST, id=post.id, thread=number, number=post.number)


def restore_post(tx: Tx, ctx: Context, command: RestorePost) -> Outcome[PostResult]:
    """Show a post again that was hidden by a clause."""
    stored = records.post_row(tx, command.post)
    assert stored is not None
    post_text.refuse_over(stored, ctx.moment)
    post = records.get_post(tx, command.post, ctx.moment)
    row = _check_restoring(tx, ctx, command, post)
    conflict = _conflict(tx, ctx, ThingKind.POST, post.id)
    told = _shown_again(tx, ctx, row)
    act = Did(
        thing=_thing_of_post(tx, post),
        changes=conflict,
        norm=row.norm,
        **cited_norms(tx, ctx, post, post.norms_version, row.of_commons)._asdict(),
        reason=command.reason,
        undoes=row.act,
    )
    return Outcome(PostResult(post=records.get_post(tx, post.id, ctx.moment)), tuple(told), act=act)


def restore_line(tx: Tx, ctx: Context, command: RestoreLine) -> Outcome[LineResult]:
    """Show a line again that was hidden by a clause."""
    line, version = line_now(tx, ctx, command.line)
    row = _check_restoring(tx, ctx, command, line)
    conflict = _conflict(tx, ctx, ThingKind.LINE, line.id)
    told = _shown_again(tx, ctx, row)
    act = Did(
        thing=Thing(kind=ThingKind.LINE, id=line.id, number=line.number),
        changes=conflict,
        norm=row.norm,
        **cited_norms(tx, ctx, line, version, row.of_commons)._asdict(),
        reason=command.reason,
        undoes=row.act,
    )
    return Outcome(LineResult(line=records.get_line(tx, line.id)), tuple(told), act=act)


def _conflict(tx: Tx, ctx: Context, kind: ThingKind, key: str) -> tuple[Change, ...]:
    """Refuse who is party to a case about words; return what the act says if everybody is.

    Raises:
        Barred: If the actor is party, and somebody in office is not.
    """
    is_conflict = ctx.readers.check_words(tx, ctx, kind, key)
    return (Change(field="conflict", after=True),) if is_conflict else ()


def _check_restoring(
    tx: Tx, ctx: Context, command: RestorePost | RestoreLine, said: Post | Line
) -> HidingRow:
    """Return how words are hidden by a clause.

    Raises:
        ClockInDoubt, Gone: If their time is over.
        Conflict: If they are the actor's own, are not hidden by a clause, or a command about them waits.
        TextRefused: If the reason is no line of text.
    """
    check_line(command.reason, field="reason", chars_max=limits.REASON_CHARS_MAX)
    if said.author == ctx.author:
        # Before anything is asked of cases: a moderator must not learn so of one about themselves.
        raise Conflict(what="these words are your own: appeal, and somebody else decides")
    check_move(said.state, Move.RESTORE)
    if said.hold_until is not None:
        raise Conflict(what="a moderator holds these words: release the hold in its case")
    row = _find(tx, said)
    if row is None or _is_waited_for(tx, row):
        what = "a command about these words waits; they are hidden until it is carried out or ends"
        raise Conflict(what=what)
    _refuse_ended(ctx, row.goes_at or 0)
    return row


def _find(tx: Tx, said: Post | Line) -> HidingRow | None:
    kind = ThingKind.POST if isinstance(said, Post) else ThingKind.LINE
    return tx.select_one(HidingRow, _BY_CLAUSE, kind.value, said.id)


def _is_waited_for(tx: Tx, row: HidingRow) -> bool:
    """Whether a command that waits hides the same words."""
    same = "thing = ?" if row.thread is None else "thread = ? AND first <= ? AND upto >= ?"
    which = (row.thing,) if row.thread is None else (row.thread, row.first, row.upto)
    sql = f"SELECT 1 FROM hidings WHERE {same} AND norm IS NULL AND cause IS NULL AND ended_at IS NULL"  # noqa: S608 - constants
    return tx.fetch_one(sql, *which) is not None


def _shown_again(tx: Tx, ctx: Context, row: HidingRow) -> list[Effect]:
    hiding.end(tx, ctx, row, turns=2)
    return hiding.tell(tx, ctx, row, TextShown)


def get_hidden_post(tx: Tx, ctx: Context, query: GetHiddenPost) -> HiddenTextResult:
    """Return a post that is hidden by a clause, to its author and the desk."""
    post = records.get_post(tx, query.post, ctx.moment)
    row = _check_reading(tx, ctx, post)
    stored = records.post_row(tx, query.post)
    assert stored is not None
    post_text.refuse_over(stored, ctx.moment)
    stored = _stored_post(tx, query.post)
    [shown] = records.post_views(tx, [stored], ctx.moment, reader=stored.author)
    threads = records.threads_by_id(tx, [post.thread], ctx.moment, reader=stored.author)
    return HiddenTextResult(
        post=shown,
        title=threads[post.thread].title if row.opens else None,
        until=instant(_end(row)),
        act=_act(tx, ctx, row),
    )


def get_hidden_line(tx: Tx, ctx: Context, query: GetHiddenLine) -> HiddenTextResult:
    """Return a line that is hidden by a clause, to its author and the desk."""
    stored = records.line_row(tx, query.line)
    assert stored is not None
    row = _check_reading(tx, ctx, records.get_line(tx, query.line))
    _refuse_ended(ctx, stored.fades_at)
    [shown] = records.line_views(tx, [stored], reader=stored.author)
    return HiddenTextResult(line=shown, until=instant(_end(row)), act=_act(tx, ctx, row))


def _check_reading(tx: Tx, ctx: Context, said: Post | Line) -> HidingRow:
    """Return how words are hidden by a clause or an urgent hold, if the actor may read them.

    Raises:
        ClockInDoubt, Gone: If their time is over.
        NotFound: If there are none for the actor.
    """
    row = _find(tx, said) or holding_words.find(tx, said)
    if row is None or not (said.author == ctx.author or _is_desk(ctx)):
        raise NotFound(what="hidden words")
    if said.state is not ContentState.HIDDEN:
        check_move(said.state, Move.RESTORE)
    if row.goes_at is not None:
        _refuse_ended(ctx, row.goes_at)
    return row


def _end(row: HidingRow) -> Ms:
    """Return when hidden words go, or when the hold of them ends."""
    return row.goes_at or row.hold_until or 0


def _is_desk(ctx: Context) -> bool:
    return ctx.standing is not None and Power.HIDE in ctx.standing.powers


def _act(tx: Tx, ctx: Context, row: HidingRow) -> Act | None:
    """Return the act that hid words: of the board where they stood then."""
    return None if row.act is None else ctx.readers.act(tx, row.act)


def _stored_post(tx: Tx, key: str) -> PostRow:
    row = tx.select_one(PostRow, f"{POST} WHERE id = ?", key)
    assert row is not None
    return row


def erase_unrestored(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Erase words that nobody restored in time; forget how words were hidden that are gone (P10)."""
    row = tx.select_one(
        HidingRow,
        "FROM hidings WHERE goes_at <= ? AND ended_at IS NULL"
        ' ORDER BY goes_at, id COLLATE "binary" LIMIT 1',
        ctx.proven_now,
    )
    if row is None:
        return Outcome(Done())
    hiding.end(tx, ctx, row, turns=1)
    erase = _erase_line if row.thread is None else _erase_post
    return Outcome(Done(), tuple(erase(tx, ctx, row)), more=True)


def _erase_post(tx: Tx, ctx: Context, row: HidingRow) -> list[Effect]:
    known = records.post_row(tx, row.thing)
    if known is None or known.body_text is None:
        return []
    post_text.erase(tx, _stored_post(tx, row.thing), ContentState.FADED.value)
    event = HiddenEnded(
        post=records.get_post(tx, row.thing, ctx.moment),
        thread=records.get_thread(tx, known.thread, ctx.moment) if row.opens else None,
    )
    return [AppendEvent(board_stream(known.board), event, row.thing)]


def _erase_line(tx: Tx, ctx: Context, row: HidingRow) -> list[Effect]:
    known = records.line_row(tx, row.thing)
    if known is None or known.body_text is None:
        return []
    post_text.drop_line(tx, known)
    event = HiddenEnded(line=known.id)
    return [AppendEvent(lounge_stream(known.board), event, row.thing)]
