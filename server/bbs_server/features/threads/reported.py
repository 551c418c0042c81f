"""Words that are reported: as they stand, with the clause, and with what they answer (protocol 22.1)."""

from bbs.clock import to_ms
from bbs.features.members.views import MemberAuthor
from bbs.features.moderation.messages import ThingKind
from bbs.features.threads.moves import Move, check_move
from bbs.features.threads.views import Line, Post
from bbs.ids import MemberId
from bbs_server.case_lookups import WordsCopied, WordsReported
from bbs_server.features.threads import hiding_by_clause, post_text, records
from bbs_server.features.threads.rows import THREADS
from bbs_server.handler_api import Context
from bbs_server.store.api import Tx


def words_reported(
    tx: Tx, ctx: Context, kind: ThingKind, key: str, norm: int, *, of_commons: bool
) -> WordsReported:
    """Return a post or a line that the actor reports by a clause."""
    if kind is ThingKind.LINE:
        line, version = hiding_by_clause.line_now(tx, ctx, key)
        cited = _cited(tx, ctx, line, version, norm, of_commons)
        return WordsReported(_copied_line(line, version), cited, None, None)
    post = records.get_post(tx, key, ctx.moment)
    cited = _cited(tx, ctx, post, post.norms_version, norm, of_commons)
    answered = _answered(tx, ctx, post)
    return WordsReported(copied_post(tx, ctx, post), cited, answered, _answers(post))


def _cited(
    tx: Tx, ctx: Context, said: Post | Line, version: int, norm: int, of_commons: bool
) -> int:
    """Return the version of the norms that has the clause, if the words are shown."""
    check_move(said.state, Move.HIDE)
    if said.body is None:
        raise post_text.text_in_doubt()
    cited = hiding_by_clause.cited_norms(tx, ctx, said, version, of_commons)
    hiding_by_clause.check_clause(tx, ctx, said, cited, norm)
    return cited.norms_version


def copied_post(tx: Tx, ctx: Context, post: Post) -> WordsCopied:
    """Return a post as it stands; the first of a thread with the title."""
    body, thread = post.body, records.get_thread(tx, post.thread, ctx.moment)
    title = thread.title if post.number == 1 else post.subject
    if body is not None and title is not None:
        body = f"{title}\n\n{body}"
    row = tx.get(THREADS, post.thread)
    return WordsCopied(
        post=post.id,
        line=None,
        board=post.board,
        thread=row and row.number,
        number=post.number,
        author=_writer(post),
        written_at=to_ms(post.edited_at or post.at),
        norms_version=post.norms_version,
        norms_board=post.norms_board,
        body=body,
    )


def _copied_line(line: Line, version: int) -> WordsCopied:
    return WordsCopied(
        post=None,
        line=line.id,
        board=line.board,
        thread=None,
        number=line.number,
        author=_writer(line),
        written_at=to_ms(line.at),
        norms_version=version,
        norms_board=None,
        body=line.body,
    )


def _writer(said: Post | Line) -> MemberId | None:
    return said.author.id if isinstance(said.author, MemberAuthor) else None


def _answers(post: Post) -> MemberId | None:
    return None if post.answers == _writer(post) else post.answers


def _answered(tx: Tx, ctx: Context, post: Post) -> WordsCopied | None:
    """Return what a post answers: its parent, or what began its thread."""
    if post.number == 1:
        return None
    if post.parent is None:
        first = records.first_post(tx, post.thread)
        parent = None if first is None else first.id
    else:
        parent = post.parent
    if parent is None or parent == post.id:
        return None
    return copied_post(tx, ctx, records.get_post(tx, parent, ctx.moment))
