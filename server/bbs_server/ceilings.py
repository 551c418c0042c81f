"""The highest numbers that a sysop allows."""

from collections.abc import Callable

from msgspec import Struct

from bbs import limits


class Ceilings(Struct, frozen=True):
    """The highest numbers that the sysop's settings allow (P3).

    Attributes:
        members: Seats of the commons.
        board_seats: Seats of any other board.
        boards: Boards, the commons among them.
        room_bytes: Returns how many bytes may be written now before less of the disk is free than
            the sysop wants.
    """

    members: int = limits.MEMBERS_DEFAULT
    board_seats: int = limits.BOARD_SEATS_DEFAULT
    boards: int = limits.BOARDS_DEFAULT
    room_bytes: Callable[[], int] = lambda: limits.QUOTA_BYTES_MAX
