"""Who left, as the store knows it: what the log tells of them now (P9, protocol 28)."""

import re
from collections.abc import Callable

import msgspec

from bbs.features.members.views import FormerAuthor
from bbs.ids import BoardId, MemberId
from bbs.messages import Seq
from bbs.streams import Stream, StreamKind, stream_parts
from bbs_server.store.api import Tx
from bbs_server.store.gone_author import GoneAuthor

GONE_NOW = "l.words <> 'left' AND l.state IN ('leaving', 'erasing')"
"""SQL for whether a member's words somewhere are a former member's now; of the row `l` of `leavings`."""

_FORMER = msgspec.json.encode(FormerAuthor())
_AUTHOR = re.compile(rb'\{"kind":"member","id":"([0-9a-f-]{36})"\}')
_ANSWERS = re.compile(rb'"answers":"([0-9a-f-]{36})"')
_EVERY = 2**53
_OF_BOARDS = (StreamKind.BOARD, StreamKind.LOUNGE, StreamKind.DESK)

Told = Callable[[Seq, str, bytes, str], tuple[bytes, str]]
"""Returns data and author of a stored event, by its seq and kind, as they are told now."""


def is_known(tx: Tx, left: GoneAuthor) -> bool:
    """Return whether the database knows that a member left, or came back since."""
    found = tx.fetch_one(
        "SELECT 1 FROM leavings WHERE member = ? AND board = ? AND left_at >= ? AND ? = 0"
        " UNION ALL SELECT 1 FROM settled_leavings WHERE member = ? AND board = ? AND at >= ?",
        *(left.member, left.board, left.at, int(left.back)),
        *(left.member, left.board, left.at),
    )
    return found is not None


def is_gone(tx: Tx, member: MemberId) -> bool:
    """Return whether a member left the community for good: nobody is left to be told."""
    sql = "SELECT 1 FROM leavings WHERE member = ? AND board = '' AND state <> 'leaving'"
    return tx.fetch_one(sql, member) is not None


def nameless_on(tx: Tx, board: BoardId) -> frozenset[MemberId]:
    """Return who left a board, or the community, and took their name along; rows still have it."""
    sql = f"SELECT l.member FROM leavings l WHERE l.board IN ('', ?) AND {GONE_NOW}"  # noqa: S608 - constant
    return frozenset(member for (member,) in tx.fetch_all(sql, board))


def gone_members(tx: Tx) -> frozenset[MemberId]:
    """Return who left the community and took their name along."""
    return tx.memoize(_gone_members)


def _gone_members(tx: Tx) -> frozenset[MemberId]:
    rows = tx.fetch_all("SELECT member FROM leavings WHERE board = '' AND words <> 'left'")
    return frozenset(member for (member,) in rows)


def teller(tx: Tx, stream: Stream) -> Told | None:
    """Return what takes the names of who left out of a stream's stored events; None for no names.

    The log keeps an id, for its chain of digests; who reads it learns of a former member.
    """
    gone = gone_members(tx)
    kind, owner = stream_parts(stream)
    here: dict[MemberId, Seq] = {}
    if kind in _OF_BOARDS:
        rows = tx.fetch_all(
            "SELECT member, seq, lounge_seq FROM settled_leavings WHERE board = ?", owner
        )
        is_lounge = kind == StreamKind.LOUNGE
        here = {member: lounge_seq if is_lounge else seq for member, seq, lounge_seq in rows}
        here |= dict.fromkeys(nameless_on(tx, owner), _EVERY)
    elif kind == StreamKind.MEMBER:
        gone -= {owner}
    if not (gone or here):
        return None

    def told(seq: Seq, event: str, data: bytes, author: str) -> tuple[bytes, str]:
        def is_gone(member: bytes) -> bool:
            key = member.decode()
            return key in gone or (event.startswith("threads.") and seq <= here.get(key, 0))

        def without(found: re.Match[bytes], instead: bytes) -> bytes:
            return instead if is_gone(found[1]) else found[0]

        data = _AUTHOR.sub(lambda found: without(found, _FORMER), data)
        data = _ANSWERS.sub(lambda found: without(found, b'"answers":null'), data)
        by = _AUTHOR.sub(lambda found: without(found, _FORMER), author.encode())
        return data, by.decode()

    return told
