"""The hues of names: which of ten colours a member or a board has, on every device."""

from collections.abc import Mapping
from functools import lru_cache

from bbs.features.boards.kinds import BoardKind
from bbs.features.boards.messages import Board
from bbs.features.members.author_text import author_id
from bbs.features.members.views import Author
from bbs.ids import MemberId
from bbs_client.theme import HUES

NO_HUE = "strong"
"""The role of a name without a hue: of a former member, an imported name, the server."""

_KEPT = 4_096  # members of a large community: 0.5 MB at most


_own: dict[MemberId, str] = {}


def use(own: Mapping[MemberId, str]) -> None:
    """Draw some members in hues that the reader chose, in place of those chosen before.

    Args:
        own: Roles by member. They hold for the whole process, as ids are the same nowhere else.
    """
    _own.clear()
    _own.update(own)


def own() -> Mapping[MemberId, str]:
    """Return the hues that the reader chose."""
    return _own


def member_hue(member: MemberId) -> str:
    """Return the role in which a member's name is drawn: the reader's choice, or else everybody's."""
    return _own.get(member) or usual_hue(member)


@lru_cache(_KEPT)
def usual_hue(member: MemberId) -> str:
    """Return the role in which a member's name is drawn where the reader chose none.

    It follows from the id, so it is the same on every device and after a rename, and nobody
    chooses it: it ranks nobody (P2).

    Args:
        member: A UUID in its usual form.
    """
    # Imported late: it brings all of OpenSSL, and the first painting seldom names anybody.
    from hashlib import blake2s

    digest = blake2s(bytes.fromhex(member.replace("-", "")), digest_size=2).digest()
    return f"hue{int.from_bytes(digest) % HUES}"


def hue_of(author: Author) -> str:
    """Return the role in which an author's name is drawn; `NO_HUE` for all who are no members."""
    member = author_id(author)
    return NO_HUE if member is None else member_hue(member)


def hue_of_board(board: Board) -> str:
    """Return the role in which a board's name, bar and bead are drawn.

    It follows from the board's number, so it is the same for readers who know of different boards.
    A letter has none.
    """
    if board.kind is BoardKind.LETTER:
        return NO_HUE
    return f"hue{(board.number - 1) % HUES}"
