"""Refusals about seats: who may take one, until when, and who cannot leave theirs."""

from datetime import datetime

from bbs.refusals import Refused


class SeatByOffer(
    Refused,
    code="boards.seat_by_offer",
    sentence="this board is private: a moderator has to offer you a seat",
    hint="ask a moderator of the board to offer you a seat",
):
    """The board is private, and the member was offered no seat on it."""

    board: str


class OfferOver(
    Refused,
    code="boards.offer_over",
    hint="ask again: at the end of the waiting list, if people wait",
):
    """The offer of a seat is over by the clock; the seat goes to whoever is next.

    Attributes:
        until: The offer's end.
    """

    board: str
    until: datetime

    def __str__(self) -> str:
        return f"the offer of this seat ended at {self.until:%Y-%m-%d %H:%M} UTC"


class LastInOffice(
    Refused,
    code="boards.last_in_office",
    sentence="this is the board's only moderator, and others sit there or wait for a seat",
    hint="hand the office over first: bbs admin boards hand-over BOARD MEMBER;"
    " if all others wait for a seat, add one: bbs admin boards configure BOARD --seats N",
):
    """The board's others, seated or next in line, would be left without a moderator."""

    board: str
