"""That somebody left or came back, as the record of removals names it (P9, P10)."""

from msgspec import Struct

from bbs.clock import Ms


class GoneAuthor(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """That a member left a board, a letter or the community, or came back, and with what words.

    Attributes:
        board: The board or letter; empty for the community.
        words: What becomes of the words: `taken`, `former` or `left`.
        at: When they left, ms.
        erase_at: When the choice is carried out, ms by proven time.
        back: Whether they came back.
    """

    member: str
    board: str
    words: str
    at: Ms
    erase_at: Ms = 0
    back: bool = False
