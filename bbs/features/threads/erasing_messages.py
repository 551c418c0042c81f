"""Erasing text that a law forbids, and hiding it while the purge waits (protocol 12.2, 15.10)."""

from typing import ClassVar

from bbs.features.moderation.views import Reason
from bbs.features.threads.views import Line, Post, PurgeResult, Thread
from bbs.gravity import WHOLE, Grave, always
from bbs.ids import LineId, PostId, ThreadId
from bbs.messages import Command, Event, Number
from bbs.powers import Need, Power


class Purge(Command[PurgeResult], frozen=True, kw_only=True):
    """Erase every wording that a law forbids (P10). It waits if other members sit there.

    While it waits, only the writers and the members who may give the second key can read the text,
    by `proposals.words`. A marker stays. The board's log shows who did it, why, and by which law
    (P5, P8), and the server tells the writers. A long thread is erased in slices. Reason and law
    must not quote the text. Errors: `not_found`, `text_refused`, `proposals.waits`,
    `protocol.bad_params`, `conflict` while a purge of the same words waits, and for 30 days after
    one that was not carried out.

    Attributes:
        thread, post, line: The thing to erase, exactly one of them; a line of a lounge.
        law: The law that forbids the text, in the form in which its country cites it.
    """

    method: ClassVar[str] = "threads.purge"
    needs: ClassVar[Need] = Need(Power.PURGE)
    text_paths: ClassVar[tuple[str, ...]] = ("law", "reason")
    grave: ClassVar[tuple[Grave, ...]] = (
        Grave(
            WHOLE,
            "it erases words for good",
            always,
            erases=True,
            conceals=True,
            unopposed="a law asks for it, so no objection stops it",
        ),
    )
    thread: ThreadId | None = None
    post: PostId | None = None
    line: LineId | None = None
    law: Reason
    reason: Reason


class TextPurged(Event, frozen=True, kw_only=True):
    """The sysop erased posts or lines: drop every wording, and a title with its first post (P10).

    To the board's readers, for lines also in the lounge's stream; to each writer for their texts.
    For a thread, one event with the commit that hides it; then one, without `upto`, for each slice.

    Attributes:
        law: The law that forbids the text.
        norm: Instead, for texts that servers of before purged: the number of a clause.
        thread: The thread purged as a whole; None otherwise, or if its readers never saw it.
        upto: All posts of `thread` up to this number are purged, although `posts` names the first.
    """

    kind: ClassVar[str] = "threads.purged"
    text_paths: ClassVar[tuple[str, ...]] = ("law", "reason")
    own_words: ClassVar[bool] = True
    posts: tuple[Post, ...]
    lines: tuple[Line, ...] = ()
    law: str | None = None
    norm: int | None = None
    reason: str | None = None
    thread: ThreadId | None = None
    upto: Number | None = None


class TextHidden(Event, frozen=True, kw_only=True):
    """Text was hidden: drop every wording. A marker stays, and the text may be shown again.

    To the board's readers; of a line to the lounge's.

    Attributes:
        post, line: The hidden post or line; None for a thread.
        thread: The thread that lost its title, with its first post or as a whole.
        upto: All posts of `thread` up to this number are hidden, each one revision on; None where
            only `post` is.
    """

    kind: ClassVar[str] = "threads.hidden"
    post: Post | None = None
    line: Line | None = None
    thread: Thread | None = None
    upto: Number | None = None


class TextShown(Event, frozen=True, kw_only=True):
    """Hidden text is shown again. To everybody who got the event that it was hidden.

    Attributes:
        post, line, thread: As they are now.
        upto: All posts of `thread` up to this number may be read again: fetch them again.
    """

    kind: ClassVar[str] = "threads.shown"
    text_paths: ClassVar[tuple[str, ...]] = (
        "thread.title",
        "thread.author.name",
        "post.subject",
        "post.body",
        "post.author.name",
        "line.body",
    )
    post: Post | None = None
    line: Line | None = None
    thread: Thread | None = None
    upto: Number | None = None
