"""Refusals about batches: what cannot be an item, and that the world moved under a plan (protocol 26)."""

from bbs.refusals import Refused


class NoItem(
    Refused,
    code="batches.no_item",
    hint="items are commands that another command undoes: hide and restore, pin, lock, retitle;"
    " send others alone",
):
    """A command cannot be an item of this batch.

    Attributes:
        number: The place of the item, from 1.
        method: The command.
        why: Why it cannot, as a sentence.
    """

    number: int
    method: str
    why: str

    def __str__(self) -> str:
        return f"item {self.number} cannot be in this batch: {self.why}"


class Moved(
    Refused,
    code="batches.moved",
    hint="nothing of the plan was done; make it anew, and read it before you apply it",
):
    """An item would do something else than its plan says, because the world moved.

    Attributes:
        number: The place of the item, from 1.
        method: The command.
        thing: The address of what it is done to; empty if it has none.
        what: What moved, as a sentence.
    """

    number: int
    method: str
    thing: str
    what: str

    def __str__(self) -> str:
        named = f" ({self.thing})" if self.thing else ""
        return f"item {self.number}{named} does not do what the plan says: {self.what}"


class OtherDigest(
    Refused,
    code="batches.other_digest",
    sentence="the items that the server has are not those of this plan",
    hint="nothing was done; read the plan again and apply it anew",
):
    """The digest of a batch's items is not the one that was named.

    Attributes:
        digest: The digest of the items that the server has.
    """

    digest: str


class TurnedGrave(
    Refused,
    code="batches.turned_grave",
    hint="send it alone: then it waits for a second key",
):
    """An item takes a second key by now, and nobody gave one for that.

    Attributes:
        why: What makes it grave, as parts of sentences.
    """

    why: list[str]

    def __str__(self) -> str:
        return f"it takes a second key by now: {', '.join(self.why)}"
