"""Packs: a board is read line by line, and its server signs the whole (protocol 29)."""

from typing import Annotated, ClassVar

from msgspec import Meta, Raw

from bbs.features.packs.places import PackPlace
from bbs.features.packs.views import Digest, PackSignature
from bbs.ids import BoardId
from bbs.messages import Command, Query, Result
from bbs.powers import Need, NeedTarget, Power


class PackPage(Result, frozen=True, kw_only=True):
    """Lines of a pack in their order, without checks and signatures.

    Attributes:
        lines: Each as it stands in the file.
        next_after: Pass it as `after` for the next page; None at the end.
    """

    lines: tuple[Raw, ...]
    next_after: PackPlace | None = None


class ReadPack(Query[PackPage], frozen=True, kw_only=True):
    """Read the lines of a board's pack, a page at a time (29.8).

    Errors: `not_found`, `packs.not_packed`, `protocol.bad_params` for a place that is none.

    Attributes:
        after: The `next_after` of the page before, or the place of any line; None for the first page.
    """

    method: ClassVar[str] = "packs.read"
    needs: ClassVar[Need] = Need(Power.PACK, on=NeedTarget.BOARD)
    board: BoardId
    after: PackPlace | None = None


class SignPackResult(Result, frozen=True, kw_only=True):
    """What the pack ends with: signatures that came with the board and still hold, then the server's."""

    signatures: tuple[PackSignature, ...]


class SignPack(Command[SignPackResult], frozen=True, kw_only=True):
    """Sign a pack that was read, if the server reads the same (29.8). Logged on the board (P8).

    Errors: `not_found`, `packs.not_packed`, `packs.changed`.

    Attributes:
        digest: That of the pack's last check.
        lines: How many lines it has that are no checks and no signatures.
    """

    method: ClassVar[str] = "packs.sign"
    needs: ClassVar[Need] = Need(Power.PACK, on=NeedTarget.BOARD)
    board: BoardId
    digest: Digest
    lines: Annotated[int, Meta(ge=1, le=2**53 - 1)]
