"""What only the command line can say of a refusal: which command mends it."""

from collections.abc import Iterator
from contextlib import contextmanager

from bbs.errors import Disconnected
from bbs.refusals import Conflict, NormsFirst, NotSignedIn, SeatNeeded, SignInFailed


class SessionInvalid(
    NotSignedIn,
    code="session.ended",
    sentence="this session was ended; bbs sign-in {url} with your password brings you back",
    hint="",
):
    """The session this device kept is over; its key was revoked with it (protocol 3.4)."""

    url: str


class NotYourPassword(
    SignInFailed,
    sentence="that is not your present password",
    hint="nothing was changed; bbs sign-in URL --recover sets a new one with a code",
):
    """A signed-in member proved a change with a password that is not theirs."""


class TokenInvalid(
    NotSignedIn,
    code="token.ended",
    sentence="this token is not valid: it does not exist, was revoked or has expired",
    hint="issue a new token: bbs admin tokens issue LABEL",
):
    """The token is none, or has expired or was revoked."""


class CommonsStays(Conflict, code="seat.commons", hint=""):
    """The seat on the commons cannot be given up alone."""


@contextmanager
def note_seat_command(slug: str) -> Iterator[None]:
    """Let refusals that a seat would mend name the command that takes it, as a note."""
    try:
        yield
    except (SeatNeeded, NormsFirst) as error:
        error.add_note(f"bbs seat {slug} shows you the board's norms and takes a seat")
        raise


@contextmanager
def note_op(op: str) -> Iterator[None]:
    """Let a line that is lost during an act name the op to repeat it with, as a note (P12)."""
    try:
        yield
    except Disconnected as error:
        error.add_note(
            "the connection was lost before the result arrived, so the command may have been"
            f" applied; repeat it with --op {op} and it is applied once at most"
        )
        raise
