"""Make posts of an archive: read and thread its mails, and count what was changed."""

import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from email import policy
from email.message import Message
from email.parser import BytesParser
from operator import itemgetter
from typing import BinaryIO

import msgspec

from bbs import limits
from bbs.clock import to_ms
from bbs.features.threads.rules import MailRef, check_import_body, thread_mail
from bbs.features.threads.views import Mail
from bbs.ids import BoardId
from bbs.mbox import headers
from bbs.mbox.archive import RawMail, read_mails
from bbs.mbox.bodies import body_text
from bbs.mbox.source import open_source
from bbs.refusals import TextRefused
from bbs.text import normalize_body, normalize_line

_NO_MAIL = "text before the first mail"
_TOO_DEEP = "nested too deep to be read"
_NO_TEXT = "(no text)"
NO_SUBJECT = "(no subject)"
_ANY_LENGTH = 2**31


@dataclass
class Summary:
    """The counts of an import; their reasons are words for people.

    Attributes:
        read: Mails and other texts in the file: posts, duplicates and skipped ones together.
        added: Posts that are new on the board.
        known: Posts that an earlier import added.
        duplicates: Mails with the Message-ID of an earlier mail in the file.
        threads: Threads the mails make.
        skipped: Mails left out, by reason.
        skipped_lines: The lines where they begin, by reason, without those the server refused.
        changed: Parts that could not be kept as they were, by reason.
    """

    read: int = 0
    added: int = 0
    known: int = 0
    duplicates: int = 0
    threads: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    skipped_lines: dict[str, list[int]] = field(default_factory=dict)
    changed: Counter[str] = field(default_factory=Counter)

    @property
    def has_mails(self) -> bool:
        """Whether anything in the file is a mail."""
        return self.read > self.skipped[_NO_MAIL]

    def skip(self, raw: RawMail, reason: str) -> None:
        """Count a mail, or other text of the file, that is left out."""
        self.skipped[reason] += 1
        self.skipped_lines.setdefault(reason, []).append(raw.line)


@dataclass(frozen=True, slots=True)
class _ParsedMail:
    """The parts of a mail that are kept until its thread is known."""

    id: str
    refs: headers.Refs
    written: headers.Written
    author: str
    title: str
    body: str


def plan_import(
    file: BinaryIO,
    *,
    board: BoardId,
    now: datetime,
    progress: Callable[[int], None] = lambda read: None,
) -> tuple[list[Mail], Summary]:
    """Read an mbox file and make posts of it. Sends nothing.

    Ids are made from the board and the Message-ID alone, so that the same mail is the same post in
    every import, also from another file.

    Args:
        file: Open for reading bytes, at its beginning; may be packed with gzip.
        board: The board for the posts.
        now: No mail was written later than a day from now.
        progress: Called with the number of mails read so far.

    Returns:
        The posts, parents before answers and otherwise by date (P1), and the summary so far.

    Raises:
        ArchiveUnreadable: A packed file is damaged, ends early or holds too much.
    """
    summary = Summary()
    mails: dict[str, _ParsedMail] = {}
    for raw in read_mails(open_source(file)):
        summary.read += 1
        progress(summary.read)
        if raw.has_patches:
            summary.changed["patch with a From line of its own, kept in its mail"] += 1
        mail = _parse(raw)
        if isinstance(mail, str):
            summary.skip(raw, mail)
            continue
        mail_id = headers.message_id(mail, raw.data or b"", summary.changed)
        if mail_id in mails:
            summary.duplicates += 1
            continue
        try:
            mails[mail_id] = _read(mail, mail_id, raw.envelope, now, summary.changed)
        except RecursionError:
            summary.skip(raw, _TOO_DEEP)
    _fill_dates(mails, summary.changed)
    return _arranged(mails, board, summary), summary


def batches(posts: Sequence[Mail]) -> Iterator[tuple[Mail, ...]]:
    """Cut posts into requests that fit into a frame, in their order."""
    batch: list[Mail] = []
    size = 0
    for post in posts:
        post_bytes = len(msgspec.json.encode(post)) + 1
        if batch and (
            len(batch) == limits.IMPORT_POSTS_MAX
            or size + post_bytes > limits.IMPORT_BATCH_BYTES_MAX
        ):
            yield tuple(batch)
            batch, size = [], 0
        batch.append(post)
        size += post_bytes
    if batch:
        yield tuple(batch)


def _parse(raw: RawMail) -> Message | str:
    """Return the mail, or the reason to skip it."""
    if not raw.is_mail:
        return _NO_MAIL
    if raw.data is None:
        return f"longer than {limits.IMPORT_MAIL_BYTES_MAX} bytes"
    try:
        mail = BytesParser(policy=policy.compat32).parsebytes(raw.data)
    except RecursionError:
        return _TOO_DEEP
    if not mail.keys():
        return "it has no header" if raw.data.strip() else "an empty mail"
    return mail


