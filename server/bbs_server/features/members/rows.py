"""The row of a member."""

from typing import NamedTuple

from bbs.clock import Ms
from bbs.ids import MemberId


class MemberRow(NamedTuple):
    """A member as stored; `n` numbers members in the order they joined."""

    id: MemberId
    handle_text: str
    name_text: str
    state: str
    invited_by: MemberId | None
    joined_at: Ms
    away_text: str | None
    away_until: Ms | None
    revision: int
    n: int
