"""Private thanks: from one member to a post's author, and for nobody else's eyes (P2)."""

from bbs.clock import Ms, instant
from bbs.features.members.views import SystemAuthor
from bbs.features.threads.messages import ListThanks, Thank, Thanked
from bbs.features.threads.views import Thanks, ThanksPage
from bbs.messages import Done
from bbs.refusals import NobodyToThank
from bbs.streams import member_stream
from bbs_server.acting import At, Emit, Outcome
from bbs_server.features.threads import purges, records, words
from bbs_server.paging import place_of, placed
from bbs_server.store import log, texts
from bbs_server.store.engine import Row, Tx


def thank(tx: Tx, at: At, command: Thank) -> Outcome[Done]:
    """Thank a post's author; doing it again changes nothing and tells nothing."""
    row = records.post_row(tx, command.post)
    assert row is not None
    post, board, thread, kind, author = row[1], row[2], row[3], row[6], row[7]
    if author == at.member:
        raise NobodyToThank(author="self")
    words.refuse_over(row, at.moment)
    if kind != records.MEMBER:
        raise NobodyToThank(author=kind)
    if tx.one("SELECT 1 FROM thanks WHERE post = ? AND by = ?", post, at.member) is not None:
        return Outcome(Done())
    text = texts.keep(tx, at, at.member)
    tx.run(
        "INSERT INTO thanks (post, by, author, at, by_text) VALUES (?, ?, ?, ?, ?)",
        *(post, at.member, author, at.now, text),
    )
    thanks = _thanks((post, board, thread, at.member, at.now))
    # The event names nobody as its author: that would outlast the post.
    emit = Emit(
        member_stream(author), Thanked(thanks=thanks), post, {"thanks.by": text}, SystemAuthor()
    )
    return Outcome(Done(), (emit,))


def list_thanks(tx: Tx, at: At, query: ListThanks) -> ThanksPage:
    """The thanks one got, for posts that stand."""
    rows = tx.all(
        "SELECT t.post, p.board, p.thread, t.by, t.at FROM thanks t JOIN posts p ON p.id = t.post"
        """ WHERE t.author = ? AND (t.at, (t.post || ':' || t.by) COLLATE "binary") < (?, ?)"""
        ' ORDER BY t.at DESC, t.post COLLATE "binary" DESC, t.by COLLATE "binary" DESC LIMIT ?',
        *(at.member, *placed(query.before), query.limit + 1),
    )
    page = rows[: query.limit]
    hidden = purges.hidden_among(tx, [row[0] for row in page])
    last = page[-1] if len(rows) > query.limit else None
    return ThanksPage(
        thanks=tuple(_thanks(row) for row in page if row[0] not in hidden),
        next_before=None if last is None else place_of(last[4], f"{last[0]}:{last[3]}"),
        as_of=log.heads(tx, [member_stream(at.member)]),
    )


def _thanks(row: Row) -> Thanks:
    post, board, thread, by, at = row
    moment: Ms = at
    return Thanks(post=post, board=board, thread=thread, by=by, at=instant(moment))
