"""The personal data that the feature of batches stores."""

from collections.abc import Iterator

from bbs import limits
from bbs.features.batches.views import Batch
from bbs.ids import MemberId
from bbs_server.features.batches import forgetting, records
from bbs_server.forgetting import nothing
from bbs_server.handler_api import Context
from bbs_server.personal import ExportKey, GivenRow, Leaving, PersonalData, Section
from bbs_server.slices import DONE, Slice
from bbs_server.store.api import Tx


def give_batches(tx: Tx, ctx: Context, after: ExportKey | None) -> Iterator[GivenRow | None]:
    """Yield the batches that the actor applied, without their items: those are acts of theirs."""
    (last,) = after or ("",)
    while found := records.list_of_author(tx, ctx.member, last, limits.PAGE_ITEMS_MAX):
        for row in found:
            yield GivenRow((row.id,), records.view(tx, row))
        last = found[-1].id
        yield None


def forget_items(tx: Tx, ctx: Context, member: MemberId, place: str) -> Slice:
    """Take a member out of a slice of the items about them, with the words of those."""
    found = forgetting.list_about(tx, member, limits.SLICE_ROWS)
    for row in found:
        forgetting.forget_about(tx, row)
    return Slice("again", ()) if len(found) == limits.SLICE_ROWS else DONE


SECTIONS = (
    Section(
        name="batches",
        about="Plans that you applied, and how far they came.",
        rows=give_batches,
        key=tuple[str],
        shows=Batch,
    ),
)

PERSONAL = (
    PersonalData(
        column="batches.author",
        what="that you applied a plan, and why",
        sections=("batches",),
        leaving=Leaving.FORMER,
        why="it is forgotten with the log, 400 days after its end",
        forget=nothing,
    ),
    PersonalData(
        column="batches.seconded_by",
        what="that you gave the second key to a plan",
        why_not="the acts that it left say it, and they are in the log",
        leaving=Leaving.FORMER,
        why="it is forgotten with the log, 400 days after the end of the batch",
    ),
    PersonalData(
        column="batch_items.about",
        what="that an item of a plan was about you",
        why_not="what was done is an act about you, which the export has",
        leaving=Leaving.FORMER,
        why="what became of the item stays as long as the log does",
        forget=forget_items,
    ),
)
