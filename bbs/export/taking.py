"""Fetch an export page by page and give it to what writes it: one page in memory at a time."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Protocol, TypeVar

from msgspec import Struct

from bbs import __version__
from bbs.export.errors import ExportStuck
from bbs.features.ownership.messages import Export, ListExport
from bbs.features.ownership.views import ExportedRow, ExportSection, LeftOut
from bbs.messages import Request, Result
from bbs.plural import counted

R = TypeVar("R", bound=Result)

TAKEN_AWAY = (
    "This is yours now: what fades, is withdrawn or is erased in the community is not erased here."
)


class Call(Protocol):
    """Sends a request and returns its result, as `Community.call` does."""

    async def __call__(self, request: Request[R], /) -> R: ...


class Source(Struct, frozen=True, kw_only=True):
    """Where an export comes from.

    Attributes:
        community: The community's title.
        handle: The member's; None if the server gave none.
        url: The server's address; None if what writes the export does not know it.
    """

    community: str
    handle: str | None
    url: str | None = None


class Manifest(Struct, frozen=True, kw_only=True):
    """What stands at the head of an export.

    Attributes:
        source: Where it comes from.
        began_at: When it was begun, by this device's clock.
        program: What wrote it.
        sections: What it holds, in order.
        left_out: What it does not hold, and why.
        as_of: The seq of the member's own stream when it was begun.
        note: Whose it is from now on (P10).
    """

    source: Source
    began_at: datetime
    program: str
    sections: tuple[ExportSection, ...]
    left_out: tuple[LeftOut, ...]
    as_of: dict[str, int]
    note: str = TAKEN_AWAY


class Writer(Protocol):
    """What writes an export: a folder, a file, or lines to stdout."""

    def begin(self, manifest: Manifest) -> None:
        """Take what stands at its head."""
        ...

    def add(self, rows: Sequence[ExportedRow]) -> None:
        """Write a page."""
        ...

    def finish(self, counts: dict[str, int]) -> None:
        """Write how many rows of each section there were, and make it durable."""
        ...


async def take_away(
    call: Call, source: Source, writer: Writer, tell: Callable[[str], None]
) -> dict[str, int]:
    """Fetch everything the community keeps of the member, and write it.

    Cancelling is safe: the writer's own block removes what it began.

    Args:
        call: Sends requests as the member, from a device.
        source: Where the export comes from.
        writer: What writes it.
        tell: Is told after each page how far it has come, in a few words.

    Returns:
        How many rows there were of each section.

    Raises:
        ExportStuck: If the server's pages do not go on.
        OSError: If something cannot be written.
        FolkmootError: As `call` does.
    """
    contents = await call(ListExport())
    writer.begin(
        Manifest(
            source=source,
            began_at=datetime.now(UTC),
            program=f"folkmoot {__version__}",
            sections=contents.sections,
            left_out=contents.left_out,
            as_of=contents.as_of,
        )
    )
    counts = {section.name: 0 for section in contents.sections}
    after = None
    while True:
        page = await call(Export(after=after))
        writer.add(page.rows)
        for row in page.rows:
            counts[row.section] = counts.get(row.section, 0) + 1
        if page.next_after is None:
            writer.finish(counts)
            return counts
        if page.next_after == after:
            raise ExportStuck(place=page.next_after)
        after = page.next_after
        tell(_progress(counts, after.partition(":")[0]))


def _progress(counts: dict[str, int], section: str) -> str:
    names = list(counts)
    where = f"part {names.index(section) + 1} of {len(names)}" if section in names else section
    return f"{counted(sum(counts.values()), 'row')}, {where}: {section}"
