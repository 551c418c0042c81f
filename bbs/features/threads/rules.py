"""Rules of threads: texts of posts, mentions, fading, and mails made into threads. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import islice

from bbs import limits
from bbs.clock import DAY_MS, SECOND_MS, Ms
from bbs.errors import BadParams
from bbs.features.boards.kinds import BoardKind
from bbs.features.threads.erasing_messages import Purge
from bbs.refusals import Conflict
from bbs.text import check_body, check_line

_fence = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})").match
_ticks = re.compile(r"`+")
# Not inside a word or an e-mail address, nor its first half: `ana@x`, `@x.org`, `@a@b`.
_mentions = re.compile(
    rf"(?<![^\W_])(?<![.+@/])@([A-Za-z0-9][A-Za-z0-9_-]{{1,{limits.HANDLE_CHARS_MAX - 1}}})"
    r"(?![\w@-])(?!\.\w)"
).finditer


_PARENTS_TRIED_MAX = 20
"""References of a mail that are tried as its parent; more matter only if the first make rings."""

MailTree = list[tuple[str, str | None]]
"""Id and parent's id of every message of a thread, parents before answers."""


@dataclass(frozen=True, slots=True)
class MailRef:
    """The parts of a message that threading needs.

    Attributes:
        id: Its Message-ID.
        references: The ids of its References header, oldest first, then In-Reply-To.
        date_ms: Its Date header, in ms since 1970 UTC.
        subject: Kept for titles. Threads are never joined by subject: two people may start with
            the same words.
    """

    id: str
    references: tuple[str, ...]
    date_ms: Ms
    subject: str = ""


def check_not_letter(kind: BoardKind) -> None:
    """Refuse another thread, or a line, in a letter.

    Raises:
        Conflict: If the board is a letter's.
    """
    if kind is BoardKind.LETTER:
        raise Conflict(what="a letter has one thread and no lounge: answer in its thread")


def check_purge(command: Purge) -> None:
    """Refuse a purge that does not name a single thing, or whose law or reason is no line of text.

    Raises:
        BadParams: If it names no thing, or several.
        TextRefused: If reason or law breaks the rules of `bbs.text.check_line`.
    """
    if [command.thread, command.post, command.line].count(None) != 2:
        raise BadParams(field="post", rule="name a post, a line, or a whole thread")
    check_line(command.reason, field="reason", chars_max=limits.REASON_CHARS_MAX)
    check_line(command.law, field="law", chars_max=limits.REASON_CHARS_MAX)


def check_title(title: str) -> None:
    """Check a thread's title. Raises `TextRefused` as `bbs.text.check_line` does."""
    check_line(title, field="title", chars_max=limits.TITLE_CHARS_MAX)


def check_post_body(body: str) -> None:
    """Check the body of a post. Raises `TextRefused` as `bbs.text.check_body` does."""
    check_body(body)


def check_line_body(body: str) -> None:
    """Check a line of a lounge. Raises `TextRefused` as `bbs.text.check_body` does."""
    check_body(body, chars_max=limits.LINE_BODY_CHARS_MAX, lines_max=limits.LINE_BODY_LINES_MAX)


def check_import_body(body: str) -> None:
    """Check the body of an imported post, which may be empty. Raises `TextRefused`."""
    check_body(
        body,
        chars_max=limits.IMPORT_BODY_CHARS_MAX,
        bytes_max=limits.IMPORT_BODY_BYTES_MAX,
        lines_max=limits.IMPORT_BODY_LINES_MAX,
        empty=True,
    )


def find_mentions(body: str) -> tuple[str, ...]:
    """Return the handles that a post mentions by `@handle`, each once, in the order they appear.

    Code spans, fenced and indented code, e-mail addresses and domains contain no mentions. Capitals
    count as small letters. At most `limits.MENTIONS_MAX` handles; they may belong to nobody.
    """
    if "@" not in body:
        return ()
    found: dict[str, None] = {}
    for mention in _mentions(_prose(body)):
        found[mention[1].lower()] = None
        if len(found) == limits.MENTIONS_MAX:
            break
    return tuple(found)


