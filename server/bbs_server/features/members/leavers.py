"""Members who left the community: how the others see them, and how long they can come back (protocol 28)."""

from collections.abc import Mapping
from typing import NamedTuple

from bbs.clock import Ms
from bbs.features.members.views import MemberState
from bbs.features.ownership.views import LeaveWords, LeavingState
from bbs.ids import MemberId
from bbs_server.features.members.rows import MemberRow
from bbs_server.store.api import Tx


class LeftMember(NamedTuple):
    """How a member left the community.

    Attributes:
        until: When that is carried out, in ms.
    """

    words: str
    state: str
    until: Ms

    @property
    def is_named(self) -> bool:
        """Whether handle and name stay on what they wrote."""
        return self.words == LeaveWords.LEFT

    @property
    def member_state(self) -> MemberState:
        """The state in which others see them."""
        return MemberState.LEAVING if self.state == LeavingState.LEAVING else MemberState.LEFT


SHOWN = (
    "NOT EXISTS (SELECT 1 FROM leavings l WHERE l.member = members.id AND l.board = ''"
    " AND l.words <> 'left')"
)
"""SQL for whether a member of `members` is known by name."""


def find_left(tx: Tx) -> Mapping[MemberId, LeftMember]:
    """Return who left the community; the writer remembers it, for speed."""
    return tx.memoize(_find_left)


def _find_left(tx: Tx) -> Mapping[MemberId, LeftMember]:
    rows = tx.fetch_all("SELECT member, words, state, erase_at FROM leavings WHERE board = ''")
    return {member: LeftMember(*rest) for member, *rest in rows}


def namable(tx: Tx, member: MemberId) -> bool:
    """Return whether others may learn the name of a member."""
    left = find_left(tx).get(member)
    return left is None or left.is_named


def as_left(row: MemberRow, left: LeftMember | None, *, own: bool) -> MemberRow:
    """Return the row of a member who may have left, as others see it, or as they see themselves."""
    if left is None:
        return row
    row = row._replace(state=left.member_state.value, away_text=None)
    return row if own or left.is_named else row._replace(handle_text="", name_text="")
