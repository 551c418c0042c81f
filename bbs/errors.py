"""The errors of Folkmoot: one class for each thing that a caller does differently.

    FolkmootError
      ProtocolError                    the program has to correct its request
        BadJson  BadRequest  HelloFirst  UnknownMethod  BadParams  WrongVersion
      Refused (bbs.refusals)           the member can do something about it
        NotSignedIn  SignInFailed  NotAllowed  DeviceNeeded  NotFound  OnWaitingList  SeatNeeded
        NormsFirst  SeatByOffer  OfferOver  LastInOffice
        NameTaken  TextRefused  PasswordRefused  InvitationInvalid  Conflict
        OpConflict  Gone  LimitReached  CeilingReached  QueryTooSlow  QuotaExceeded
        CommunityClosing  CommunityClosed  Restricted  AnswersNeeded  ApplyAgainLater
      RetryableError                   the same request may succeed later
        Throttled  StorageUnavailable  ServerStopping  Disconnected
      InternalError                    the sysop can find the cause in the log

An error stores facts, has a stable code, and builds its sentence from the facts. On the wire the
facts are in `error.data` (protocol 4).
"""

import math
from typing import Any, ClassVar, TypedDict, Unpack, dataclass_transform, get_origin

import msgspec

from bbs.refusal_words import FAULTS, field_words


class _ClassKeywords(TypedDict, total=False):
    code: str
    rpc_code: int
    audience: str
    sentence: str
    hint: str


@dataclass_transform(eq_default=False)
class FolkmootError(Exception):
    """The base class of all errors. A code never changes its meaning.

    A subclass gives code, sentence and hint as class keywords and declares its facts as a dataclass
    does. It is no dataclass, because a dataclass compiles methods for each class, and every start
    of the program would wait for that.

        class NotFound(Refused, code="not_found", sentence="no such {what}", hint="…"):
            what: str

    Attributes:
        code: The stable name of the error. A class keyword that a subclass leaves out is inherited.
        rpc_code: The number that JSON-RPC requires (protocol 4).
        audience: Who can do something about it: `member`, `program` or `operator`.
        sentence: What happened and why, a format string with the facts by name. Errors that need
            more than that have their own `__str__`.
        hint: The next step; empty for none.
        fact_names: Names of the facts, those of the base classes first, then in the order declared.
    """

    code: ClassVar[str] = "error"
    rpc_code: ClassVar[int] = -32000
    audience: ClassVar[str] = "member"
    sentence: ClassVar[str] = ""
    hint: ClassVar[str] = ""
    fact_names: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, **keywords: Unpack[_ClassKeywords]) -> None:
        for keyword, value in keywords.items():
            setattr(cls, keyword, value)
        # Of this class only, not of its bases. From 3.14 on, vars(cls) may not have them yet.
        own: dict[str, object] = cls.__annotations__
        names = [name for name, kind in own.items() if get_origin(kind) is not ClassVar]
        cls.fact_names = tuple(dict.fromkeys((*cls.fact_names, *names)))

    def __init__(self, *facts: Any, **named: Any) -> None:
        """Store the facts.

        Args:
            *facts: The first facts, in the order of `fact_names`; any number of them.
            **named: The other facts by name. A fact with a default may be left out.

        Raises:
            TypeError: If a fact is missing, unknown or given twice.
        """
        names = self.fact_names
        given = {**dict(zip(names, facts, strict=False)), **named}
        missing = [name for name in names if name not in given and not hasattr(self, name)]
        if missing or len(given) != len(facts) + len(named) or not given.keys() <= {*names}:
            raise TypeError(f"{type(self).__name__} is made of {', '.join(names) or 'nothing'}")
        vars(self).update(given)
        super().__init__(*(getattr(self, name) for name in names))  # copy and pickle use these

    def facts(self) -> dict[str, Any]:
        """Return the facts of this error by name, in the order of `fact_names`, as JSON types."""
        facts = msgspec.to_builtins({name: getattr(self, name) for name in self.fact_names})
        assert isinstance(facts, dict)
        return facts

    def __repr__(self) -> str:
        facts = (f"{name}={getattr(self, name)!r}" for name in self.fact_names)
        return f"{type(self).__name__}({', '.join(facts)})"

    def __str__(self) -> str:
        facts = {name: getattr(self, name) for name in self.fact_names}
        return (self.sentence or self.code).format(**facts)


