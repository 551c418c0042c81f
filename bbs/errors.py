"""The errors of the house: one class for each thing a caller does differently.

    FolkmootError
      ProtocolError                    the program's move: mend the request
        BadJson  BadRequest  HelloFirst  UnknownMethod  BadParams  WrongVersion
      Refused (bbs.refusals)           the member's move
        NotSignedIn  SignInFailed  NotAllowed  NotFound  Waiting  SeatNeeded  NormsFirst
        SeatByOffer  Taken  TextRefused  PasswordRefused  InvitationInvalid  Conflict
        OpConflict  Gone  Full  CeilingReached  QueryTooSlow  QuotaExceeded
        CommunityClosing  CommunityClosed
      Later                            nobody's fault; the same request may succeed later
        Throttled  StorageUnavailable  Stopping  Disconnected
      Internal                         the operator's move: the log has the reference

An error stores facts, has a stable code, and builds its sentence in `__str__`. On the wire its
facts travel in `error.data` (protocol 4).
"""

import math
from typing import Any, ClassVar, dataclass_transform, get_origin

import msgspec


@dataclass_transform(eq_default=False)
class FolkmootError(Exception):
    """Base of all. `facts()` is what travels; `code` never changes its meaning.

    A subclass declares its facts as a dataclass would, and is made like one. It is none: a
    dataclass compiles methods for each class, and every start of the program would wait for that.

    Attributes:
        fact_names: The facts in the order they are declared, those of its bases first.
    """

    code: ClassVar[str] = "error"
    rpc_code: ClassVar[int] = -32000
    audience: ClassVar[str] = "member"
    hint: ClassVar[str] = ""
    fact_names: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        # Its own, not those of its bases; from 3.14 on they are in no dictionary before they are asked for.
        own: dict[str, object] = cls.__annotations__
        names = [name for name, kind in own.items() if get_origin(kind) is not ClassVar]
        cls.fact_names = tuple(dict.fromkeys((*cls.fact_names, *names)))

    def __init__(self, *facts: Any, **named: Any) -> None:
        """Keep the facts.

        Args:
            *facts: As many as one likes, in the order of `fact_names`.
            **named: The others; those with a default may be left out.

        Raises:
            TypeError: If one is missing, unknown or given twice.
        """
        names = self.fact_names
        given = {**dict(zip(names, facts, strict=False)), **named}
        missing = [name for name in names if name not in given and not hasattr(self, name)]
        if missing or len(given) != len(facts) + len(named) or not given.keys() <= {*names}:
            raise TypeError(f"{type(self).__name__} is made of {', '.join(names) or 'nothing'}")
        vars(self).update(given)
        super().__init__(*(getattr(self, name) for name in names))  # by which it can be copied

    def facts(self) -> dict[str, Any]:
        """Return the facts of this error by name, ready for JSON."""
        facts = msgspec.to_builtins({name: getattr(self, name) for name in self.fact_names})
        assert isinstance(facts, dict)
        return facts

    def __repr__(self) -> str:
        facts = (f"{name}={getattr(self, name)!r}" for name in self.fact_names)
        return f"{type(self).__name__}({', '.join(facts)})"

    def __str__(self) -> str:
        return self.code


class ProtocolError(FolkmootError):
    """The request itself is wrong; the program that sent it must change."""

    audience: ClassVar[str] = "program"
    code: ClassVar[str] = "protocol"
    rpc_code: ClassVar[int] = -32600


class BadJson(ProtocolError):
    """The frame is not one JSON message within the limits."""

    code: ClassVar[str] = "protocol.bad_json"
    rpc_code: ClassVar[int] = -32700
    hint: ClassVar[str] = "send one JSON-RPC 2.0 object per text frame, in UTF-8"
    rule: str = "not JSON"

    def __str__(self) -> str:
        return f"the frame cannot be read: {self.rule}"


class BadRequest(ProtocolError):
    """The frame is JSON but not a JSON-RPC 2.0 request by name."""

    code: ClassVar[str] = "protocol.bad_request"
    hint: ClassVar[str] = (
        "send one request with named params; batches and positional params are not supported"
    )
    rule: str = "not a request"

    def __str__(self) -> str:
        return f"this is not a request: {self.rule}"


