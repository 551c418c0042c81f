"""The personal data that the feature of commands that wait stores."""

from collections.abc import Iterator

from bbs import limits
from bbs.features.proposals.messages import Proposal
from bbs_server.features.proposals import records
from bbs_server.features.proposals.ending import count_seated
from bbs_server.forgetting import nothing
from bbs_server.handler_api import Context
from bbs_server.personal import ExportKey, GivenRow, Leaving, OwnedRows, PersonalData, Section
from bbs_server.store.api import Tx


def give_proposals(tx: Tx, ctx: Context, after: ExportKey | None) -> Iterator[GivenRow | None]:
    """Yield what the actor moved, in their own words alone (protocol 14.3)."""
    (last,) = after or ("",)
    while found := records.list_of_mover(tx, ctx.member, last, limits.PAGE_ITEMS_MAX):
        for row in found:
            yield GivenRow(
                (row.id,), records.view_with_own_words(tx, row, count_seated(tx, ctx.now, row))
            )
        last = found[-1].id
        yield None


SECTIONS = (
    Section(
        name="proposals",
        about="Commands of yours that waited for others, and what became of them.",
        rows=give_proposals,
        key=tuple[str],
        shows=Proposal,
    ),
    Section(
        name="votes",
        about="What you said to commands that waited.",
        rows=OwnedRows(
            table="votes",
            owner="member",
            key=("proposal",),
            columns=("proposal", "kind", "reason_text", "at"),
            times=("at",),
        ),
    ),
)

PERSONAL = (
    PersonalData(
        column="proposals.mover",
        what="that you moved a command that waited for others",
        sections=("proposals",),
        leaving=Leaving.FORMER,
        why="it lapses, and is forgotten 90 days later",
        forget=nothing,
    ),
    PersonalData(
        column="votes.member",
        what="that you agreed or objected to a command that waited, and why",
        sections=("votes",),
        leaving=Leaving.GOES,
        why="it is forgotten with the command, 90 days after its end",
        words=("reason_text",),
    ),
)
