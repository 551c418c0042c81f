"""Posts as the search index holds them, and queries for them."""

import secrets

from bbs.ids import new_id
from bbs_server.features.threads.rows import POSTS, PUBLISHED, THREADS, PostRow, ThreadRow
from bbs_server.store.api import SearchRequest, SearchTerm, Tx
from bbs_server.store.texts import delete_texts, insert_text

GARDEN, KITCHEN, ANA, BOB = (new_id() for _ in range(4))


class _Chance:
    """Where the salts of texts come from."""

    random_bytes = staticmethod(secrets.token_bytes)


def search_for(*words: str, **more: object) -> SearchRequest:
    """Return a query for words, each a term; a leading - negates."""
    given_: dict[str, object] = {
        "terms": tuple(SearchTerm(w.removeprefix("-"), w.startswith("-")) for w in words),
        "places": (GARDEN, KITCHEN),
        "who": None,
        "since_ms": None,
        "until_ms": None,
        "below": None,
        "limit": 50,
        "budget_ms": 10_000,
    }
    return SearchRequest(**{**given_, **more})  # type: ignore[arg-type]  # wider or wrong on purpose


def searched(tx: Tx, what: SearchRequest) -> list[int]:
    """Return the rows a query finds, all its parts together."""
    rows: list[int] = []
    rest: SearchRequest | None = what
    while rest is not None:
        found, rest = tx.search(rest)
        rows += found
    return rows


def say(
    tx: Tx, number: int, body: str, *, title: str = "", place: str = GARDEN, who: str = ANA
) -> None:
    """Store a published post, the first of its thread, and let it be found."""
    if tx.fetch_one("SELECT 1 FROM boards WHERE id = ?", place) is None:
        count = tx.fetch_value("SELECT count(*) FROM boards")
        tx.execute(
            "INSERT INTO boards (id, slug, slug_text, number, title_text, charter_text, visibility,"
            " seats, lounge_hours, opened_at) VALUES (?, ?, '', ?, '', '', 'members', 9, 72, 1)",
            *(place, f"board-{count}", count),
        )
    thread = ThreadRow(
        f"thread-{number}",
        place,
        "member",
        who,
        insert_text(tx, _Chance(), title),
        at=1,
        number=number,
    )
    tx.upsert(THREADS, (thread.id,), thread)
    post = PostRow(
        *(number, f"post-{number}", place, thread.id, None, "member", who, 1, 1, 1),
        body_text=insert_text(tx, _Chance(), body),
        number=1,
        seq=number,
        state=PUBLISHED,
    )
    tx.upsert(POSTS, (post.id,), post)
    tx.add_to_index(number)


def reword(tx: Tx, number: int, body: str) -> None:
    """Give a post other words, as an edit does."""
    tx.remove_from_index(number)
    delete_texts(tx, [tx.fetch_value("SELECT body_text FROM posts WHERE n = ?", number)])
    text = insert_text(tx, _Chance(), body)
    tx.execute("UPDATE posts SET body_text = ? WHERE n = ?", text, number)
    tx.add_to_index(number)


def unsay(tx: Tx, number: int) -> None:
    """Take the words of a post away, as a withdrawal does."""
    tx.remove_from_index(number)
    body = tx.fetch_value("SELECT body_text FROM posts WHERE n = ?", number)
    title = tx.fetch_value("SELECT title_text FROM threads WHERE id = ?", f"thread-{number}")
    tx.execute("UPDATE posts SET body_text = NULL, state = 'withdrawn' WHERE n = ?", number)
    tx.execute("UPDATE threads SET title_text = NULL WHERE id = ?", f"thread-{number}")
    delete_texts(tx, [body, title])
