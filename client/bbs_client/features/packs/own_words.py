"""What this device kept of a board, to compare with what stands on another server (protocol 31.4)."""

from collections.abc import Mapping
from typing import NamedTuple

from bbs.features.packs.claim_rules import OwnPost
from bbs.ids import BoardId, MemberId, PostId
from bbs_client.mirror.database import MirrorDatabase
from bbs_client.mirror.rows import post_decoder


class _KeptRow(NamedTuple):
    id: PostId
    author: MemberId | None
    doc: bytes
    slug: str | None
    thread_number: int | None


_KEPT = (
    "SELECT p.id AS id, p.author AS author, p.doc AS doc,"
    " json_extract(CAST(b.doc AS TEXT), '$.slug') AS slug, t.number AS thread_number"
    " FROM posts p LEFT JOIN boards b ON b.id = p.board LEFT JOIN threads t ON t.id = p.thread"
    " WHERE p.board = ? AND p.id IS NOT NULL AND p.number IS NOT NULL"
)


def own_posts(mirror: MirrorDatabase, board: BoardId, me: MemberId) -> Mapping[PostId, OwnPost]:
    """Return the posts of a board that the mirror has, the member's with their words.

    Args:
        board: Its id, which is the same on every server that it moved to.
        me: The member's id on the old server.
    """
    return {row.id: _own(row, me) for row in mirror.select(_KeptRow, _KEPT, board)}


def _own(row: _KeptRow, me: MemberId) -> OwnPost:
    mine = row.author == me
    post = post_decoder.decode(row.doc)
    return OwnPost(
        id=row.id,
        address=f"{row.slug or 'a board'}/{row.thread_number or '?'}/{post.number}",
        subject=post.subject if mine else None,
        body=post.body if mine else None,
        mine=mine,
    )
