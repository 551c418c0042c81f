"""Who wrote words that are hidden while a command about them waits: asked, told, shown their own."""

from collections.abc import Collection, Iterable, Mapping
from itertools import chain

from bbs import limits
from bbs.features.moderation.messages import Thing, ThingKind
from bbs.features.reading.views import NoticeKind
from bbs.ids import MemberId, ProposalId
from bbs.messages import Done
from bbs_server.features.threads import hiding, records
from bbs_server.features.threads.hidden import HidingRow
from bbs_server.features.threads.rows import MEMBER, POST, THREADS, LineRow, PostRow
from bbs_server.handler_api import Context, Told
from bbs_server.outcome import AppendEvent, Effect, Outcome
from bbs_server.paging import fit_page
from bbs_server.store.api import Tx
from bbs_server.store.hops import in_time
from bbs_server.words_in_question import WordsInQuestion

_OF_RANGE = "thread = ? AND n > ? AND n <= ? AND body_text IS NOT NULL"
_OF_WRITER = " AND author_kind = 'member' AND author = ?"


_WRITER = "some of these words are yours"


def parties(
    tx: Tx, ctx: Context, thing: Thing, proposal: ProposalId | None, members: Collection[MemberId]
) -> Mapping[MemberId, str]:
    """Return those of some members who may have written any of the words that a command hides.

    Args:
        proposal: The command that hides them; None if it is only about to.
    """
    if proposal is None:
        assert thing.id is not None
        row: HidingRow | None = hiding.ROWS[thing.kind](tx, ctx, thing.id)
    else:
        row = tx.select_one(HidingRow, hiding.ACTIVE, proposal)
    return {} if row is None else dict.fromkeys(_writers_among(tx, row, members), _WRITER)


def _writers_among(tx: Tx, row: HidingRow, members: Collection[MemberId]) -> frozenset[MemberId]:
    """Return the writers of a hiding among some members: all of them where there is much to look at.

    What is longer than `OTHERS_LOOKED_AT_MAX` posts is taken to be everybody's: its purge waits by
    delay, for an index of writers would cost every post a fifth of its writing.
    """
    if row.numbers > limits.OTHERS_LOOKED_AT_MAX:
        return frozenset(members)
    return frozenset(each for each in members if _has_written(tx, row, each))


def _has_written(tx: Tx, row: HidingRow, member: MemberId) -> bool:
    """Return whether a member wrote any of the words of a hiding."""
    if row.thread is None:
        line = records.line_row(tx, row.thing)
        return line is not None and line.body_text is not None and _owner(tx, row) == member
    sql = f"SELECT 1 FROM posts WHERE {_OF_RANGE}{_OF_WRITER} LIMIT 1"  # noqa: S608 - constants
    return tx.fetch_one(sql, row.thread, row.first - 1, row.upto, member) is not None


def _owner(tx: Tx, row: HidingRow) -> MemberId | None:
    """Return who wrote a hidden post or line; None for somebody who is no member, or once it is gone."""
    locate = records.locate_line if row.thread is None else records.locate_post
    located = locate(tx, row.thing)
    return located.owner if located else None


def tell_writer(tx: Tx, ctx: Context, emit: AppendEvent) -> Iterable[Told]:
    """Tell whose post or line is hidden for a command; the writers of a thread `tell_writers` tells."""
    row = tx.select_one(HidingRow, hiding.ACTIVE, emit.subject)
    if row is None or row.kind == ThingKind.THREAD:
        return
    if (owner := _owner(tx, row)) is not None:
        yield _told_of(tx, row, owner)


def _told_of(tx: Tx, row: HidingRow, member: MemberId) -> Told:
    located = (
        records.locate_line(tx, row.thing)
        if row.thread is None
        else records.locate_thread(tx, row.thread)
    )
    assert located is not None
    return Told(member=member, board=located.board, proposal=row.proposal)


