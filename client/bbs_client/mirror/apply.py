"""Which function writes which change, and the one transaction they share."""

import sqlite3
from collections.abc import Callable, Iterable
from typing import Any

from bbs_client.mirror import changes, choosing, fading, people, words
from bbs_client.mirror.transaction import MirrorTransaction

_HANDS: dict[type[changes.Change], Callable[[MirrorTransaction, Any], None]] = {
    changes.PutMember: people.put_member,
    changes.PutBoard: people.put_board,
    changes.PutSeat: people.put_seat,
    changes.PutNorms: people.put_norms,
    changes.NoteClosing: people.note_closing,
    changes.PutThread: words.put_thread,
    changes.PutPost: words.put_post,
    changes.PutBones: words.put_bones,
    changes.PutLine: words.put_line,
    changes.PutThanks: words.put_thanks,
    changes.RemoveHeld: words.remove_held,
    changes.BlankThread: words.blank_thread,
    changes.Raise: words.raise_thread,
    changes.Fade: fading.fade,
    changes.FadeLounge: fading.fade_lounge,
    changes.PurgeThread: fading.purge_thread,
    changes.Shorten: fading.shorten,
    changes.KeepBoards: people.keep_boards,
    changes.ForgetBoard: people.forget_board,
    changes.DropStream: people.drop_stream,
    changes.ForgetRevisions: people.forget_revisions,
    changes.SetMarks: people.set_marks,
    changes.MarkRead: people.mark_read,
    changes.SetFloor: people.set_floor,
    changes.SetChoice: choosing.set_choice,
    changes.SetChoices: choosing.set_choices,
    changes.Chose: choosing.chose,
    changes.SetHere: people.set_here,
}


def write(
    db: sqlite3.Connection,
    me: str | None,
    facts: Iterable[changes.Change],
    cursor: tuple[str, int, str] | None,
) -> MirrorTransaction:
    """Write changes and the cursor of the event they came from, all or nothing.

    Args:
        db: The mirror.
        me: Who reads; see `MirrorTransaction`.
        facts: What changed, in order.
        cursor: A stream, the seq of its event and its tag. A cursor moves only from one seq to the next:
            a stream whose pages are still being fetched has none or an old one, so that an
            interrupted fetch is done again instead of leaving a hole.

    Returns:
        The pen, finished.

    Raises:
        sqlite3.Error: If the file refuses; nothing was changed.
    """
    pen = MirrorTransaction(db, me)
    db.execute("BEGIN IMMEDIATE")
    try:
        for fact in facts:
            _HANDS[type(fact)](pen, fact)
        pen.complete()
        if cursor is not None:
            stream, seq, tag = cursor
            pen.run(
                "UPDATE cursors SET seq = ?, tag = nullif(?, '') WHERE stream = ? AND seq = ? - 1",
                *(seq, tag, stream, seq),
            )
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    return pen
