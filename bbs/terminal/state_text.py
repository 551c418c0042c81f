"""States of members and seats in words for people. Pure."""

from bbs.features.boards.messages import SeatState
from bbs.features.members.views import MemberState

MEMBER_STATES: dict[MemberState, str] = {
    MemberState.SEATED: "has a seat in the community",
    MemberState.WAITING: "waits for a seat in the community",
}
"""The state of a member, after their name."""

SEAT_STATES: dict[SeatState, str] = {
    SeatState.SEATED: "has a seat",
    SeatState.WAITING: "waits for a seat",
    SeatState.OFFERED: "has an offer of a seat",
    SeatState.LEFT: "has no seat any more",
}
"""The state of a member's seat on a board, after their name."""
