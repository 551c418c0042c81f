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
    """The origin of an export.

    Attributes:
        community: The community's title.
        handle: The member's handle; None if the server sent none.
        url: The server's address; None if the writer of the export does not know it.
    """

    community: str
    handle: str | None
    url: str | None = None


class Manifest(Struct, frozen=True, kw_only=True):
    """The head of an export.

    Attributes:
        source: Its origin.
        began_at: When it began, by this device's clock.
        program: The program that wrote it.
        sections: Its sections, in order.
        left_out: The data that it lacks, with reasons.
        as_of: The seq of the member's own stream when it began.
        note: A sentence: it belongs to the member from now on (P10).
    """

    source: Source
    began_at: datetime
    program: str
    sections: tuple[ExportSection, ...]
    left_out: tuple[LeftOut, ...]
    as_of: dict[str, int]
    note: str = TAKEN_AWAY


class Writer(Protocol):
    """Writes an export: to a folder, a file, or stdout."""

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
    """Fetch everything that the community stores about the member, and write it.

    Cancelling is safe: the writer removes unfinished files.

    Args:
        call: Sends requests as the member, from a device.
        source: The origin of the export.
        writer: The writer.
        tell: Called after each page with the progress, in a few words.

    Returns:
        The number of rows of each section.

    Raises:
        ExportStuck: If the server's pages lead in circles.
        OSError: If the export cannot be written.
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
