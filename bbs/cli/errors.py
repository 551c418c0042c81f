"""What only the command line can say of a refusal: which command mends it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from bbs.errors import Disconnected
from bbs.refusals import Conflict, NormsFirst, NotSignedIn, Refused, SeatNeeded, SignInFailed


class SessionInvalid(NotSignedIn):
    """The session this device kept is over; its key was revoked with it (protocol 3.4)."""

    code: ClassVar[str] = "session.ended"
    hint: ClassVar[str] = ""
    url: str

    def __str__(self) -> str:
        return f"this session was ended; bbs sign-in {self.url} with your password brings you back"


class NotYourPassword(SignInFailed):
    """A signed-in member proved a change with a password that is not theirs."""

    hint: ClassVar[str] = (
        "nothing was changed; bbs sign-in URL --recover sets a new one with a code"
    )

    def __str__(self) -> str:
        return "that is not your present password"


class TokenInvalid(NotSignedIn):
    """The token is none, or has expired or was revoked."""

    code: ClassVar[str] = "token.ended"
    hint: ClassVar[str] = "issue a new token: bbs admin tokens issue LABEL"

    def __str__(self) -> str:
        return "this token is not valid: it does not exist, was revoked or has expired"


class CommonsStays(Conflict):
    """The seat on the commons cannot be given up alone."""

    code: ClassVar[str] = "seat.commons"
    hint: ClassVar[str] = ""


class NoMails(Refused):
    """A file that was to be imported holds no mail."""

    code: ClassVar[str] = "import.no_mails"
    hint: ClassVar[str] = "in an mbox file every mail begins with a line 'From ' and the sender"
    path: str

    def __str__(self) -> str:
        return f"{self.path}: there is no mail in it; this is not an mbox file"


class ArchiveUnreadable(Refused):
    """A packed file that was to be imported cannot be unpacked to its end; nothing was added."""

    code: ClassVar[str] = "import.unreadable"
    hint: ClassVar[str] = "unpack it yourself, or give a part of it"
    why: str

    def __str__(self) -> str:
        return f"the file cannot be read: {self.why}"


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
