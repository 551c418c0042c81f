"""Importing posts: they keep dates and names, are never unread and mention no member."""

import uuid
from collections.abc import Sequence

from bbs import limits
from bbs.clock import to_ms
from bbs.features.moderation.messages import Thing, ThingKind
from bbs.features.threads import rules
from bbs.features.threads.messages import ImportPosts
from bbs.features.threads.views import ImportResult, Mail
from bbs.refusals import Conflict, NotFound
from bbs.text import check_line
from bbs_server.features.threads import post_text, publishing, records
from bbs_server.features.threads.rows import IMPORTED, POSTS, THREADS, PostRow, ThreadRow
from bbs_server.handler_api import Context
from bbs_server.outcome import UNCHANGED, Did, Effect, Outcome
from bbs_server.store import texts
from bbs_server.store.api import AnyTable, RowKey, Tx


def import_posts(tx: Tx, ctx: Context, command: ImportPosts) -> Outcome[ImportResult]:
    """Add those posts that are not stored yet."""
    emissions: list[Effect] = []
    known = 0
    for mail in command.posts:
        if tx.get(POSTS, mail.id) is not None:
            known += 1
            continue
        row = publishing.follow_moves(tx, _add(tx, ctx, mail))
        emissions += publishing.publish_post(tx, row, ctx.moment, ahead=len(emissions))
    added = len(command.posts) - known
    result = ImportResult(added=added, known=known)
    if not added:
        return Outcome(result, act=UNCHANGED)
    act = Did(thing=Thing(kind=ThingKind.POST, count=added), batch=command.batch)
    return Outcome(result, tuple(emissions), act=act)


def keys_of_imports(command: ImportPosts) -> Sequence[tuple[AnyTable, RowKey]]:
    """Tell which rows `import_posts` looks up by their keys."""
    return [(POSTS, (mail.id,)) for mail in command.posts]


def _add(tx: Tx, ctx: Context, mail: Mail) -> PostRow:
    rules.check_import_body(mail.body)
    check_line(mail.author, field="author", chars_max=limits.NAME_CHARS_MAX)
    author = _author(tx, ctx, mail.author)
    thread = tx.get(THREADS, mail.thread)
    if thread is None or mail.title:
        rules.check_title(mail.title)
    subject: str | None = None
    if thread is None:
        if mail.parent is not None:
            raise NotFound(what="parent")
        title = post_text.store_text(tx, ctx, ctx.board.id, mail.title)
        thread = ThreadRow(
            *(mail.thread, ctx.board.id, IMPORTED, author, title, to_ms(mail.at)),
            imported=1,
            via=ctx.acting.via,
        )
        tx.upsert(THREADS, (mail.thread,), thread)
    elif thread.board != ctx.board.id:
        raise Conflict(what="the thread is on another board")
    else:
        threads_title = texts.load_bodies(tx, [thread.title_text]).get(thread.title_text or "")
        subject = rules.own_subject(mail.title, threads_title)
    if mail.parent is not None:
        parent = tx.get(POSTS, mail.parent)
        if parent is None or parent.thread != mail.thread:
            raise NotFound(what="parent")
    return PostRow(
        n=tx.next_number(POSTS),
        id=mail.id,
        board=ctx.board.id,
        thread=mail.thread,
        parent=mail.parent,
        author_kind=IMPORTED,
        author=author,
        at=to_ms(mail.at),
        visible_at=ctx.now,
        norms_version=ctx.board.norms_version,
        body_text=post_text.store_text(tx, ctx, ctx.board.id, mail.body),
        subject_text=subject and post_text.store_text(tx, ctx, ctx.board.id, subject),
        imported=1,
        via=ctx.acting.via,
    )


def _author(tx: Tx, ctx: Context, name: str) -> str:
    """Return the id of an imported name on this board: the same for the same name."""
    key = str(uuid.uuid5(uuid.UUID(ctx.board.id), f"imported author {name}"))
    if records.name_text(tx, key) is None:
        tx.execute(
            "INSERT INTO imported_authors (id, board, name_text) VALUES (?, ?, ?)",
            *(key, ctx.board.id, texts.insert_text(tx, ctx, name)),
        )
    return key
