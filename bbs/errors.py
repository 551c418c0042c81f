"""The errors of the house: one class for each thing a caller does differently.

    FolkmootError
      ProtocolError                    the program's move: mend the request
        BadJson  BadRequest  HelloFirst  UnknownMethod  BadParams  WrongVersion
      Refused                          the member's move
        NotSignedIn  SignInFailed  NotAllowed  NotFound  Waiting  SeatNeeded  NormsFirst
        SeatByOffer  Taken  TextRefused  PasswordRefused  InvitationInvalid  Conflict
        OpConflict  Gone  Full  QueryTooSlow
      Later                            nobody's fault; the same request may succeed later
        Throttled  StorageUnavailable  Stopping  Disconnected
      Internal                         the operator's move: the log has the reference

An error stores facts, has a stable code, and builds its sentence in `__str__`. On the wire its
facts travel in `error.data` (protocol 4).
"""

from dataclasses import asdict, dataclass
from typing import Any, ClassVar

import msgspec


@dataclass(eq=False)
class FolkmootError(Exception):
    """Base of all. `facts()` is what travels; `code` never changes its meaning."""

    code: ClassVar[str] = "error"
    rpc_code: ClassVar[int] = -32000
    audience: ClassVar[str] = "member"
    hint: ClassVar[str] = ""

    def facts(self) -> dict[str, Any]:
        """Return the facts of this error by name, ready for JSON."""
        facts = msgspec.to_builtins(asdict(self))
        assert isinstance(facts, dict)
        return facts

    def __str__(self) -> str:
        return self.code


@dataclass(eq=False)
class ProtocolError(FolkmootError):
    """The request itself is wrong; the program that sent it must change."""

    audience: ClassVar[str] = "program"
    code: ClassVar[str] = "protocol"
    rpc_code: ClassVar[int] = -32600


@dataclass(eq=False)
class BadJson(ProtocolError):
    """The frame is not one JSON message within the limits."""

    code: ClassVar[str] = "protocol.bad_json"
    rpc_code: ClassVar[int] = -32700
    hint: ClassVar[str] = "send one JSON-RPC 2.0 object per text frame, in UTF-8"
    rule: str = "not JSON"

    def __str__(self) -> str:
        return f"the frame cannot be read: {self.rule}"


@dataclass(eq=False)
class BadRequest(ProtocolError):
    """The frame is JSON but not a JSON-RPC 2.0 request by name."""

    code: ClassVar[str] = "protocol.bad_request"
    hint: ClassVar[str] = "batches and positional params are not spoken here"
    rule: str = "not a request"

    def __str__(self) -> str:
        return f"this is not a request: {self.rule}"


@dataclass(eq=False)
class HelloFirst(ProtocolError):
    """Something else was sent before `hello`."""

    code: ClassVar[str] = "protocol.hello_first"
    rpc_code: ClassVar[int] = -32002
    hint: ClassVar[str] = "call hello before anything else"

    def __str__(self) -> str:
        return "the first call on a connection is hello"


@dataclass(eq=False)
class WrongVersion(ProtocolError):
    """The two ends share no version of the protocol."""

    code: ClassVar[str] = "protocol.wrong_version"
    hint: ClassVar[str] = "update the older of the two programs"
    spoken: list[str]

    def __str__(self) -> str:
        return f"this server speaks {', '.join(self.spoken)}"


@dataclass(eq=False)
class UnknownMethod(ProtocolError):
    """There is no such method."""

    code: ClassVar[str] = "protocol.unknown_method"
    rpc_code: ClassVar[int] = -32601
    hint: ClassVar[str] = "rpc.discover lists every method"
    method: str

    def __str__(self) -> str:
        return f"there is no method {self.method!r}"


@dataclass(eq=False)
class BadParams(ProtocolError):
    """A parameter is missing, unknown, or outside its bounds."""

    code: ClassVar[str] = "protocol.bad_params"
    rpc_code: ClassVar[int] = -32602
    hint: ClassVar[str] = "rpc.discover shows what the method takes"
    field: str
    rule: str

    def __str__(self) -> str:
        return f"{self.field}: {self.rule}"


@dataclass(eq=False)
class Refused(FolkmootError):
    """The request was understood and refused; nothing was changed."""

    code: ClassVar[str] = "refused"


@dataclass(eq=False)
class NotSignedIn(Refused):
    """The connection has no member, or its session has ended."""

    code: ClassVar[str] = "members.not_signed_in"
    hint: ClassVar[str] = "sign in first"

    def __str__(self) -> str:
        return "this needs a signed-in member"