def own_subject(subject: str, title: str | None) -> str | None:
    """Return the subject to store with an imported post; None if the thread's title says the same.

    Args:
        subject: The mail's subject without `Re:`; empty for none.
        title: The thread's title; None once it is gone. Then no subject is stored, because it may
            be the withdrawn title (P10).
    """
    if not subject or title is None or _same_words(subject) == _same_words(title):
        return None
    return subject


def _same_words(title: str) -> str:
    return " ".join(title.casefold().split())


def last_at(known: Ms | None, written: Ms, published: Ms, *, imported: bool) -> Ms:
    """Return the time of a thread's last post after another post is published in it. Pure.

    Imported posts count from the time they were written, so that an old mail does not make a thread
    new, and at the latest from their import. All times are in ms since 1970 UTC.

    Args:
        known: The time before this post; None for a first post.
        written: When the post was written, as the post says.
        published: When it was published.
        imported: Whether it was written elsewhere.
    """
    if not imported:
        return published
    at = min(written, published)
    return at if known is None else max(known, at)


def publish_times(now_ms: Ms) -> tuple[Ms, Ms]:
    """Return two times: a hold that ends by the first time, or after the second, is over.

    No post is held longer than `limits.HOLD_SECONDS_MAX`. A hold that seems to end later than that
    began before the server's clock was set back, and has lasted long enough.

    Args:
        now_ms: The time, in ms since 1970 UTC, by a clock that may jump.
    """
    return now_ms, now_ms + limits.HOLD_SECONDS_MAX * SECOND_MS


def fades_at(published_at_ms: Ms, retention_days: int | None) -> Ms | None:
    """Return when a text fades, in ms since 1970 UTC; None if it never fades.

    Args:
        published_at_ms: When the text was published, in ms since 1970 UTC.
        retention_days: Days for which the board keeps texts; None if it has no retention.
    """
    return None if retention_days is None else published_at_ms + retention_days * DAY_MS


def shortened_fades_at(
    fades_at_ms: Ms | None, published_at_ms: Ms, retention_days: int | None
) -> Ms | None:
    """Return when a text fades after its board changed the retention: the earlier of both times.

    A shorter retention applies to existing texts. A longer retention applies only to later texts,
    because members wrote the existing texts under the promise that they would be gone (P10).

    Args:
        fades_at_ms: When the text would have faded before; None for never.
        published_at_ms: When it was published, in ms since 1970 UTC.
        retention_days: The new retention in days; None for none.
    """
    ends = [
        end for end in (fades_at_ms, fades_at(published_at_ms, retention_days)) if end is not None
    ]
    return min(ends, default=None)


def thread_mail(messages: Sequence[MailRef]) -> list[MailTree]:
    """Arrange messages in threads by their references (jwz.org/doc/threading.html).

    Missing messages are skipped: their answers answer the nearest message above them that exists;
    if there is none, they share a thread. Of two messages with the same id the first counts.
    References that would make a ring are not followed. Takes any input.

    Args:
        messages: In any order.

    Returns:
        The threads by the date of their first message. Each has its messages by date, but a parent
        always before its answers. A parent is None for a first message, and for all answers to the
        same missing first message.
    """
    known: dict[str, MailRef] = {}
    for message in messages:
        known.setdefault(message.id, message)
    parents = _link(known)
    tops = _tops(parents, known)
    threads: dict[str, list[tuple[MailRef, str | None]]] = {}
    for mail_id, message in known.items():
        present, top = tops[mail_id]
        threads.setdefault(top, []).append((message, present))
    ordered = [_by_date(thread) for thread in threads.values()]
    ordered.sort(key=lambda tree: (known[tree[0][0]].date_ms, tree[0][0]))
    return ordered


