"""Search and mentions: only what the reader may read, newest first."""

from collections.abc import Mapping

from bbs import limits
from bbs.clock import begin_of_day
from bbs.features.members.views import MemberAuthor
from bbs.features.reading import rules
from bbs.features.reading.messages import ListMentions, Search, SearchPage
from bbs.ids import BoardId, MemberId
from bbs.messages import Seq
from bbs.refusals import NotFound
from bbs_server.features.reading import records
from bbs_server.handler_api import Context
from bbs_server.paging import fit_page
from bbs_server.store.api import SearchRequest, SearchTerm, Slices, Tx
from bbs_server.store.hidden_now import HIDDEN_NOW


def search(tx: Tx, ctx: Context, query: Search) -> Slices[SearchPage]:
    """Search the posts that the actor may read (protocol 9)."""
    wanted = rules.parse_search(query.query)
    notes = list(wanted.notes)
    places = _places(tx, ctx, query.board, wanted.board, notes)
    who = _who(tx, ctx, wanted.author, notes)
    if not wanted.is_searchable or not places or (wanted.author and who is None):
        return SearchPage(found=(), notes=tuple(notes))
    rest: SearchRequest | None = SearchRequest(
        terms=tuple(
            SearchTerm(" ".join(term.words), term.negated, term.prefix) for term in wanted.terms
        ),
        places=places,
        who=who,
        since_ms=None if wanted.after is None else begin_of_day(wanted.after),
        until_ms=None if wanted.before is None else begin_of_day(wanted.before),
        below=query.before,
        limit=query.limit + 1,
        budget_ms=limits.SEARCH_MS_MAX,
    )
    vector = records.board_heads(tx, places)
    rows: list[int] = []
    while rest is not None:
        found, rest = tx.search(rest)
        rows += found
        if rest is not None:
            yield
    return _page(tx, ctx, rows, query.limit, vector, tuple(notes), who=who)


def _places(
    tx: Tx, ctx: Context, board: BoardId | None, slug: str | None, notes: list[str]
) -> tuple[BoardId, ...]:
    """Return the boards to search: those the actor may read, an unlisted board only if named."""
    if board is None and slug is None:
        return tuple(ctx.readers.boards_shown(tx, ctx))
    allowed = {found for found, _, _ in ctx.readers.boards_readable(tx, ctx)}
    if board is not None:
        if board not in allowed:
            raise NotFound(what="board")
        return (board,)
    assert slug is not None
    named = ctx.readers.board_by_slug(tx, slug, ctx.now)
    if named is None or named not in allowed:
        # The same note for a missing and for a private board.
        notes.append(f"there is no board {slug} here")
        return ()
    return (named,)


def _who(tx: Tx, ctx: Context, handle: str | None, notes: list[str]) -> str | None:
    if handle is None:
        return None
    found = ctx.readers.members_by_handle(tx, [handle]).get(handle)
    if found is None:
        notes.append(f"there is no member @{handle}")
    return found


def list_mentions(tx: Tx, ctx: Context, query: ListMentions) -> Slices[SearchPage]:
    """Return the posts that mention the actor, on boards that the actor may read now."""
    vector = records.board_heads(
        tx, (found for found, _, _ in ctx.readers.boards_readable(tx, ctx))
    )
    rows: list[int] = []
    below, piece = query.before or 2**53, query.limit + 1
    while len(rows) <= query.limit:
        looked = tx.fetch_all(
            "SELECT m.row, p.board FROM mentions m JOIN posts p ON p.n = m.row"  # noqa: S608 - a constant
            f" WHERE m.member = ? AND m.row < ? AND NOT {HIDDEN_NOW.format('p')}"
            " ORDER BY m.row DESC LIMIT ?",
            *(ctx.member, below, piece),
        )
        rows += [row for row, board in looked if board in vector]
        if len(looked) < piece:
            break
        below, _ = looked[-1]
        yield
    return _page(tx, ctx, rows[: query.limit + 1], query.limit, vector, ())


def _page(
    tx: Tx,
    ctx: Context,
    rows: list[int],
    limit: int,
    vector: Mapping[BoardId, Seq],
    notes: tuple[str, ...],
    *,
    who: MemberId | None = None,
) -> SearchPage:
    posts = ctx.readers.posts_by_row(tx, rows[:limit], ctx.moment)
    kept = fit_page(posts, beside=limits.TITLE_CHARS_MAX * 6)
    # The index contains text until it is erased, so it also finds text that has ended.
    shown = [
        post
        for post in posts[:kept]
        if post.body is not None
        and post.seq is not None
        and post.seq <= vector[post.board]
        and (who is None or post.author == MemberAuthor(id=who))  # not of who left that board
    ]
    return SearchPage(
        found=tuple(records.posts_in_threads(tx, ctx, shown)),
        notes=notes,
        next_before=rows[kept - 1] if len(rows) > kept else None,
    )
