"""Posts that wait for a moderator: how they are held, published, declined and erased (protocol 21.3).

Which posts wait, who decides and who is told is the matter of the feature `arriving`.
"""

from collections.abc import Callable

from bbs import limits
from bbs.arriving_refusals import LinkGuarded
from bbs.features.arriving.rules import adds_link, has_link
from bbs.features.arriving.views import HeldState
from bbs.features.moderation.rules import find_lock_down
from bbs.features.threads.views import Approval, ContentState, Post, Thread
from bbs.ids import BoardId, MemberId, PostId, ThreadId
from bbs.messages import Revision
from bbs.refusals import Conflict, NotFound
from bbs_server.features.threads import hidden, post_text, publishing, records
from bbs_server.features.threads.rows import HELD, POST, PostRow, ThreadRow
from bbs_server.handler_api import Context
from bbs_server.outcome import Effect
from bbs_server.store.api import Tx
from bbs_server.store.proven_time import Moment

_DECLINED = Approval.DECLINED.value
HAS_POSTED = (
    "SELECT 1 FROM (SELECT author, author_kind, imported FROM posts WHERE board = ?"
    " AND seq IS NOT NULL ORDER BY seq DESC LIMIT ?)"
    " WHERE author = ? AND author_kind = 'member' AND imported = 0 LIMIT 1"
)
_WAITS = "state = 'held' AND approval NOT IN ('', 'declined')"


def why_held(tx: Tx, ctx: Context, words: str, thread: ThreadRow | None = None) -> Approval | None:
    """Return why a new post has to wait for a moderator; None if it has not.

    Nothing is looked up on a board without guards but what the gate has looked up before, and an
    answer in a thread that is held still.

    Args:
        words: The post's, with the title of a thread that it begins.
        thread: The thread that it answers; None if it begins one.

    Raises:
        Conflict: If the first post of its thread was declined, or too many wait behind it.
    """
    behind = False
    if thread is not None and thread.number is None:
        refuse_declined(records.first_post(tx, thread.id))
        behind = _waits_behind(tx, thread.id)
    facts = ctx.board
    narrows = ctx.readers.restrictions_on(tx, facts.id, ctx.member)
    is_locked_down = bool(narrows) and find_lock_down(narrows, ctx.now) is not None
    if not (behind or is_locked_down or facts.guard_first_posts or facts.guard_links):
        return None
    return ctx.readers.why_held(tx, ctx, words, behind=behind)


def has_posted(tx: Tx, board: BoardId, member: MemberId) -> bool:
    """Return whether a post of a member was published on a board lately, gone words or not.

    The newest `FIRST_POST_LOOKED_AT_MAX` are looked at, and only while the community is locked down:
    whoever writes again after so many is asked about like a newcomer.
    """
    return tx.fetch_one(HAS_POSTED, board, limits.FIRST_POST_LOOKED_AT_MAX, member) is not None


def refuse_new_link(tx: Tx, ctx: Context, words: str, before: Callable[[], str]) -> None:
    """Refuse to add a link to words of the actor that no moderator is going to read first.

    Nothing is looked up for an edit without a link, nor on a board without that guard.

    Args:
        words: The new wording.
        before: Returns the wording that it replaces.

    Raises:
        LinkGuarded: If the guard of links is on for the actor, and a link is new.
    """
    if not ctx.board.guard_links or not has_link(words):
        return
    guard = ctx.readers.links_guard(tx, ctx)
    if guard is not None and adds_link(before(), words):
        raise LinkGuarded(board=guard.board, until=guard.until)


def refuse_declined(row: PostRow | None) -> None:
    """Refuse to go on with a post that a moderator declined, or in the thread that it was to begin.

    Raises:
        Conflict: If it was declined.
    """
    if row is not None and row.approval == _DECLINED:
        what = "a moderator declined this post; take its words and write it anew"
        raise Conflict(what=what, revision=row.revision)