class HelloFirst(ProtocolError):
    """Something else was sent before `hello`."""

    code: ClassVar[str] = "protocol.hello_first"
    rpc_code: ClassVar[int] = -32002
    hint: ClassVar[str] = "call hello before anything else"

    def __str__(self) -> str:
        return "the first call on a connection is hello"


class WrongVersion(ProtocolError):
    """The two ends share no version of the protocol."""

    code: ClassVar[str] = "protocol.wrong_version"
    hint: ClassVar[str] = "update the older of the two programs"
    spoken: list[str]

    def __str__(self) -> str:
        return f"this server speaks {', '.join(self.spoken)}"


class UnknownMethod(ProtocolError):
    """There is no such method."""

    code: ClassVar[str] = "protocol.unknown_method"
    rpc_code: ClassVar[int] = -32601
    hint: ClassVar[str] = "rpc.discover lists every method"
    method: str

    def __str__(self) -> str:
        return f"there is no method {self.method!r}"


class BadParams(ProtocolError):
    """A parameter is missing, unknown, or outside its bounds."""

    code: ClassVar[str] = "protocol.bad_params"
    rpc_code: ClassVar[int] = -32602
    hint: ClassVar[str] = "rpc.discover shows what the method takes"
    field: str
    rule: str

    def __str__(self) -> str:
        return f"{self.field}: {self.rule}"


class RetryableError(FolkmootError):
    """Not now; the same request may succeed later, and sending it again is safe."""

    code: ClassVar[str] = "later"


class Throttled(RetryableError):
    """Too much in too short a time."""

    code: ClassVar[str] = "throttled"
    hint: ClassVar[str] = "wait that long, then send the same request again"
    retry_after_s: float

    def __str__(self) -> str:
        too_many = "too many requests; the server accepts the next one"
        seconds = self.retry_after_s
        if seconds < 100:
            return f"{too_many} in {seconds:.1f} s"
        # Rounded up: whoever comes back by then is not sent away once more.
        minutes = math.ceil(seconds / 60)
        if minutes < 100:
            return f"{too_many} in {minutes} minutes"
        return f"{too_many} in {math.ceil(minutes / 60)} hours"


class StorageUnavailable(RetryableError):
    """The store cannot write: `reason` is full, read_only, corrupt, locked or failed."""

    code: ClassVar[str] = "storage_unavailable"
    audience: ClassVar[str] = "operator"
    hint: ClassVar[str] = "nothing was changed; the sysop has to look at the disk"
    reason: str

    def __str__(self) -> str:
        return f"the server cannot store anything now ({self.reason})"


class ServerStopping(RetryableError):
    """The server is shutting down."""

    code: ClassVar[str] = "stopping"
    hint: ClassVar[str] = "reconnect in a moment"

    def __str__(self) -> str:
        return "the server is stopping"


class ClockInDoubt(RetryableError):
    """By the server's clock a session or a text would be over, and the clock is not proven.

    Attributes:
        what: `session` or `text`.
    """

    code: ClassVar[str] = "clock_in_doubt"
    audience: ClassVar[str] = "operator"
    hint: ClassVar[str] = (
        "try again in a minute; the sysop signs in anew (bbs sign-in) and ends the wait:"
        " bbs admin clock confirm"
    )
    what: str
    retry_after_s: float

    def __str__(self) -> str:
        return (
            "the server does not trust its clock yet, so it cannot tell whether this"
            f" {self.what} is over; nothing was changed"
        )


class Disconnected(RetryableError):
    """The connection was lost before the answer came. The request may have been applied or not."""

    code: ClassVar[str] = "disconnected"
    hint: ClassVar[str] = "check the address and the network, then try again"
    reason: str = ""

    def __str__(self) -> str:
        return f"not connected{': ' + self.reason if self.reason else ''}"


class InternalError(FolkmootError):
    """Something broke inside. The peer learns a reference, the log has the rest."""

    code: ClassVar[str] = "internal"
    rpc_code: ClassVar[int] = -32603
    audience: ClassVar[str] = "operator"
    hint: ClassVar[str] = "send the reference to the sysop, who finds the cause in the log"
    ref: str = ""

    def __str__(self) -> str:
        return f"the server failed while it handled this request (reference {self.ref})"
