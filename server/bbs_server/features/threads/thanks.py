"""Private thanks: only the author of the post sees them (P2)."""

from typing import NamedTuple

from bbs.clock import Ms, instant
from bbs.features.members.views import SystemAuthor
from bbs.features.threads.messages import AuthorThanked, ListThanks, Thank
from bbs.features.threads.thanks_views import Thanks, ThanksPage
from bbs.ids import BoardId, MemberId, PostId, ThreadId
from bbs.messages import Done
from bbs.refusals import NobodyToThank
from bbs.rows import view_of
from bbs.streams import member_stream
from bbs_server.features.threads import hidden, leavers, post_text, records
from bbs_server.features.threads.rows import FORMER, MEMBER
from bbs_server.handler_api import Context
from bbs_server.outcome import AppendEvent, Outcome
from bbs_server.paging import format_page_token, parse_page_token
from bbs_server.store import event_log, texts
from bbs_server.store.api import Tx


class _ThanksRow(NamedTuple):
    """Thanks, and where the post is."""

    post: PostId
    board: BoardId
    thread: ThreadId
    by: MemberId
    at: Ms

    def view(self) -> Thanks:
        """Return the thanks as the author sees them."""
        return view_of(Thanks, self, at=instant(self.at))


def thank(tx: Tx, ctx: Context, command: Thank) -> Outcome[Done]:
    """Thank a post's author; a second time changes nothing and tells nothing."""
    post = records.post_row(tx, command.post)
    assert post is not None
    if post.author == ctx.member:
        raise NobodyToThank(author="self")
    post_text.refuse_over(post, ctx.moment)
    found = hidden.find_hidden(tx)
    hidden.refuse_hidden(post, found)
    if leavers.words_of(found.left, post.author, post.board) is not None:
        raise NobodyToThank(author=FORMER)
    if post.author_kind != MEMBER:
        raise NobodyToThank(author=post.author_kind)
    thanked = tx.fetch_one("SELECT 1 FROM thanks WHERE post = ? AND by = ?", post.id, ctx.member)
    if thanked is not None:
        return Outcome(Done())
    text = texts.insert_text(tx, ctx, ctx.member)
    tx.execute(
        "INSERT INTO thanks (post, by, author, at, by_text) VALUES (?, ?, ?, ?, ?)",
        *(post.id, ctx.member, post.author, ctx.now, text),
    )
    thanks = _ThanksRow(post.id, post.board, post.thread, ctx.member, ctx.now).view()
    # The event does not name the member as its author, because that would outlast the post.
    emit = AppendEvent(
        member_stream(post.author),
        AuthorThanked(thanks=thanks),
        post.id,
        {"thanks.by": text},
        SystemAuthor(),
    )
    return Outcome(Done(), (emit,))


def list_thanks(tx: Tx, ctx: Context, query: ListThanks) -> ThanksPage:
    """Return the thanks that the actor got, newest first, for posts whose text is there."""
    rows = tx.select(
        _ThanksRow,
        "SELECT t.post, p.board, p.thread, t.by, t.at FROM thanks t JOIN posts p ON p.id = t.post"
        """ WHERE t.author = ? AND (t.at, (t.post || ':' || t.by) COLLATE "binary") < (?, ?)"""
        ' ORDER BY t.at DESC, t.post COLLATE "binary" DESC, t.by COLLATE "binary" DESC LIMIT ?',
        *(ctx.member, *parse_page_token(query.before), query.limit + 1),
    )
    page = rows[: query.limit]
    purged = hidden.purged_among(tx, [row.post for row in page])
    last = page[-1] if len(rows) > query.limit else None
    return ThanksPage(
        thanks=tuple(row.view() for row in page if row.post not in purged),
        next_before=None if last is None else format_page_token(last.at, f"{last.post}:{last.by}"),
        as_of=event_log.heads(tx, [member_stream(ctx.member)]),
    )
