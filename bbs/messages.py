"""What every message is made of: queries, commands, results, events and ephemerals.

A feature declares its messages as frozen structs in `bbs/features/X/messages.py`; the structs are
the protocol. The registry, the codec and the reference pages are made from them.
"""

from typing import Annotated, ClassVar, Generic, TypeVar

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from bbs import limits
from bbs.ids import OpId
from bbs.powers import Need

R_co = TypeVar("R_co", covariant=True)

Seq = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Number = Annotated[int, Meta(ge=1, le=2**53 - 1)]
Revision = Annotated[int, Meta(ge=1, le=2**53 - 1)]
SeenRevision = Annotated[int, Meta(ge=0, le=2**53 - 1)]
"""A revision that the sender saw; 0 where there was nothing yet."""

PageSize = Annotated[int, Meta(ge=1, le=limits.PAGE_ITEMS_MAX)]

Tag = Annotated[str, Meta(max_length=32)]
"""What makes a seq name one history (protocol 6.7): given by the server, sent back as it is."""

Place = Annotated[str, Meta(max_length=128, pattern="^[0-9]{1,16}:[0-9a-z:-]{1,96}$")]
"""Where a page in the order of time goes on: given by the server, sent back as it is."""


class View(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A thing as readers see it. Open for new fields: an old client ignores what it does not know."""


class ClockDoubt(View, frozen=True, kw_only=True):
    """Why the server does not believe its wall clock, and erases nothing by it (P10).

    Attributes:
        moved_s: How far the clock moved by itself; negative if it was set back.
        left_s: How much longer it has to stay in step with the machine's steady clock.
    """

    moved_s: int
    left_s: int


class Result(View, frozen=True, kw_only=True):
    """What a request is answered with.

    Attributes:
        as_of: For each stream that feeds this result, the seq it includes. A cache that holds
            the result and folds every later event equals a fresh fetch (protocol 6.4).
        tags: The tags of these, as far as the server has them (protocol 6.7).
        text_paths: Paths of the fields of a command's result that hold text; the stored answer is kept
            without them, for what is withdrawn must be gone from there too (P10).
    """

    text_paths: ClassVar[tuple[str, ...]] = ()
    as_of: dict[str, int] = msgspec.field(default_factory=dict)
    tags: dict[str, Tag] = msgspec.field(default_factory=dict)


class Request(
    Struct, Generic[R_co], frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """Something asked of the server; `Request[R]` is answered with an `R`."""

    method: ClassVar[str]
    needs: ClassVar[Need]


class Query(Request[R_co], Generic[R_co], frozen=True, kw_only=True):
    """A request that changes nothing and may be sent as often as one likes."""


class Command(Request[R_co], Generic[R_co], frozen=True, kw_only=True):
    """A request that changes something, exactly once (P12, protocol 5).

    Attributes:
        op: Names this request. Sent again with the same content, it gets the same answer; with
            other content, `op_conflict`. The SDK draws one where it is left out; the server
            refuses a command without one.
        dry_run: Run everything, then undo it: the answer tells what would have happened.
    """

    op: OpId | UnsetType = UNSET
    dry_run: bool = False


class Event(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that happened, told to every reader of a stream in the order of its seq.

    Attributes:
        kind: The stable name, `feature.happened`.
        text_paths: Paths of the fields that hold text, as in `post.body`. They are stored apart from
            the event and are None wherever the text is gone (P10).
        own_words: Whether they belong to nothing but the event: they go when the log forgets it.
    """

    kind: ClassVar[str]
    text_paths: ClassVar[tuple[str, ...]] = ()
    own_words: ClassVar[bool] = False


class Ephemeral(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something true right now, without a seq; may be lost, never stored (protocol 7.5)."""

    kind: ClassVar[str]


class Done(Result, frozen=True, kw_only=True):
    """It is done; there is nothing more to say."""
