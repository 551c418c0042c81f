"""Refusals of the command line, and notes that name the command that helps."""

from collections.abc import Iterator
from contextlib import contextmanager

from bbs.errors import Disconnected
from bbs.refusals import Conflict, NotSignedIn, SignInFailed


class NotYourPassword(
    SignInFailed,
    sentence="that is not your present password",
    hint="nothing was changed; bbs sign-in URL --recover sets a new one with a code",
):
    """A signed-in member gave a wrong password for a change that needs it."""


class TokenInvalid(
    NotSignedIn,
    code="token.ended",
    sentence="this token is not valid: it does not exist, was revoked or has expired",
    hint="issue a new token: bbs admin tokens issue LABEL",
):
    """There is no such token, or it has expired, or its owner revoked it."""


class CommonsStays(Conflict, code="seat.commons", hint=""):
    """A member cannot leave the commons and stay a member."""


@contextmanager
def note_op(op: str) -> Iterator[None]:
    """Add a note to the loss of the connection: it names the op to repeat the command with (P12)."""
    try:
        yield
    except Disconnected as error:
        error.add_note(
            "the connection was lost before the result arrived, so the command may have been"
            f" applied; repeat it with --op {op} and it is applied once at most"
        )
        raise
