"""Refusals about seats: who may take one, what is asked first, and who cannot leave theirs."""

from datetime import datetime

from bbs.ids import COMMONS
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


class AnswersNeeded(
    Refused,
    code="boards.answers_needed",
    hint="answer them: bbs seat BOARD --answer ...; the desk of the board alone reads the answers",
):
    """Who asks for a seat on this board answers its questions first.

    Attributes:
        board: The board.
        questions: The questions, in their order.
    """

    board: str
    questions: list[str]

    def __str__(self) -> str:
        where = "the community" if self.board == COMMONS else "this board"
        asked = " ".join(f"{n}. {each}" for n, each in enumerate(self.questions, 1))
        return f"{where} asks who wants a seat: {asked}"


class ApplyAgainLater(
    Refused,
    code="boards.apply_again_later",
    sentence="the desk declined; you may ask again from {after:%Y-%m-%d} on",
    hint="what the desk said is in your inbox",
):
    """The desk declined an application of the member there less than `APPLY_AGAIN_DAYS` ago.

    Attributes:
        after: From when on the member may ask again.
    """

    board: str
    after: datetime
