"""A board that moves here: the receipt for its old server, and the last list that opens it (protocol 30)."""

from msgspec.structs import replace

from bbs.clock import instant
from bbs.features.boards.settings import Visibility
from bbs.features.moderation.messages import Change, Thing, ThingKind
from bbs.features.packs.last_messages import (
    BringLastPage,
    GiveReceipt,
    MovedInResult,
    ReceiptResult,
)
from bbs.features.packs.last_rules import check_order, check_page, narrower
from bbs.features.packs.last_views import LastPage, LastWords
from bbs.features.packs.move_rules import text_of
from bbs.features.packs.move_views import Receipt
from bbs.features.packs.places import PackPlace
from bbs.features.threads.ended_there import EndedThere
from bbs.ids import COMMONS, BoardId, ThreadId
from bbs.refusals import NotFound
from bbs_server.features.packs import (
    claim_records,
    home_records,
    opening_acts,
    packing_homes,
    unpack_opening,
    unpack_records,
)
from bbs_server.features.packs.unpack_records import PackRow
from bbs_server.handler_api import Context
from bbs_server.move_lookups import EndedPost
from bbs_server.outcome import UNCHANGED, Did, Effect, Outcome
from bbs_server.store import signing_key
from bbs_server.store.api import Tx


def give_receipt(tx: Tx, ctx: Context, query: GiveReceipt) -> ReceiptResult:
    """Sign that this server holds all of a board that moves here."""
    board = _find_board(tx, query.slug)
    pack = None if board is None else _find_moved(tx, board)
    if pack is None:
        raise NotFound(what="moved board here")
    return ReceiptResult(receipt=_receipt(tx, ctx, pack, query.slug))


def _find_board(tx: Tx, slug: str) -> BoardId | None:
    """Return the board that moves here under a name, whether it is open or not."""
    board: BoardId | None = tx.fetch_value(
        "SELECT board FROM unpackings WHERE slug = ? AND moved = 1 AND state IN ('whole', 'open')"
        " ORDER BY began_at DESC LIMIT 1",
        slug,
    )
    return board


def _find_moved(tx: Tx, board: BoardId) -> PackRow | None:
    """Return the pack of a board that moves here and is whole; None for any other."""
    pack = unpack_records.find_pack(tx, board)
    return pack if pack is not None and pack.moved and pack.whole_at is not None else None


def _receipt(tx: Tx, ctx: Context, pack: PackRow, slug: str) -> Receipt:
    home = packing_homes.own_home(tx, ctx, COMMONS)
    assert pack.whole_at is not None
    unsigned = Receipt(
        host=home.host,
        epoch=home.epoch,
        key=home.key,
        board=pack.board,
        slug=slug,
        digest=pack.digest,
        at=instant(pack.whole_at),
        signature="",
    )
    return replace(unsigned, signature=signing_key.sign(tx, text_of(unsigned)))


def bring_last_page(tx: Tx, ctx: Context, command: BringLastPage) -> Outcome[MovedInResult]:
    """End what a page names; with the last page, open the board."""
    page = command.page
    pack = _find_moved(tx, page.board)
    if pack is None:
        raise NotFound(what="board")
    check_page(page, digest=pack.digest, own_keys=signing_key.own_keys(tx), key=pack.key)
    is_open = pack.opened_at is not None
    upto = _progress(tx, page.board)
    if not is_open:
        check_order(page, upto)
    ended, effects = _end_all(tx, ctx, page, is_open=is_open)
    opens = not is_open and page.upto is None
    if opens:
        _narrow(tx, pack, page.visibility)
        effects += unpack_opening.open_board(tx, ctx, page.board)
        effects += opening_acts.effects_of_arrival(tx, ctx, page.board, ctx.author)
    elif not is_open:
        _note_progress(tx, page.board, page.upto)
    result = MovedInResult(board=page.board, ended=ended, is_open=is_open or opens, upto=page.upto)
    if not ended and not opens and (is_open or upto == page.upto):
        return Outcome(result, tuple(effects), act=UNCHANGED)
    changes = (
        Change(field="words_ended", after=ended),
        *([Change(field="open", before=False, after=True)] if opens else ()),
    )
    thing = Thing(kind=ThingKind.BOARD, id=page.board)
    return Outcome(result, tuple(effects), act=Did(board=COMMONS, thing=thing, changes=changes))


