"""The hues of names: which of ten colours a member or a board has, on every device."""

from functools import lru_cache
from hashlib import blake2s

from bbs.features.boards.messages import Board
from bbs.features.members.author_text import author_id
from bbs.features.members.views import Author
from bbs.ids import MemberId
from bbs_client.theme import HUES

NO_HUE = "strong"
"""The role of a name without a hue: of a former member, an imported name, the server."""

_KEPT = 4_096  # members of a large community: 0.5 MB at most


@lru_cache(_KEPT)
def member_hue(member: MemberId) -> str:
    """Return the role in which a member's name is drawn.

    It follows from the id, so it is the same on every device and after a rename, and nobody
    chooses it: it ranks nobody (P2).

    Args:
        member: A UUID in its usual form.
    """
    digest = blake2s(bytes.fromhex(member.replace("-", "")), digest_size=2).digest()
    return f"hue{int.from_bytes(digest) % HUES}"


def hue_of(author: Author) -> str:
    """Return the role in which an author's name is drawn; `NO_HUE` for all who are no members."""
    member = author_id(author)
    return NO_HUE if member is None else member_hue(member)


def board_hue(place: int) -> str:
    """Return the role in which a board's name, bar and bead are drawn.

    Args:
        place: Its place in the order of opening, from 0; the commons has 0.
    """
    return f"hue{place % HUES}"


def hue_of_board(board: Board) -> str:
    """Return the role in which a board is drawn: boards are numbered as they were opened."""
    return board_hue(board.number - 1)
