"""What the law wants gone: words of others erased at once, by the sysop, before everybody's eyes."""

from bbs import limits
from bbs.errors import BadParams
from bbs.features.members.views import MemberAuthor
from bbs.features.threads import rules
from bbs.features.threads.messages import Purge, Purged
from bbs.features.threads.views import Line, Post, PurgeDone, WordsState
from bbs.ids import BoardId, LineId, MemberId
from bbs.refusals import NotFound
from bbs.streams import board_stream, lounge_stream, member_stream
from bbs_server.acting import At, Emission, Emit, EraseTraces, Outcome
from bbs_server.features.threads import publishing, records, words
from bbs_server.store import texts
from bbs_server.store.engine import Row, Tx


def purge(tx: Tx, at: At, command: Purge) -> Outcome[PurgeDone]:
    """Erase a post, a line, or a slice of a thread, and tell its board and its writers why.

    The gate does not ask whether the sysop may read the board: the law does not, either, and the
    answer tells nothing of it but a number.
    """
    rules.check_purge(command)
    if command.line is not None:
        return _purge_line(tx, at, command, command.line)
    rows, left = _rows(tx, command)
    _check_norm(tx, at, command, {(row[2], row[12]) for row in rows})
    emissions: list[Emission] = []
    for row in rows:
        words.erase(tx, row, WordsState.PURGED.value)
        if row[4] is None:
            emissions += publishing.held(tx, row[1], at.moment)
    if rows:
        erased = records.posts_by_row(tx, [row[0] for row in rows], at.moment)
        shown = [post for post in erased if post.number is not None]
        # What was held is told to its writers alone; that power was used, to everybody (P8).
        emissions.append(_told(tx, at, command, board_stream(erased[0].board), shown))
        for author, posts in _by_author(erased).items():
            emissions.append(_told(tx, at, command, member_stream(author), posts))
        emissions.append(EraseTraces())
    return Outcome(PurgeDone(posts=len(rows), left=left), tuple(emissions))


def _purge_line(tx: Tx, at: At, command: Purge, key: LineId) -> Outcome[PurgeDone]:
    row = tx.one(
        "SELECT board, norms_version, author_kind, author, body_text FROM lines WHERE id = ?", key
    )
    if row is None:
        raise NotFound(what="line")
    board, version, author_kind, author, body_text = row
    if body_text is None:
        return Outcome(PurgeDone(posts=0))
    _check_norm(tx, at, command, {(board, version)})
    words.erase_line(tx, board, key, body_text, WordsState.PURGED.value)
    # The lounge's readers drop the words, the board's log shows the power used, its writer is told.
    streams = [lounge_stream(board), board_stream(board)]
    if author_kind == records.MEMBER:
        streams.append(member_stream(author))
    line = records.line(tx, key)
    told = [_told(tx, at, command, stream, [], (line,)) for stream in streams]
    return Outcome(PurgeDone(posts=0, lines=1), (*told, EraseTraces()))


def _rows(tx: Tx, command: Purge) -> tuple[list[Row], int]:
    """Return the posts to erase now, and how many with words are left for the next time."""
    if command.post is not None:
        row = records.post_row(tx, command.post)
        # A held one is its author's and the desk's alone; it can be purged once it is published.
        if row is None or row[4] is None:
            raise NotFound(what="post")
        return ([row] if row[13] is not None else []), 0
    if tx.one("SELECT 1 FROM threads WHERE id = ?", command.thread) is None:
        raise NotFound(what="thread")
    rows = tx.all(
        f"{records.POST} WHERE thread = ? AND body_text IS NOT NULL ORDER BY n LIMIT ?",
        *(command.thread, limits.SLICE_ROWS),
    )
    counted = tx.one(
        "SELECT count(*) FROM posts WHERE thread = ? AND body_text IS NOT NULL", command.thread
    )
    assert counted is not None
    return rows, counted[0] - len(rows)


def _check_norm(tx: Tx, at: At, command: Purge, written: set[tuple[BoardId, int]]) -> None:
    """Make sure that the clause stood in the norms of each board when the words were written (P5).

    Args:
        written: Boards, and the versions of their norms then.
    """
    if command.norm is None:
        return
    for board, version in written:
        if not at.readers.norm_stood(tx, board, version, command.norm):
            rule = f"version {version} of the norms, in force then, has no such clause"
            raise BadParams(field="norm", rule=rule)


def _by_author(posts: list[Post]) -> dict[MemberId, list[Post]]:
    found: dict[MemberId, list[Post]] = {}
    for post in posts:
        if isinstance(post.author, MemberAuthor):
            found.setdefault(post.author.id, []).append(post)
    return found


def _told(
    tx: Tx,
    at: At,
    command: Purge,
    stream: str,
    posts: list[Post],
    lines: tuple[Line, ...] = (),
) -> Emit:
    """Return the event for one stream; its texts are its own, for each log ends in its time."""
    event = Purged(
        posts=tuple(posts),
        lines=lines,
        norm=command.norm,
        law=command.law,
        reason=command.reason,
    )
    kept = {"reason": texts.keep(tx, at, command.reason)}
    if command.law is not None:
        kept["law"] = texts.keep(tx, at, command.law)
    return Emit(stream, event, command.post or command.line or str(command.thread), kept)
