"""The base classes of every message: queries, commands, results, events and ephemerals.

A feature declares its messages as frozen structs in `bbs/features/X/messages.py`; the structs are
the protocol. The registry, the codec and the reference pages are made from them.
"""

from typing import Annotated, ClassVar, Generic, TypeVar

import msgspec
from msgspec import UNSET, Meta, Raw, Struct, UnsetType

from bbs import limits
from bbs.gravity import Grave
from bbs.ids import OpId
from bbs.powers import Need

R_co = TypeVar("R_co", covariant=True)

Seq = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Number = Annotated[int, Meta(ge=1, le=2**53 - 1)]
Revision = Annotated[int, Meta(ge=1, le=2**53 - 1)]
SeenRevision = Annotated[int, Meta(ge=0, le=2**53 - 1)]
"""A revision that the sender saw; 0 if there was nothing yet."""

PageSize = Annotated[int, Meta(ge=1, le=limits.PAGE_ITEMS_MAX)]

Tag = Annotated[str, Meta(max_length=32)]
"""Identifies the history of a seq (protocol 6.7). A client sends it back unchanged."""

Place = Annotated[str, Meta(max_length=128, pattern="^[0-9]{1,16}:[0-9a-z:-]{1,96}$")]
"""The place where the next page in the order of time begins. A client sends it back unchanged."""


class View(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A thing as readers see it. It may get new fields: an old client ignores unknown ones."""


class ClockDoubt(View, frozen=True, kw_only=True):
    """Why the server does not believe its wall clock, and erases nothing by it (P10).

    Attributes:
        moved_s: Seconds by which the clock has jumped; negative if it was set back.
        left_s: Seconds for which it still has to stay in step with the machine's steady clock.
    """

    moved_s: int
    left_s: int


class Result(View, frozen=True, kw_only=True):
    """The answer to a request.

    Attributes:
        as_of: For each stream that feeds this result, the seq it includes. A cache that holds
            the result and folds every later event equals a fresh fetch (protocol 6.4).
        tags: The tags of these seqs, as far as the server has them (protocol 6.7).
        text_paths: Paths of the fields of a command's result that hold text. The server stores the
            answer without them, so that withdrawn text is gone from there too (P10).
    """

    text_paths: ClassVar[tuple[str, ...]] = ()
    as_of: dict[str, int] = msgspec.field(default_factory=dict)
    tags: dict[str, Tag] = msgspec.field(default_factory=dict)


class Request(
    Struct, Generic[R_co], frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """A request to the server; it answers `Request[R]` with an `R`."""

    method: ClassVar[str]
    needs: ClassVar[Need]


class Query(Request[R_co], Generic[R_co], frozen=True, kw_only=True):
    """A request that changes nothing; a client may repeat it at any time."""


class Command(Request[R_co], Generic[R_co], frozen=True, kw_only=True):
    """A request that changes something, exactly once (P12, protocol 5).

    Attributes:
        op: The id of this request. Sent again with the same content, it gets the same answer; with
            other content, `op_conflict`. The SDK draws one if it is left out; the server refuses a
            command without one.
        dry_run: Run everything, then undo it: the answer says what would have happened.
        grave: The changes that wait for other members, who may refuse them (protocol 15).
        text_paths: Paths of the fields that hold text, as in an event: while a command waits, the
            server stores them as texts.
    """

    grave: ClassVar[tuple[Grave, ...]] = ()
    text_paths: ClassVar[tuple[str, ...]] = ()
    op: OpId | UnsetType = UNSET
    dry_run: bool = False


class Event(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that happened; all readers of a stream receive it, in the order of seq.

    Attributes:
        kind: The stable name, `feature.happened`.
        text_paths: Paths of the fields that hold text, as in `post.body`. The server stores the
            text apart from the event; the fields are None once the text is gone (P10).
        own_words: Whether the text belongs to the event only: it ends when the log drops the event.
    """

    kind: ClassVar[str]
    text_paths: ClassVar[tuple[str, ...]] = ()
    own_words: ClassVar[bool] = False


class Ephemeral(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something true at the moment, without a seq; it may be lost (protocol 7.5)."""

    kind: ClassVar[str]


Answer = Result | Raw
"""A result, or its JSON where something that said the same is encoded already."""


class Done(Result, frozen=True, kw_only=True):
    """The command was carried out; its result has no fields."""
