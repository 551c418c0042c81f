"""Private thanks: from one member to a post's author, and for nobody else's eyes (P2)."""

from bbs.clock import Ms, instant
from bbs.features.members.views import SystemAuthor
from bbs.features.threads.messages import AuthorThanked, ListThanks, Thank
from bbs.features.threads.views import Thanks, ThanksPage
from bbs.messages import Done
from bbs.refusals import NobodyToThank
from bbs.streams import member_stream
from bbs_server.features.threads import post_text, purges, records
from bbs_server.handler_api import AppendEvent, Context, Outcome
from bbs_server.paging import format_page_token, parse_page_token
from bbs_server.store import event_log, texts
from bbs_server.store.api import Row, Tx


def thank(tx: Tx, ctx: Context, command: Thank) -> Outcome[Done]:
    """Thank a post's author; doing it again changes nothing and tells nothing."""
    row = records.post_row(tx, command.post)
    assert row is not None
    post, board, thread, kind, author = row[1], row[2], row[3], row[6], row[7]
    if author == ctx.member:
        raise NobodyToThank(author="self")
    post_text.refuse_over(row, ctx.moment)
    if kind != records.MEMBER:
        raise NobodyToThank(author=kind)
    if tx.fetch_one("SELECT 1 FROM thanks WHERE post = ? AND by = ?", post, ctx.member) is not None:
        return Outcome(Done())
    text = texts.insert_text(tx, ctx, ctx.member)
    tx.execute(
        "INSERT INTO thanks (post, by, author, at, by_text) VALUES (?, ?, ?, ?, ?)",
        *(post, ctx.member, author, ctx.now, text),
    )
    thanks = _thanks((post, board, thread, ctx.member, ctx.now))
    # The event names nobody as its author: that would outlast the post.
    emit = AppendEvent(
        member_stream(author),
        AuthorThanked(thanks=thanks),
        post,
        {"thanks.by": text},
        SystemAuthor(),
    )
    return Outcome(Done(), (emit,))


def list_thanks(tx: Tx, ctx: Context, query: ListThanks) -> ThanksPage:
    """The thanks one got, for posts that stand."""
    rows = tx.fetch_all(
        "SELECT t.post, p.board, p.thread, t.by, t.at FROM thanks t JOIN posts p ON p.id = t.post"
        """ WHERE t.author = ? AND (t.at, (t.post || ':' || t.by) COLLATE "binary") < (?, ?)"""
        ' ORDER BY t.at DESC, t.post COLLATE "binary" DESC, t.by COLLATE "binary" DESC LIMIT ?',
        *(ctx.member, *parse_page_token(query.before), query.limit + 1),
    )
    page = rows[: query.limit]
    hidden = purges.hidden_among(tx, [row[0] for row in page])
    last = page[-1] if len(rows) > query.limit else None
    return ThanksPage(
        thanks=tuple(_thanks(row) for row in page if row[0] not in hidden),
        next_before=None if last is None else format_page_token(last[4], f"{last[0]}:{last[3]}"),
        as_of=event_log.heads(tx, [member_stream(ctx.member)]),
    )


def _thanks(row: Row) -> Thanks:
    post, board, thread, by, at = row
    moment: Ms = at
    return Thanks(post=post, board=board, thread=thread, by=by, at=instant(moment))
