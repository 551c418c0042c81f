"""The papers of a move: receipts and last lists, written to files and read from them."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import TypeVar

import msgspec

from bbs.cli.context import CliContext
from bbs.features.packs import move_limits
from bbs.features.packs.last_messages import BringLastPage, GetLastList, GiveReceipt, MovedInResult
from bbs.features.packs.last_views import LastPage
from bbs.features.packs.move_views import Receipt
from bbs.ids import BoardId
from bbs.move_refusals import PaperRefused
from bbs.profiles import replace_file

T = TypeVar("T")


def read_receipt(path: Path) -> Receipt:
    """Return the receipt in a file.

    Raises:
        PaperRefused: If it is none.
    """
    return _decode(_read(path, "receipt", move_limits.PAPER_BYTES_MAX), "receipt", Receipt)


def read_last_list(path: Path) -> list[LastPage]:
    """Return the pages of a last list in a file.

    Raises:
        PaperRefused: If it is none.
    """
    raw = _read(path, "last_list", move_limits.LAST_LIST_BYTES_MAX)
    pages = [_decode(line, "last_list", LastPage) for line in raw.splitlines()]
    if not pages:
        raise PaperRefused("last_list", "the file is empty")
    return pages


def _read(path: Path, what: str, bytes_max: int) -> bytes:
    try:
        with path.open("rb") as file:
            raw = file.read(bytes_max + 1)
    except OSError as error:
        raise PaperRefused(what, f"it cannot be read: {error.strerror}") from None
    if len(raw) > bytes_max:
        raise PaperRefused(what, "the file is far too long")
    return raw


def _decode(raw: bytes, what: str, kind: type[T]) -> T:
    if len(raw) > move_limits.PAPER_BYTES_MAX:
        raise PaperRefused(what, "a line of the file is far too long")
    try:
        return msgspec.json.decode(raw, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise PaperRefused(what, "the file is none, or was changed") from None


async def save_receipt(caller: CliContext, slug: str, path: Path) -> Receipt:
    """Let the server sign that it holds a board that moves here, and write that to a file."""
    receipt = (await caller.community.call(GiveReceipt(slug=slug))).receipt
    _write(path, "receipt", [receipt])
    return receipt


async def save_last_list(caller: CliContext, board: BoardId, path: Path) -> int:
    """Write what ended of a board since it was packed to a file; return how many posts that are."""
    pages = [page async for page in _pages(caller, board)]
    _write(path, "last_list", pages)
    return sum(words.without_words for page in pages for words in page.threads)


async def _pages(caller: CliContext, board: BoardId) -> AsyncIterator[LastPage]:
    after = None
    while True:
        page = (await caller.community.call(GetLastList(board=board, after=after))).page
        yield page
        if page.upto is None:
            return
        after = page.upto


def _write(path: Path, what: str, papers: list[Receipt] | list[LastPage]) -> None:
    data = b"".join(msgspec.json.encode(paper) + b"\n" for paper in papers)
    try:
        replace_file(path, data)
    except OSError as error:
        raise PaperRefused(what, f"it cannot be written: {error.strerror}") from None


async def bring_last_list(
    caller: CliContext, pages: list[LastPage], *, dry_run: bool
) -> tuple[MovedInResult, int]:
    """Bring a last list to the new server; return its last answer, and how many posts ended.

    Called again after a break it goes on: what was brought before changes nothing.

    Args:
        dry_run: Only the first page is tried: the others follow from it.
    """
    ended = 0
    found: MovedInResult | None = None
    for page in pages[:1] if dry_run else pages:
        found = await caller.community.call(BringLastPage(page=page, dry_run=dry_run))
        ended += found.ended
    assert found is not None
    return found, ended