class ProtocolError(FolkmootError, code="protocol", rpc_code=-32600, audience="program"):
    """The request is wrong; its program must change before it sends it again.

    People can do nothing about a sentence for programs. Surfaces show `FOR_PEOPLE` instead, except
    for `BadParams`, which also says what is wrong with something that a person typed.
    """


class BadJson(
    ProtocolError,
    code="protocol.bad_json",
    rpc_code=-32700,
    sentence="the frame cannot be read: {rule}",
    hint="send one JSON-RPC 2.0 object per text frame, in UTF-8",
):
    """The frame is not one JSON message within the limits."""

    rule: str = "not JSON"


class BadRequest(
    ProtocolError,
    code="protocol.bad_request",
    sentence="this is not a request: {rule}",
    hint="send one request with named params; batches and positional params are not supported",
):
    """The frame is JSON but not a JSON-RPC 2.0 request with named params."""

    rule: str = "not a request"


class HelloFirst(
    ProtocolError,
    code="protocol.hello_first",
    rpc_code=-32002,
    sentence="the first call on a connection is hello",
    hint="call hello before anything else",
):
    """The client sent another request before `hello`."""


class WrongVersion(
    ProtocolError, code="protocol.wrong_version", hint="update the older of the two programs"
):
    """The two ends share no version of the protocol."""

    spoken: list[str]

    def __str__(self) -> str:
        spoken = ", ".join(version.removeprefix("bbs.") for version in self.spoken)
        return f"the server knows only other versions of the protocol ({spoken})"


class UnknownMethod(
    ProtocolError,
    code="protocol.unknown_method",
    rpc_code=-32601,
    sentence="there is no method {method!r}",
    hint="rpc.discover lists every method",
):
    """There is no such method."""

    method: str


class BadParams(
    ProtocolError,
    code="protocol.bad_params",
    rpc_code=-32602,
    hint="rpc.discover shows what the method takes",
):
    """A parameter is missing, unknown, or outside its bounds."""

    field: str
    rule: str

    def __str__(self) -> str:
        return f"{field_words(self.field)}: {self.rule}"


FOR_PEOPLE = "this program and the server do not understand each other"
FOR_PEOPLE_HINT = "update the older of the two programs"


class RetryableError(FolkmootError, code="later"):
    """The same request may succeed later; a client can safely send it again."""


class Throttled(
    RetryableError, code="throttled", hint="wait that long, then send the same request again"
):
    """Too much in too short a time."""

    retry_after_s: float

    def __str__(self) -> str:
        too_many = "too many requests; the server accepts the next one"
        seconds = self.retry_after_s
        if seconds < 100:
            return f"{too_many} in {seconds:.1f} s"
        # Rounded up, so that a client that waits this long is not refused again.
        minutes = math.ceil(seconds / 60)
        if minutes < 100:
            return f"{too_many} in {minutes} minutes"
        return f"{too_many} in {math.ceil(minutes / 60)} hours"


class StorageUnavailable(
    RetryableError,
    code="storage_unavailable",
    audience="operator",
    hint="nothing was changed; tell the sysop, who has to look at the server's disk",
):
    """The store cannot write: `reason` is full, read_only, corrupt, locked or failed."""

    reason: str

    def __str__(self) -> str:
        return f"the server cannot store anything now: {FAULTS.get(self.reason, FAULTS['failed'])}"


class ServerStopping(
    RetryableError, code="stopping", sentence="the server is stopping", hint="try again in a minute"
):
    """The server is shutting down."""


class ClockInDoubt(
    RetryableError,
    code="clock_in_doubt",
    audience="operator",
    sentence=(
        "the server does not trust its clock yet, so it cannot tell whether this {what} is"
        " over; nothing was changed"
    ),
    hint=(
        "try again in a minute; the sysop signs in anew (bbs sign-in) and ends the wait:"
        " bbs admin clock confirm"
    ),
):
    """A session or a text is over by the server's clock, but the server does not trust that clock.

    Attributes:
        what: `session`, `text` or `sanction`.
    """

    what: str
    retry_after_s: float


class Disconnected(
    RetryableError, code="disconnected", hint="check the address and the network, then try again"
):
    """The connection was lost before the answer came. The request may have been applied or not."""

    reason: str = ""

    def __str__(self) -> str:
        return f"not connected{': ' + self.reason if self.reason else ''}"


class InternalError(
    FolkmootError,
    code="internal",
    rpc_code=-32603,
    audience="operator",
    sentence="the server failed while it handled this request (reference {ref})",
    hint="send the reference to the sysop, who finds the cause in the log",
):
    """The server failed. The client gets a reference; the log has the cause under it."""

    ref: str = ""
