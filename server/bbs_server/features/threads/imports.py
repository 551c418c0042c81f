"""Bringing in posts written elsewhere: dates and names kept, nothing unread, nobody called."""

import uuid

from bbs import limits
from bbs.clock import to_ms
from bbs.features.threads import rules
from bbs.features.threads.messages import ImportPosts
from bbs.features.threads.views import Imported, Mail
from bbs.refusals import Conflict, NotFound
from bbs.text import check_line
from bbs_server.acting import At, Emission, Outcome
from bbs_server.features.threads import publishing, records, sizes
from bbs_server.store import texts
from bbs_server.store.engine import Row, Tx


def import_posts(tx: Tx, at: At, command: ImportPosts) -> Outcome[Imported]:
    """Add what is not there yet."""
    emissions: list[Emission] = []
    known = 0
    for mail in command.posts:
        if tx.one("SELECT 1 FROM posts WHERE id = ?", mail.id) is not None:
            known += 1
            continue
        row = _add(tx, at, mail)
        emissions += publishing.published(tx, row, at.now, ahead=len(emissions))
    added = len(command.posts) - known
    return Outcome(Imported(added=added, known=known), tuple(emissions))


def _add(tx: Tx, at: At, mail: Mail) -> Row:
    rules.check_import_body(mail.body)
    check_line(mail.author, field="author", chars_max=limits.NAME_CHARS_MAX)
    author = _author(tx, at, mail.author)
    thread = tx.one("SELECT board FROM threads WHERE id = ?", mail.thread)
    if thread is None:
        rules.check_title(mail.title)
        if mail.parent is not None:
            raise NotFound(what="parent")
        tx.run(
            "INSERT INTO threads (id, board, author_kind, author, title_text, at, state, imported)"
            " VALUES (?, ?, 'imported', ?, ?, ?, 'held', 1)",
            *(
                mail.thread,
                at.board.id,
                author,
                sizes.keep(tx, at, at.board.id, mail.title),
                to_ms(mail.at),
            ),
        )
    elif thread[0] != at.board.id:
        raise Conflict(what="the thread is on another board")
    if mail.parent is not None:
        found = tx.one("SELECT 1 FROM posts WHERE id = ? AND thread = ?", mail.parent, mail.thread)
        if found is None:
            raise NotFound(what="parent")
    row = tx.one(
        "INSERT INTO posts (id, board, thread, parent, author_kind, author, at, visible_at,"  # noqa: S608 - our own column names
        " norms_version, body_text, state, imported) VALUES (?, ?, ?, ?, 'imported', ?, ?, ?, ?, ?,"
        f" 'held', 1) RETURNING {records.POST_COLUMNS}",
        *(mail.id, at.board.id, mail.thread, mail.parent, author, to_ms(mail.at), at.now),
        *(at.board.norms_version, sizes.keep(tx, at, at.board.id, mail.body)),
    )
    assert row is not None
    return row


def _author(tx: Tx, at: At, name: str) -> str:
    """Return the id of an imported name on this board: the same for the same name."""
    key = str(uuid.uuid5(uuid.UUID(at.board.id), f"imported author {name}"))
    if records.name_text(tx, key) is None:
        tx.run(
            "INSERT INTO imported_authors (id, board, name_text) VALUES (?, ?, ?)",
            *(key, at.board.id, texts.keep(tx, at, name)),
        )
    return key