def tell_writers(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Tell the writers of a thread that is hidden for a command, a slice of its posts at a time (P8).

    A thread may be long and have many writers. Whom a purge reaches sooner is told by that.
    """
    row = tx.select_one(
        HidingRow,
        "FROM hidings WHERE kind = ? AND ended_at IS NULL AND told < upto"
        ' ORDER BY id COLLATE "binary" LIMIT 1',
        ThingKind.THREAD.value,
    )
    if row is None:
        return Outcome(Done())
    found = hiding.next_of(tx, row, row.told)
    sql = (
        f"SELECT n, author FROM posts WHERE n IN ({','.join('?' * len(found))})"  # noqa: S608 - only question marks
        " AND body_text IS NOT NULL AND author_kind = 'member'"
    )
    writers: dict[int, MemberId] = dict(tx.fetch_all(sql, *found))
    told: dict[MemberId, list[Effect]] = {}
    done = []
    for n in in_time(tx, found):
        done.append(n)
        if (writer := writers.get(n)) is not None and writer not in told:
            notice = _told_of(tx, row, writer)
            told[writer] = ctx.readers.effects_of_notice(tx, ctx, NoticeKind.HIDDEN, notice)
    is_last = len(done) == len(found) < limits.SLICE_ROWS
    sql = "UPDATE hidings SET told = ? WHERE id = ?"
    tx.execute(sql, row.upto if is_last else done[-1], row.id)
    return Outcome(Done(), tuple(chain.from_iterable(told.values())), more=True)


def show_words(
    tx: Tx, ctx: Context, proposal: ProposalId, thing: Thing, member: MemberId | None, after: int
) -> WordsInQuestion | None:
    """Return a page of what is hidden for a command, of one member or of all."""
    row = tx.select_one(HidingRow, hiding.ACTIVE, proposal)
    if row is None or (member is not None and not _writers_among(tx, row, [member])):
        return None
    if row.thread is None:
        line = records.line_row(tx, row.thing)
        return None if line is None else _words_of_line(tx, ctx, line)
    rows = tx.select(
        PostRow,
        f"{POST} WHERE {_OF_RANGE}{_OF_WRITER if member else ''} ORDER BY n LIMIT ?",
        *(row.thread, max(after, row.first - 1), row.upto),
        *([member] if member else []),
        limits.PAGE_ITEMS_MAX + 1,
    )
    posts = [
        post
        for each in rows[: limits.PAGE_ITEMS_MAX]
        for post in records.post_views(tx, [each], ctx.moment, reader=each.author)
    ]
    kept = fit_page(posts, beside=limits.TITLE_CHARS_MAX * 6)
    return WordsInQuestion(
        title=_title(tx, ctx, row, member),
        posts=tuple(posts[:kept]),
        lines=(),
        next_after=rows[kept - 1].n if kept < len(rows) else None,
    )


def show_cited(
    tx: Tx, ctx: Context, proposal: ProposalId, thing: Thing, member: MemberId | None, after: int
) -> WordsInQuestion | None:
    """Return the words that a clause is cited against, to whoever has a key and may not read the board."""
    if member is not None or thing.id is None:
        return None
    locate = records.locate_post if thing.kind is ThingKind.POST else records.locate_line
    located = locate(tx, thing.id)
    readable = {board for board, _, _ in ctx.readers.boards_readable(tx, ctx)}
    if located is None or located.board in readable:
        return None
    if thing.kind is not ThingKind.POST:
        line = records.line_row(tx, thing.id)
        return None if line is None else _words_of_line(tx, ctx, line)
    rows = tx.select(PostRow, f"{POST} WHERE id = ?", thing.id)
    posts = records.post_views(tx, rows, ctx.moment, reader=None)
    return WordsInQuestion(title=None, posts=tuple(posts), lines=(), next_after=None)


def _words_of_line(tx: Tx, ctx: Context, row: LineRow) -> WordsInQuestion | None:
    if row.fades_at <= ctx.now:
        return None
    lines = tuple(records.line_views(tx, [row], reader=row.author))
    return WordsInQuestion(title=None, posts=(), lines=lines, next_after=None)


def _title(tx: Tx, ctx: Context, row: HidingRow, member: MemberId | None) -> str | None:
    thread = tx.get(THREADS, row.thread) if row.thread else None
    if thread is None or not row.opens:
        return None
    if member is not None and (thread.author_kind, thread.author) != (MEMBER, member):
        return None
    [view] = records.thread_views(tx, [thread], ctx.moment, reader=thread.author)
    return view.title
