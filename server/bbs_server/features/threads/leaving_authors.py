"""What is counted of an author who leaves, and what readers are told (P9, protocol 28)."""

from bbs.features.boards.kinds import BoardKind
from bbs.features.ownership.views import LeavingPart
from bbs.features.threads.leaving_messages import AuthorLeft
from bbs.ids import BoardId, MemberId
from bbs.leave_words import LeaveWords
from bbs.streams import board_stream, lounge_stream
from bbs_server.features.threads import letters, publishing, removed_words
from bbs_server.features.threads.rows import MEMBER
from bbs_server.handler_api import Context
from bbs_server.leaving_lookups import WordsLooked
from bbs_server.outcome import AppendEvent, Effect
from bbs_server.store.api import Tx


def words_written(tx: Tx, member: MemberId, board: BoardId | None) -> tuple[LeavingPart, ...]:
    """Return how much a member wrote, by board; on one board or on all (None)."""
    counts: dict[BoardId, dict[str, int]] = {}
    asked = (MEMBER, member, board, board)
    posts = tx.fetch_all(
        "SELECT board, count(*) FROM posts WHERE author_kind = ? AND author = ?"
        " AND body_text IS NOT NULL AND (? IS NULL OR board = ?) GROUP BY board",
        *asked,
    )
    lines = tx.fetch_all(
        "SELECT board, count(*) FROM lines WHERE author_kind = ? AND author = ?"
        " AND body_text IS NOT NULL AND (? IS NULL OR board = ?) GROUP BY board",
        *asked,
    )
    threads = tx.fetch_all(
        "SELECT board, count(*) FROM threads WHERE author_kind = ? AND author = ?"
        " AND title_text IS NOT NULL AND (? IS NULL OR board = ?) GROUP BY board",
        *asked,
    )
    for name, rows in (("posts", posts), ("lines", lines), ("threads", threads)):
        for key, count in rows:
            counts.setdefault(key, {})[name] = count
    return tuple(LeavingPart(board=key, **counts[key]) for key in sorted(counts))


def author_left(
    tx: Tx,
    ctx: Context,
    member: MemberId,
    board: BoardId,
    words: LeaveWords,
    *,
    is_back: bool = False,
) -> tuple[Effect, ...]:
    """Return what tells the readers of a board and its lounge of an author who left or came back.

    The desk is told of each of their posts that waits there; few do at a time.
    """
    event = AuthorLeft(board=board, member=member, words=words, is_back=is_back)
    streams = (board_stream(board), lounge_stream(board))
    held = tx.fetch_all(
        "SELECT id FROM posts WHERE state = 'held' AND author_kind = ? AND author = ? AND board = ?",
        *(MEMBER, member, board),
    )
    facts = ctx.readers.board_facts(tx, board)
    is_letter = facts is not None and facts.kind is BoardKind.LETTER
    ends_title = is_letter and words is LeaveWords.TAKEN and not is_back
    return (
        *(letters.end_title(tx, ctx, board, member) if ends_title else ()),
        *(AppendEvent(stream, event, member) for stream in streams),
        *(each for (key,) in held for each in publishing.held_post_events(tx, key, ctx.moment)),
    )


def look_for_words(tx: Tx, member: MemberId, above: int) -> WordsLooked:
    """Look in a piece of all posts for words that stand under a member's name."""
    rows, upto = removed_words.next_posts(tx, member, above, None)
    if any(row.body_text is not None for row in rows):
        return WordsLooked(found=True, upto=None)
    if rows:
        upto = rows[-1].n
    return WordsLooked(found=False, upto=None if upto >= removed_words.last_row(tx) else upto)
