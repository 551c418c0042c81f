"""In which state words are now: what the table of moves (`bbs.features.threads.moves`) is asked with."""

from bbs.clock import Ms
from bbs.features.threads.moves import Move, check_move
from bbs.features.threads.views import GONE, ContentState
from bbs_server.features.threads import hidden, post_text, records
from bbs_server.features.threads.hidden import Hidden
from bbs_server.features.threads.rows import LineRow, PostRow
from bbs_server.store.api import Tx
from bbs_server.store.proven_time import Moment


def check_post(tx: Tx, post: PostRow, move: Move, moment: Moment) -> ContentState | None:
    """Refuse what the table of moves does not have for a post.

    Words that have ended are withdrawn as long as that is not certain, and purged as long as they
    are stored.

    Args:
        post: As `records.post_row` returns it.

    Returns:
        Where the move leads; None if the words are gone already, and it has nothing to do.

    Raises:
        ClockInDoubt: If they have ended by a clock that is not proven.
        Gone, Conflict: As `bbs.features.threads.moves.check_move` does.
    """
    found = hidden.find_hidden(tx)
    ended_by = 0 if move is Move.PURGE else moment.proven_now
    state = _state_of_post(post, found, ended_by)
    if move is Move.EDIT and state not in GONE and records.has_faded(post, moment.now):
        raise post_text.text_in_doubt()
    to = check_move(state, move, hidden.why_hidden(hidden.clause_of_row(post, found)))
    return None if state in GONE else to


def check_line(line: LineRow, move: Move, moment: Moment) -> ContentState | None:
    """Refuse what the table of moves does not have for a line; see `check_post`."""
    ended_by = 0 if move is Move.PURGE else moment.proven_now
    state = ContentState.FADED if line.fades_at <= ended_by else ContentState(line.state)
    to = check_move(state, move)
    return None if state in GONE else to


def _state_of_post(post: PostRow, found: Hidden, ended_by: Ms) -> ContentState:
    if post.moved_to is not None:
        return ContentState.MOVED
    if records.has_faded(post, ended_by):
        return ContentState.FADED
    return ContentState.HIDDEN if hidden.is_hidden(post, found) else ContentState(post.state)
