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
        if tx.look(records.POSTS, mail.id) is not None:
            known += 1
            continue
        row = _add(tx, at, mail)
        emissions += publishing.published(tx, row, at.moment, ahead=len(emissions))
    added = len(command.posts) - known
    return Outcome(Imported(added=added, known=known), tuple(emissions))


def _add(tx: Tx, at: At, mail: Mail) -> Row:
    rules.check_import_body(mail.body)
    check_line(mail.author, field="author", chars_max=limits.NAME_CHARS_MAX)
    author = _author(tx, at, mail.author)
    thread = tx.look(records.THREADS, mail.thread)
    if thread is None or mail.title:
        rules.check_title(mail.title)
    subject: str | None = None
    if thread is None:
        if mail.parent is not None:
            raise NotFound(what="parent")
        title = sizes.keep(tx, at, at.board.id, mail.title)
        publishing.begin_thread(
            tx, at, mail.thread, records.IMPORTED, author, title, to_ms(mail.at)
        )
    elif thread[1] != at.board.id:
        raise Conflict(what="the thread is on another board")
    else:
        subject = rules.own_subject(mail.title, texts.load(tx, [thread[5]]).get(thread[5]))
    if mail.parent is not None:
        parent = tx.look(records.POSTS, mail.parent)
        if parent is None or parent[3] != mail.thread:
            raise NotFound(what="parent")
    return publishing.written(
        *(tx, at, mail.id, mail.thread, mail.parent, records.IMPORTED, author, to_ms(mail.at)),
        text=sizes.keep(tx, at, at.board.id, mail.body),
        subject=subject and sizes.keep(tx, at, at.board.id, subject),
    )


def _author(tx: Tx, at: At, name: str) -> str:
    """Return the id of an imported name on this board: the same for the same name."""
    key = str(uuid.uuid5(uuid.UUID(at.board.id), f"imported author {name}"))
    if records.name_text(tx, key) is None:
        tx.run(
            "INSERT INTO imported_authors (id, board, name_text) VALUES (?, ?, ?)",
            *(key, at.board.id, texts.keep(tx, at, name)),
        )
    return key
