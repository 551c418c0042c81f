"""The errors of the house: one class for each thing a caller does differently.

    FolkmootError
      ProtocolError                    the program's move: mend the request
        BadJson  BadRequest  HelloFirst  UnknownMethod  BadParams  WrongVersion
      Refused (bbs.refusals)           the member's move
        NotSignedIn  SignInFailed  NotAllowed  NotFound  Waiting  SeatNeeded  NormsFirst
        SeatByOffer  Taken  TextRefused  PasswordRefused  InvitationInvalid  Conflict
        OpConflict  Gone  Full  QueryTooSlow  NoRoom  CommunityClosing
        CommunityClosed
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
    hint: ClassVar[str] = "look at the address and the network, and try again"
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