def _read(
    mail: Message,
    mail_id: str,
    envelope: str,
    now: datetime,
    changed: Counter[str],
) -> _ParsedMail:
    written = headers.written_at(mail, envelope, now=now, changes=changed)
    name = headers.author_name(mail, changed)
    author, mended = normalize_line(name, chars_max=limits.NAME_CHARS_MAX)
    _count(changed, "name", mended)
    subject = headers.title(headers.header(mail, "subject", changed))
    title, mended = normalize_line(subject, chars_max=limits.TITLE_CHARS_MAX)
    _count(changed, "title", mended)
    body = _fitted(body_text(mail, changed), changed)
    return _ParsedMail(mail_id, headers.refs(mail), written, author or "unknown", title, body)


def _fill_dates(mails: dict[str, _ParsedMail], changed: Counter[str]) -> None:
    """Give mails without a date that of the mail before, or at the file's beginning the next date."""
    near = next((each.written for each in mails.values() if not each.written.lacking), None)
    source = "taken from the next mail that has one" if near else "1971 for want of any in the file"
    for mail_id, read in mails.items():
        if not read.written.lacking:
            near, source = read.written, "taken from the mail before"
            continue
        changed[f"date {read.written.lacking}, {source}"] += 1
        mails[mail_id] = replace(read, written=near or read.written)


def _arranged(mails: dict[str, _ParsedMail], board: BoardId, summary: Summary) -> list[Mail]:
    trees = thread_mail(
        [
            MailRef(each.id, each.refs.chain(mails), to_ms(each.written.at), each.title)
            for each in mails.values()
        ]
    )
    summary.threads = len(trees)
    dated: list[tuple[int, Mail]] = []
    for tree in trees:
        top = mails[tree[0][0]]
        # The first mail gives a thread its id, even if that mail is in another file.
        thread = _made_id(board, "thread", (*top.refs.chain(mails), top.id)[0])
        latest = 0
        for place, (mail_id, parent) in enumerate(tree):
            read = mails[mail_id]
            latest = max(latest, to_ms(read.written.at))
            post = Mail(
                id=_made_id(board, "post", mail_id),
                thread=thread,
                parent=_made_id(board, "post", parent) if parent else None,
                title=read.title or ("" if place else NO_SUBJECT),
                author=read.author,
                at=read.written.at,
                body=read.body,
            )
            dated.append((latest, post))
    # Within a thread `latest` never falls, so answers stay behind the answered posts.
    return [post for _, post in sorted(dated, key=itemgetter(0))]


def _made_id(board: BoardId, kind: str, mail_id: str) -> str:
    return str(uuid.uuid5(uuid.UUID(board), f"{kind}:{mail_id}"))


def _fitted(text: str, changed: Counter[str]) -> str:
    """Return a body that the server takes; cut a longer text, with a note at its end."""
    body, mended = normalize_body(
        text, chars_max=_ANY_LENGTH, bytes_max=_ANY_LENGTH, lines_max=_ANY_LENGTH
    )
    _count(changed, "text", mended)
    if not body.strip():
        changed["nothing in it to read"] += 1
        return _NO_TEXT
    whole = body
    keep = min(len(whole), limits.IMPORT_BODY_CHARS_MAX)
    while not _fits(body):
        keep = keep * 7 // 8
        body = _cut(whole, keep)
    if body is not whole:
        changed["too long, cut"] += 1
    return body


def _fits(body: str) -> bool:
    try:
        check_import_body(body)
    except TextRefused:
        return False
    return len(msgspec.json.encode(body)) <= limits.IMPORT_BATCH_BYTES_MAX - 2_048


def _cut(whole: str, chars: int) -> str:
    """Return about the first `chars` characters, whole lines, open fences closed, and a note."""
    kept = whole[:chars]
    kept = kept[: kept.rfind("\n")] if "\n" in kept else kept
    fence = ""
    for line in kept.split("\n"):
        if fence:
            fence = "" if line == fence else fence
        elif line.startswith("```"):
            fence = line.rstrip("abcdefghijklmnopqrstuvwxyz")
    closing = f"\n{fence}" if fence else ""
    return f"{kept}{closing}\n\n[cut here: the whole mail has {len(whole)} characters]"


def _count(changed: Counter[str], where: str, mended: dict[str, int]) -> None:
    """Count mails, not characters: a mail full of controls adds 1 to `text: controls`."""
    for reason in mended:
        changed[f"{where}: {reason.replace('_', ' ')}"] += 1
