"""What a feature does while a command of its own waits for others."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from bbs.features.moderation.messages import Thing
from bbs.features.threads.views import Line, Post
from bbs.ids import MemberId, ProposalId
from bbs_server.outcome import Effect
from bbs_server.store.api import Tx

if TYPE_CHECKING:
    from bbs_server.handler_api import Context


class WordsInQuestion(NamedTuple):
    """A page of the words that a command which waits is about.

    Attributes:
        title: A thread's, if it is hidden too and the reader may read it.
        next_after: Where the next page begins; None at the end.
    """

    title: str | None
    posts: tuple[Post, ...]
    lines: tuple[Line, ...]
    next_after: int | None


class WhileWaiting(Struct, frozen=True, kw_only=True):
    """What else happens while a command waits, by the feature that owns the command.

    Attributes:
        begin: Called in the transaction in which it comes to wait, with what it is to be done to.
        end: Called in the transaction in which it ends without having been carried out.
        concerns: Whether a member wrote what it is about.
        show: Returns a page of the words it is about, of one member or of all (None), above a
            place; None if there are none.
    """

    begin: Callable[[Tx, "Context", ProposalId, Thing], Iterable[Effect]]
    end: Callable[[Tx, "Context", ProposalId], Iterable[Effect]]
    concerns: Callable[[Tx, ProposalId, MemberId], bool]
    show: Callable[[Tx, "Context", ProposalId, MemberId | None, int], WordsInQuestion | None]