def _prose(body: str) -> str:
    """Return `body` without its code."""
    kept = []
    fence = ""
    after_blank = True  # indented code cannot break into a paragraph
    for line in body.split("\n"):
        opening = _fence(line)
        indented = after_blank and line.startswith(("    ", "\t"))
        if fence:
            closing = line.strip()
            if opening and closing.startswith(fence) and not closing.strip(fence[0]):
                fence = ""
            kept.append("")
        elif opening:
            fence = opening[1]
            kept.append("")
        else:
            kept.append("" if indented else line)
        after_blank = indented or not line.strip()
    return _without_spans("\n".join(kept))


def _without_spans(prose: str) -> str:
    """Remove code spans: text between two runs of equally many backticks in the same paragraph."""
    return "\n\n".join(_without_spans_in(paragraph) for paragraph in prose.split("\n\n"))


def _without_spans_in(paragraph: str) -> str:
    runs = list(_ticks.finditer(paragraph))
    later: dict[int, list[int]] = {}
    for at in range(len(runs) - 1, -1, -1):
        later.setdefault(len(runs[at][0]), []).append(at)
    kept = []
    done = at = 0
    while at < len(runs):
        same = later[len(runs[at][0])]
        while same and same[-1] <= at:
            same.pop()
        if same:
            kept.append(paragraph[done : runs[at].start()])
            at = same[-1]
            done = runs[at].end()
        at += 1
    # A space for each span, so that the words around it stay two words.
    return " ".join([*kept, paragraph[done:]])


def _link(known: dict[str, MailRef]) -> dict[str, str | None]:
    """Return the parent of every id that occurs, present or missing."""
    parents: dict[str, str | None] = {}
    with_children: set[str] = set()

    def adopt(child: str, parent: str) -> bool:
        # A message without answers is above no other, so few chains have to be walked.
        if child == parent or (child in with_children and _is_above(child, parent, parents)):
            return False
        parents[child] = parent
        with_children.add(parent)
        return True

    for message in known.values():
        above: str | None = None
        for reference in message.references:
            parents.setdefault(reference, None)
            if above is not None and parents[reference] is None:
                adopt(reference, above)
            above = reference
        parents.setdefault(message.id, None)
        # A message's own header is more reliable than the headers of its answers.
        above_it = [ref for ref in reversed(message.references) if ref != message.id]
        there = islice((ref for ref in above_it if ref in known), _PARENTS_TRIED_MAX)
        for direct in (*there, *above_it[:1]):
            if adopt(message.id, direct):
                break
    return parents


def _is_above(upper: str, lower: str, parents: dict[str, str | None]) -> bool:
    step: str | None = lower
    while step is not None:
        if step == upper:
            return True
        step = parents[step]
    return False


def _tops(
    parents: dict[str, str | None], known: dict[str, MailRef]
) -> dict[str, tuple[str | None, str]]:
    """Return, for every id, the nearest present id above it and the top of its tree."""
    answers: dict[str | None, list[str]] = {None: []}
    for mail_id, parent in parents.items():
        answers.setdefault(parent, []).append(mail_id)
    tops: dict[str, tuple[str | None, str]] = {}
    waiting: list[tuple[str, str | None, str]] = [(top, None, top) for top in answers[None]]
    while waiting:
        mail_id, present, top = waiting.pop()
        tops[mail_id] = present, top
        below = mail_id if mail_id in known else present
        waiting += [(answer, below, top) for answer in answers.get(mail_id, ())]
    return tops


def _by_date(thread: list[tuple[MailRef, str | None]]) -> MailTree:
    """Return a thread in order of date, except that parents come before their answers."""
    answers: dict[str | None, list[tuple[Ms, str]]] = {}
    for message, parent in thread:
        answers.setdefault(parent, []).append((message.date_ms, message.id))
    parent_of = {message.id: parent for message, parent in thread}
    ready = answers[None]
    heapify(ready)
    ordered: MailTree = []
    while ready:
        _, mail_id = heappop(ready)
        ordered.append((mail_id, parent_of[mail_id]))
        for answer in answers.get(mail_id, ()):
            heappush(ready, answer)
    return ordered
