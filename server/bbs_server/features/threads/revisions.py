"""The revisions of words, by which a plan tells whether they are still as somebody saw them."""

from bbs.features.moderation.messages import Thing, ThingKind
from bbs_server.features.threads import records
from bbs_server.features.threads.rows import THREADS
from bbs_server.store.api import Tx


def revision_of_words(tx: Tx, thing: Thing) -> int | None:
    """Return the revision of a thread, post or line; see `BatchLookups.revision_of_words`."""
    if thing.id is None:
        return None
    if thing.kind is ThingKind.THREAD:
        thread = tx.get(THREADS, thing.id)
        return None if thread is None else thread.revision
    if thing.kind is ThingKind.POST:
        post = records.post_row(tx, thing.id)
        return None if post is None else post.revision
    if thing.kind is ThingKind.LINE:
        line = records.line_row(tx, thing.id)
        return None if line is None else line.revision
    return None
