"""The SQL of boards that come home: what this server knows of their words and acts."""

from collections.abc import Iterable

from bbs.ids import BoardId, PackId, PostId
from bbs.messages import Seq
from bbs_server.store import signing_key
from bbs_server.store.api import Tx


def same_among(tx: Tx, pack: PackId, posts: Iterable[PostId]) -> set[PostId]:
    """Return those of some posts that a pack brings home word for word."""
    asked = list(posts)
    sql = f"SELECT id FROM pack_ids WHERE pack = ? AND is_same = 1 AND id IN ({','.join('?' * len(asked))})"  # noqa: S608 - only question marks
    return {post for (post,) in tx.fetch_all(sql, pack, *asked)}


def note_ended(tx: Tx, board: BoardId, posts: Iterable[PostId]) -> None:
    """Note that the words of posts ended here, whatever a pack brings of them.

    The note outlives the pack: it may be stopped, and come another day.
    """
    sql = "INSERT INTO ended_at_home (board, post, former) VALUES (?, ?, 0)"
    tx.execute_many(sql, [(board, post) for post in posts])


def has_ended(tx: Tx, board: BoardId, post: PostId) -> bool:
    """Return whether the words of a post of a board that comes home ended here."""
    sql = "SELECT 1 FROM ended_at_home WHERE board = ? AND post = ? AND former = 0"
    return tx.fetch_one(sql, board, post) is not None


def note_former(tx: Tx, board: BoardId, posts: Iterable[PostId]) -> None:
    """Note that posts are a former member's here, whomever a pack names; as `note_ended` does."""
    sql = "INSERT INTO ended_at_home (board, post, former) VALUES (?, ?, 1)"
    tx.execute_many(sql, [(board, post) for post in posts])


def is_former(tx: Tx, board: BoardId, post: PostId) -> bool:
    """Return whether a post of a board that comes home was a former member's here."""
    sql = "SELECT 1 FROM ended_at_home WHERE board = ? AND post = ? AND former = 1"
    return tx.fetch_one(sql, board, post) is not None


def forget_ended(tx: Tx, limit: int) -> bool:
    """Delete up to `limit` notes about boards that nobody can bring home any more; return whether any were."""
    sql = (
        "DELETE FROM ended_at_home WHERE (board, post, former) IN (SELECT board, post, former FROM ended_at_home e"
        " WHERE NOT EXISTS (SELECT 1 FROM board_moves m WHERE m.board = e.board AND m.state <> 'rest')"
        " LIMIT ?)"
    )
    return tx.execute(sql, limit) > 0


def note_ended_on_the_way(tx: Tx, board: BoardId) -> None:
    """Note that words of a board's pack ended before it opened: its lines are others now."""
    tx.execute("UPDATE packs SET has_ended = 1 WHERE board = ? AND opened_at IS NULL", board)


def note_own_act(tx: Tx, board: BoardId, key: str, seq: Seq) -> None:
    """Note an act from before that stands in this server's own log, too, if it does.

    Args:
        key: Of the home in which it happened.
        seq: Its number in the log there.
    """
    if key in signing_key.own_keys(tx):
        sql = "UPDATE packs SET acts_upto = ? WHERE board = ? AND acts_upto < ?"
        tx.execute(sql, seq, board, seq)


def count_seated(tx: Tx, board: BoardId) -> int:
    """Return how many have a seat on a board."""
    sql = "SELECT count(*) FROM seats WHERE board = ? AND state = 'seated'"
    return int(tx.fetch_value(sql, board))
