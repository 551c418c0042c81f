"""The last list of a move, made from what a pack would be now: page by page, each signed (protocol 30.8)."""

from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from bbs.clock import instant
from bbs.features.boards.settings import Visibility
from bbs.features.packs.last_messages import GetLastList, LastListResult
from bbs.features.packs.last_rules import page_text
from bbs.features.packs.last_views import LastPage, LastWords
from bbs.features.packs.move_limits import LAST_PAGE_POSTS_MAX
from bbs.features.packs.move_views import MoveState, Receipt
from bbs.features.packs.places import PlaceFinder, parse_place
from bbs.features.packs.views import Line, PackAct, PackPost, PackState, PackThread
from bbs.ids import PostId, ThreadId
from bbs.refusals import Conflict
from bbs_server.features.packs import move_records, packing, packing_homes
from bbs_server.features.packs.move_records import MoveRow
from bbs_server.handler_api import Context
from bbs_server.store import signing_key
from bbs_server.store.api import Slices, Tx


class _Ended:
    """Collects what ended, thread by thread."""

    def __init__(self) -> None:
        self._threads: dict[ThreadId, tuple[list[PostId], list[PostId]]] = {}
        self._untitled: set[ThreadId] = set()
        self.count = 0

    def add(self, thread: ThreadId, line: Line) -> None:
        """Look at a line of the pack as it would be now."""
        if isinstance(line, PackThread) and line.title is None:
            self._untitled.add(thread)
            self.count += 1
        if not isinstance(line, PackPost):
            return
        gone, former = self._threads.setdefault(thread, ([], []))
        is_there = line.state is PackState.PUBLISHED
        if not is_there or line.author is None:
            (former if is_there else gone).append(line.id)
            self.count += 1

    def views(self) -> Iterable[LastWords]:
        """Return what ended."""
        for thread in dict.fromkeys([*self._threads, *self._untitled]):
            gone, former = self._threads.get(thread, ([], []))
            has_title = thread not in self._untitled
            if gone or former or not has_title:
                yield LastWords(
                    thread=thread, gone=tuple(gone), former=tuple(former), has_title=has_title
                )


def get_last_list(tx: Tx, ctx: Context, query: GetLastList) -> Slices[LastListResult]:
    """Return a page of what ended of a board that was handed over, signed.

    Raises:
        Conflict: If it was not, or its words are erased here.
    """
    row = move_records.find_move(tx, query.board)
    if row is None or row.is_in is not MoveState.HANDED:
        raise Conflict(what="there is a last list from the receipt on, until the words are erased")
    return _page(tx, ctx, row, query)


def _page(tx: Tx, ctx: Context, row: MoveRow, query: GetLastList) -> Slices[LastListResult]:
    place = parse_place(query.after)
    finder = PlaceFinder(0 if place is None else place.of)
    ended, thread, upto = _Ended(), move_records.thread_at(tx, row.board, place), query.after
    is_last = True
    for line in packing.lines_after(tx, ctx, row.board, place):
        if line is None:
            yield
            continue
        if isinstance(line, PackAct):
            break  # no thread comes behind the acts
        if ended.count >= LAST_PAGE_POSTS_MAX:
            is_last = False
            break
        thread = line.id if isinstance(line, PackThread) else thread
        if thread is not None:
            ended.add(thread, line)
        upto = finder.take(line)
    home = packing_homes.own_home(tx, ctx, row.board)
    assert row.receipt is not None
    page = LastPage(
        host=home.host,
        epoch=home.epoch,
        key=home.key,
        board=row.board,
        receipt=msgspec.json.decode(row.receipt, type=Receipt),
        visibility=Visibility(row.visibility),
        at=instant(ctx.now),
        after=query.after,
        upto=None if is_last else upto,
        threads=tuple(ended.views()),
        signature="",
    )
    signed = replace(page, signature=signing_key.sign(tx, page_text(page)))
    return LastListResult(page=signed)