@dataclass(eq=False)
class SignInFailed(Refused):
    """Handle and proof do not belong together. Says no more, whichever was wrong."""

    code: ClassVar[str] = "members.sign_in_failed"
    hint: ClassVar[str] = "check handle and password; a recovery code or the sysop can help"

    def __str__(self) -> str:
        return "handle and password, key, code or token do not match"


@dataclass(eq=False)
class NotAllowed(Refused):
    """The actor lacks the power, or the thing is not their own."""

    code: ClassVar[str] = "not_allowed"
    hint: ClassVar[str] = "docs/reference/powers.md says who may do it"
    power: str
    own: bool = False

    def __str__(self) -> str:
        if self.own:
            return "only its author may do that"
        return f"this needs the power {self.power!r}"


@dataclass(eq=False)
class NotFound(Refused):
    """There is no such thing, or the actor may not know of it: the two answers are equal."""

    code: ClassVar[str] = "not_found"
    hint: ClassVar[str] = "check the address; private things answer as if they did not exist"
    what: str

    def __str__(self) -> str:
        return f"no such {self.what}"


@dataclass(eq=False)
class Waiting(Refused):
    """The member has no seat on the commons yet."""

    code: ClassVar[str] = "members.waiting"
    hint: ClassVar[str] = "a seat is given in the order of signing up, as soon as one is free"

    def __str__(self) -> str:
        return "the community is full; you are on the waiting list"


@dataclass(eq=False)
class SeatNeeded(Refused):
    """Writing on a board takes a seat on it."""

    code: ClassVar[str] = "boards.seat_needed"
    hint: ClassVar[str] = "read the board's norms and take a seat (boards.take_seat)"
    board: str

    def __str__(self) -> str:
        return "writing here takes a seat on this board"


@dataclass(eq=False)
class SeatByOffer(Refused):
    """A seat on a private board is taken by those to whom one was offered."""

    code: ClassVar[str] = "boards.seat_by_offer"
    hint: ClassVar[str] = "a moderator of the board can offer a seat"
    board: str

    def __str__(self) -> str:
        return "a seat on this board has to be offered"


@dataclass(eq=False)
class NormsFirst(Refused):
    """The norms were not accepted in the version in force (P5)."""

    code: ClassVar[str] = "norms.accept_first"
    hint: ClassVar[str] = "read norms.get and name its version"
    board: str
    version: int

    def __str__(self) -> str:
        return f"the norms are at version {self.version}; read and accept that one"


@dataclass(eq=False)
class Taken(Refused):
    """The handle, name or slug belongs to somebody or something else, or looks like it does."""

    code: ClassVar[str] = "taken"
    hint: ClassVar[str] = "choose another"
    field: str
    by: str | None = None

    def __str__(self) -> str:
        similar = f" (it reads like {self.by!r})" if self.by else ""
        return f"this {self.field} is taken{similar}"


@dataclass(eq=False)
class TextRefused(Refused):
    """A text holds what no text may hold here, or is too long (DESIGN 8, P13)."""

    code: ClassVar[str] = "text_refused"
    hint: ClassVar[str] = "take the named character out, or shorten the text, and send again"
    field: str
    rule: str
    position: int | None = None
    code_point: str | None = None

    def __str__(self) -> str:
        where = f" at character {self.position + 1}" if self.position is not None else ""
        what = f" ({self.code_point})" if self.code_point else ""
        return f"{self.field}: {self.rule}{what}{where}"


@dataclass(eq=False)
class PasswordRefused(Refused):
    """The password is too short, common, or equal to a name (NIST SP 800-63B-4)."""

    code: ClassVar[str] = "members.password_refused"
    hint: ClassVar[str] = "four or five unrelated words make a good password"
    rule: str

    def __str__(self) -> str:
        return f"password: {self.rule}"


@dataclass(eq=False)
class InvitationInvalid(Refused):
    """The invitation does not exist, is used up, has expired or was revoked."""

    code: ClassVar[str] = "members.invitation_invalid"
    hint: ClassVar[str] = "ask for a new one"

    def __str__(self) -> str:
        return "this invitation is not valid, or not any more"


@dataclass(eq=False)
class Conflict(Refused):
    """The thing changed since the caller looked, or is in a state that does not allow it."""

    code: ClassVar[str] = "conflict"
    hint: ClassVar[str] = "look again and repeat if it still makes sense"
    what: str
    revision: int | None = None

    def __str__(self) -> str:
        return self.what


