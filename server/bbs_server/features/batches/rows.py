"""The rows of batches and of their items."""

from typing import NamedTuple

from bbs.clock import Ms
from bbs.features.batches.views import BatchState, ItemState
from bbs.ids import BatchId, BoardId, MemberId, ProposalId, ThreadId


class BatchRow(NamedTuple):
    """A batch, as it is stored.

    Attributes:
        office, power, way: In which office it is applied, by which power the first of its items that
            weighs most is done, and how it was sent.
        items, added: How many items it will have, and how many of them the server has.
        grave: The marks for which it takes a second key, separated by blanks.
        act: The act of its start.
    """

    id: BatchId
    board: BoardId
    author: MemberId
    office: str
    way: str
    epoch: str
    begun_at: Ms
    until: Ms | None
    items: int
    reason_text: str | None
    undoes: BatchId | None = None
    state: str = BatchState.DRAFT.value
    power: str | None = None
    ended_at: Ms | None = None
    added: int = 0
    done: int = 0
    unchanged: int = 0
    refused: int = 0
    digest: str | None = None
    undone_by: BatchId | None = None
    proposal: ProposalId | None = None
    seconded_by: MemberId | None = None
    grave: str = ""
    act: str | None = None
    revision: int = 1


class ItemRow(NamedTuple):
    """An item of a batch, as it is stored.

    Attributes:
        item_text: The item as its plan says it: a text, because it holds words of office.
        found_text: What the server found that it does, likewise.
        thing: What it is done to, as JSON.
        place: What changes together with it: the thread that it is or is in, or the thing itself.
        grave: Its marks, separated by blanks.
        amount: How many words of others it hides.
        norm, norms_version, norms_board: The clause it cites.
        title_of: The thread to which it gives a title: its own copy of that ends with it.
    """

    batch: BatchId
    number: int
    method: str
    digest: str
    item_text: str | None
    found_text: str | None
    thing: str | None
    place: str | None
    about: MemberId | None
    grave: str
    amount: int
    norm: int | None = None
    norms_version: int | None = None
    norms_board: BoardId | None = None
    state: str = ItemState.OPEN.value
    act: str | None = None
    refused: str | None = None
    why_text: str | None = None
    title_of: ThreadId | None = None
