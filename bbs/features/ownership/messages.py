"""The member's export: everything that the community stores about them (P9)."""

from typing import ClassVar

from bbs.features.ownership.views import ExportContents, ExportPage, ExportPlace
from bbs.messages import Query
from bbs.powers import Need, Power


class ListExport(Query[ExportContents], frozen=True, kw_only=True):
    """List the sections of the member's export, and what it leaves out."""

    method: ClassVar[str] = "ownership.contents"
    needs: ClassVar[Need] = Need(Power.DOORS, private=True)


class Export(Query[ExportPage], frozen=True, kw_only=True):
    """Read a page of everything that the community stores about the member (P9, protocol 14).

    Works also while the member waits for a seat, and while the community is closing.

    Attributes:
        after: The `next_after` of the page before; None for the first page.
    """

    method: ClassVar[str] = "ownership.export"
    needs: ClassVar[Need] = Need(Power.DOORS, private=True)
    after: ExportPlace | None = None