@dataclass(eq=False)
class OpConflict(Refused):
    """The op was used before for another request (P12)."""

    code: ClassVar[str] = "op_conflict"
    audience: ClassVar[str] = "program"
    hint: ClassVar[str] = "draw a fresh uuid for every new request"

    def __str__(self) -> str:
        return "this op already names another request"


@dataclass(eq=False)
class Gone(Refused):
    """The words were withdrawn by their author, or have faded."""

    code: ClassVar[str] = "gone"
    hint: ClassVar[str] = "only a marker is left"
    state: str

    def __str__(self) -> str:
        return f"this was {self.state}" if self.state == "withdrawn" else f"this has {self.state}"


@dataclass(eq=False)
class Full(Refused):
    """A bound of the house is reached (P3)."""

    code: ClassVar[str] = "full"
    hint: ClassVar[str] = "let go of one first"
    what: str
    limit: int

    def __str__(self) -> str:
        return f"no more than {self.limit} {self.what}"


@dataclass(eq=False)
class QueryTooSlow(Refused):
    """A search took longer than its time budget and was stopped."""

    code: ClassVar[str] = "reading.query_too_slow"
    hint: ClassVar[str] = "name a board, a person or a rarer word"

    def __str__(self) -> str:
        return "this search takes too long here"


@dataclass(eq=False)
class Later(FolkmootError):
    """Not now; the same request may succeed later, and sending it again is safe."""

    code: ClassVar[str] = "later"


@dataclass(eq=False)
class Throttled(Later):
    """Too much in too short a time."""

    code: ClassVar[str] = "throttled"
    hint: ClassVar[str] = "wait as long as retry_after_s says"
    retry_after_s: float

    def __str__(self) -> str:
        return f"too fast; again in {self.retry_after_s:.1f} s"


@dataclass(eq=False)
class StorageUnavailable(Later):
    """The store cannot write: `reason` is full, read_only, corrupt, locked or failed."""

    code: ClassVar[str] = "storage_unavailable"
    audience: ClassVar[str] = "operator"
    hint: ClassVar[str] = "nothing was changed; the sysop has to look at the disk"
    reason: str

    def __str__(self) -> str:
        return f"the server cannot store anything now ({self.reason})"


@dataclass(eq=False)
class Stopping(Later):
    """The server is shutting down."""

    code: ClassVar[str] = "stopping"
    hint: ClassVar[str] = "reconnect in a moment"

    def __str__(self) -> str:
        return "the server is stopping"


@dataclass(eq=False)
class Disconnected(Later):
    """The connection was lost before the answer came. The request may have been applied or not."""

    code: ClassVar[str] = "disconnected"
    hint: ClassVar[str] = "send it again with the same op: it happens once"
    reason: str = ""

    def __str__(self) -> str:
        return f"not connected{': ' + self.reason if self.reason else ''}"


@dataclass(eq=False)
class Internal(FolkmootError):
    """Something broke inside. The peer learns a reference, the log has the rest."""

    code: ClassVar[str] = "internal"
    rpc_code: ClassVar[int] = -32603
    audience: ClassVar[str] = "operator"
    hint: ClassVar[str] = "tell the sysop the reference"
    ref: str = ""

    def __str__(self) -> str:
        return f"something broke on the server (reference {self.ref})"


def all_errors() -> dict[str, type[FolkmootError]]:
    """Return every error class by its code."""
    found: dict[str, type[FolkmootError]] = {}
    heap = [FolkmootError]
    while heap:
        cls = heap.pop()
        found[cls.code] = cls
        heap.extend(cls.__subclasses__())
    return found


def from_facts(code: str, facts: dict[str, Any], message: str) -> FolkmootError:
    """Rebuild the error a peer sent.

    Args:
        code: The stable code. An unknown one, from a newer peer, becomes a plain `Refused`
            that reads `message`.
        facts: What `facts()` gave on the other side; unknown facts are ignored.
        message: The peer's sentence, used only for unknown codes. Foreign text: clean it.
    """
    cls = all_errors().get(code)
    if cls is not None:
        try:
            return msgspec.convert(facts, cls, strict=False)
        except msgspec.ValidationError:
            pass
    return UnknownError(seen_code=code[:64], message=message[:500])


@dataclass(eq=False)
class UnknownError(Refused):
    """A peer named a code this version does not know."""

    code: ClassVar[str] = "unknown"
    seen_code: str = ""
    message: str = ""

    def __str__(self) -> str:
        return self.message or self.seen_code