def _waits_behind(tx: Tx, thread: ThreadId) -> bool:
    """Return whether posts wait in a thread that is not published.

    Raises:
        Conflict: If they are as many as may.
    """
    sql = f"SELECT count(*) FROM posts WHERE thread = ? AND {_WAITS}"  # noqa: S608 - a constant
    waiting: int = tx.fetch_value(sql, thread)
    if waiting >= limits.APPROVALS_OF_THREAD_MAX:
        raise Conflict(what=f"{waiting} posts of yours wait in this thread; wait for a decision")
    return waiting > 0


def waiting_post(tx: Tx, post: PostId, moment: Moment) -> tuple[Post, Thread] | None:
    """Return a post with its thread, whatever its state; None if there is none."""
    row = records.post_row(tx, post)
    if row is None:
        return None
    return records.get_post(tx, post, moment), records.get_thread(tx, row.thread, moment)


def publish(tx: Tx, ctx: Context, row: PostRow) -> tuple[Effect, ...]:
    """Publish a post that was held; the desks that were asked about it learn that it is decided."""
    told = publishing.publish_post(tx, publishing.follow_moves(tx, row), ctx.moment)
    if not row.approval:
        return tuple(told)
    return (*told, *ctx.readers.end_approval(tx, ctx, row.id, HeldState.PUBLISHED))


def publish_post(
    tx: Tx, ctx: Context, post: PostId, if_revision: Revision | None
) -> tuple[Effect, ...]:
    """Publish a post that waits, by a moderator's decision."""
    row = _to_decide(tx, post, if_revision)
    first = f"SELECT 1 FROM posts WHERE thread = ? AND n < ? AND author = ? AND {_WAITS} LIMIT 1"  # noqa: S608 - a constant
    if tx.fetch_one(first, row.thread, row.n, row.author) is not None:
        raise Conflict(
            what="an earlier post of the same member waits in this thread; decide it first"
        )
    return publish(tx, ctx, row)


def decline_post(
    tx: Tx, ctx: Context, post: PostId, if_revision: Revision | None
) -> tuple[PostId, ...]:
    """Decline a post that waits, and those behind it if it was to begin a thread."""
    row = _to_decide(tx, post, if_revision)
    going = [row.id]
    first = records.first_post(tx, row.thread)
    if first is not None and first.id == row.id:
        behind = tx.fetch_all(
            f"SELECT id FROM posts WHERE thread = ? AND n > ? AND {_WAITS} ORDER BY n",  # noqa: S608 - a constant
            *(row.thread, row.n),
        )
        going += [key for (key,) in behind]
    tx.execute_many(
        "UPDATE posts SET approval = 'declined', revision = revision + 1 WHERE id = ?",
        [(key,) for key in going],
    )
    return tuple(going)


def held_events(tx: Tx, post: PostId, moment: Moment) -> tuple[Effect, ...]:
    """Return what tells a held post's author and the desk how it stands."""
    return tuple(publishing.held_post_events(tx, post, moment))


def held_texts(tx: Tx, post: PostId) -> dict[str, str]:
    """Return the ids of the texts of a post that waits, by their paths in an event about it."""
    paths = publishing.held_texts(tx, post)
    return {f"held.{path}": key for path, key in paths.items()}


def erase_declined(tx: Tx, ctx: Context, post: PostId) -> tuple[Effect, ...]:
    """Erase a post that was declined long ago, as if its author had withdrawn it (P10)."""
    row = tx.select_one(PostRow, f"{POST} WHERE id = ?", post)
    if row is None or row.approval != _DECLINED:
        return ()
    post_text.erase(tx, row, ContentState.WITHDRAWN.value)
    return held_events(tx, post, ctx.moment)


def _to_decide(tx: Tx, post: PostId, if_revision: Revision | None) -> PostRow:
    """Return the row of a post about which a moderator may decide now.

    Raises:
        Conflict: If it was changed, or its words are hidden while others decide.
    """
    row = records.post_row(tx, post)
    if row is None or row.state != HELD:
        raise NotFound(what="post")
    if if_revision not in (None, row.revision):
        raise Conflict(what="the post was changed meanwhile", revision=row.revision)
    if hidden.is_hidden(row, hidden.find_hidden(tx)):
        raise Conflict(what="these words are hidden while others decide about them")
    return row
