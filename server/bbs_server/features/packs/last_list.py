"""The last list of a move, made from what a pack would be now: page by page, each signed (protocol 30.8)."""

from collections.abc import Callable, Iterable, Mapping

import msgspec
from msgspec.structs import replace

from bbs.clock import instant
from bbs.features.boards.settings import Visibility
from bbs.features.packs.consent_messages import PackConsent
from bbs.features.packs.last_messages import GetLastList, LastListResult
from bbs.features.packs.last_rules import page_text
from bbs.features.packs.last_views import LastPage, LastWords
from bbs.features.packs.move_limits import LAST_PAGE_POSTS_MAX
from bbs.features.packs.move_views import MoveState, Receipt
from bbs.features.packs.places import PlaceFinder, parse_place
from bbs.features.packs.views import Line, PackAct, PackPost, PackState, PackThread
from bbs.ids import BoardId, MemberId, PostId, ThreadId
from bbs.refusals import Conflict
from bbs_server.features.packs import move_records, packing, packing_homes
from bbs_server.features.packs.move_records import MoveRow
from bbs_server.handler_api import Context
from bbs_server.store import signing_key
from bbs_server.store.api import Slices, Tx


class _OfThread:
    """What ended of a thread."""

    def __init__(self) -> None:
        self.posts: dict[str, list[PostId]] = {}  # by the field of `LastWords`
        self.nameless: list[PostId | ThreadId] = []
        self.told: set[MemberId] = set()  # of whom a post with words is among them
        self.has_title = True

    def add(self, field: str, post: PostId) -> None:
        """Add a post to a field."""
        self.posts.setdefault(field, []).append(post)

    def view(self, thread: ThreadId) -> LastWords | None:
        """Return what ended; None if nothing did."""
        if not self.posts and not self.nameless and self.has_title:
            return None
        posts = {field: tuple(ids) for field, ids in self.posts.items()}
        nameless = tuple(self.nameless)
        return LastWords(thread=thread, has_title=self.has_title, nameless=nameless, **posts)


class _Ended:
    """Collects what ended, thread by thread."""

    def __init__(self, find_nameless: Callable[[ThreadId], Mapping[str, MemberId]]) -> None:
        """Begin a page.

        Args:
            find_nameless: Returns whose posts of a thread, and whose thread, may not have a name any more.
        """
        self._find_nameless = find_nameless
        self._threads: dict[ThreadId, _OfThread] = {}
        self._nameless: tuple[ThreadId, Mapping[str, MemberId]] = ("", {})
        self.count = 0

    def add(self, thread: ThreadId, line: Line) -> None:
        """Look at a line of the pack as it would be now."""
        found = self._threads.setdefault(thread, _OfThread())
        if isinstance(line, PackThread):
            if line.title is None:
                found.has_title = False
                self.count += 1
            self._take_name(thread, line.id, found, has_words=False)
        if not isinstance(line, PackPost):
            return
        is_there = line.state is PackState.PUBLISHED
        if not is_there or line.author is None:
            found.add("former" if is_there else _FIELDS.get(line.state, "gone"), line.id)
            self.count += 1
        self._take_name(thread, line.id, found, has_words=is_there)

    def _take_name(self, thread: ThreadId, key: str, found: _OfThread, *, has_words: bool) -> None:
        if self._nameless[0] != thread:
            self._nameless = (thread, self._find_nameless(thread))
        member = self._nameless[1].get(key)
        if member is None or (has_words and member in found.told):
            return
        found.nameless.append(key)
        self.count += 1
        if has_words:
            found.told.add(member)

    def views(self) -> Iterable[LastWords]:
        """Return what ended."""
        views = (found.view(thread) for thread, found in self._threads.items())
        return (view for view in views if view is not None)


_FIELDS = {PackState.HIDDEN: "hidden", PackState.LEFT_OUT: "left_out"}
"""In which field the posts of some states stand."""


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
    ended = _Ended(_finder_of_nameless(tx, ctx, row.board))
    thread, upto = move_records.thread_at(tx, row.board, place), query.after
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
        key_changes=signing_key.changes(tx),
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


def _finder_of_nameless(
    tx: Tx, ctx: Context, board: BoardId
) -> Callable[[ThreadId], Mapping[str, MemberId]]:
    """Return what finds the words in a thread whose authors took their name back (29.1)."""
    chosen = ctx.readers.consents_of(tx, board)
    members = [each for each, consent in chosen.items() if consent is PackConsent.NAMELESS]
    return lambda thread: ctx.readers.words_of_members(tx, thread, members) if members else {}
