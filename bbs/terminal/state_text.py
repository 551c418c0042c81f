"""States of members and seats in words for people. Pure."""

from bbs.features.boards.seat_messages import SeatState
from bbs.features.members.views import MemberState
from bbs.refusal_words import SEATS

MEMBER_STATES: dict[MemberState, str] = {
    MemberState.SEATED: "has a seat in the community",
    MemberState.WAITING: "waits for a seat in the community",
    MemberState.LEAVING: "left the community, and can still come back",
    MemberState.LEFT: "left the community",
}
"""The state of a member, after their name."""

SEAT_STATES: dict[SeatState, str] = {state: SEATS[state] for state in SeatState}
"""The state of a member's seat on a board, after their name."""
