"""That a board was handed over to another community, as the record of removals names it (protocol 30.10)."""

from msgspec import Struct

from bbs.clock import Ms


class GoneBoard(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """That a board was handed over: no backup may open it again beside its new home; or that it came home.

    Attributes:
        host, key, slug, visibility: Of the new community, and of the board there.
        at: When its receipt came, ms by proven time.
        digest: Of the pack that the new server has.
        receipt: The new server's receipt, as JSON.
        home: Whether it came home from there: then no backup is sealed because of earlier lines about it.
    """

    board: str
    host: str
    key: str
    slug: str
    visibility: str
    at: Ms
    digest: str
    receipt: str
    home: bool = False


GONE_BOARD = "SELECT 1 FROM boards b WHERE b.id = ? AND NOT EXISTS (SELECT 1 FROM board_moves m WHERE m.board = b.id AND m.state IN ('handed', 'erasing', 'leads_on', 'rest'))"
"""SQL that tells whether a board stands open here that the record says was handed over."""