def _progress(tx: Tx, board: BoardId) -> PackPlace | None:
    """Return where the pages of a last list ended that were brought so far; None before the first."""
    upto: PackPlace | None = tx.fetch_value("SELECT upto FROM moves_here WHERE board = ?", board)
    return upto


def _note_progress(tx: Tx, board: BoardId, upto: PackPlace | None) -> None:
    tx.execute("DELETE FROM moves_here WHERE board = ?", board)
    if upto is not None:
        tx.execute("INSERT INTO moves_here (board, upto) VALUES (?, ?)", board, upto)


def _narrow(tx: Tx, pack: PackRow, announced: Visibility) -> None:
    """Let the board be visible as it was announced, and never wider than it was."""
    visibility = narrower(Visibility(pack.visibility), announced)
    sql = "UPDATE packs SET visibility = ? WHERE board = ?"
    tx.execute(sql, visibility.value, pack.board)
    _note_progress(tx, pack.board, None)


def _end_all(tx: Tx, ctx: Context, page: LastPage, *, is_open: bool) -> tuple[int, list[Effect]]:
    """End the words that a page names; return of how many posts, and what tells readers of it."""
    count, effects = 0, list[Effect]()
    for words in page.threads:
        ended, told = _end(tx, ctx, page.board, words, is_open=is_open)
        count += ended
        effects += told
    return count, effects


def _end(
    tx: Tx, ctx: Context, board: BoardId, words: LastWords, *, is_open: bool
) -> tuple[int, list[Effect]]:
    count, effects = 0, _drop_names(tx, ctx, board, words, is_open=is_open)
    left_out, hidden = EndedThere.LEFT_OUT.value, EndedThere.HIDDEN.value
    for posts, how in ((words.gone, ""), (words.hidden, hidden), (words.left_out, left_out)):
        for post in posts:
            found = ctx.readers.end_moved_post(tx, ctx, board, post, how=how, tell=is_open)
            count += found is not None
            effects += settle(tx, ctx, board, words.thread, found)
    for post in words.former:
        found = ctx.readers.take_author_off(tx, ctx, board, post, tell=is_open)
        effects += settle(tx, ctx, board, words.thread, found)
    if not words.has_title:
        effects += ctx.readers.end_moved_title(tx, ctx, board, words.thread, tell=is_open)
    return count, effects


def settle(
    tx: Tx, ctx: Context, board: BoardId, thread: ThreadId, ended: EndedPost | None
) -> tuple[Effect, ...]:
    """Forget an author of whom nothing stands in a thread any more; return what tells of the post."""
    if ended is None:
        return ()
    home_records.note_ended_on_the_way(tx, board)
    if ended.alone is not None:
        unpack_records.delete_author(tx, ended.alone)
        ctx.readers.forget_imported_name(tx, ctx, ended.alone, thread, tell=False)
    return ended.effects


def _drop_names(
    tx: Tx, ctx: Context, board: BoardId, words: LastWords, *, is_open: bool
) -> list[Effect]:
    """Take the names off authors who do not want them to go along; they claim as before (30.8)."""
    effects: list[Effect] = []
    found = (ctx.readers.imported_author_of(tx, board, key) for key in words.nameless)
    for author in sorted({each for each in found if each is not None}):
        claim_records.forget_name(tx, author)
        home_records.note_ended_on_the_way(tx, board)
        effects += ctx.readers.forget_imported_name(tx, ctx, author, words.thread, tell=is_open)
    return effects
