"""Mails and archives made for the tests of imports."""

import io
from collections.abc import Iterable
from datetime import UTC, datetime

from bbs.features.threads.views import Mail
from bbs.mbox.plan import Summary, plan_import

BOARD = "3f0c1d52-8f0e-4a52-9c57-0d9f6f7a1b11"
NOW = datetime(2026, 11, 22, tzinfo=UTC)
FROM_LINE = b"From someone Tue Nov 17 21:28:37 2009\n"


def mail(
    mail_id: str | None = "<1@example.org>",
    *,
    body: str | bytes = "Hello.\n",
    sender: str = "Ana Example <ana@example.org>",
    subject: str = "A subject",
    date: str | None = "Tue, 17 Nov 2009 21:28:37 +0600",
    **fields: str,
) -> bytes:
    """Return a mail; further fields by name, with `_` for `-`."""
    given = {"From": sender, "Subject": subject, "Date": date, "Message-ID": mail_id}
    given |= {name.replace("_", "-"): value for name, value in fields.items()}
    head = "".join(f"{name}: {value}\n" for name, value in given.items() if value is not None)
    words = body if isinstance(body, bytes) else body.encode()
    return head.encode("utf-8", "surrogateescape") + b"\n" + words


def archive(*mails: bytes, envelope: bytes = FROM_LINE) -> bytes:
    """Return an mbox with these mails."""
    return b"".join(envelope + each.rstrip(b"\n") + b"\n\n" for each in mails)


def imported(*mails: bytes) -> tuple[list[Mail], Summary]:
    """Read an archive of these mails."""
    return planned(archive(*mails))


def planned(data: bytes) -> tuple[list[Mail], Summary]:
    """Read an archive."""
    return plan_import(io.BytesIO(data), board=BOARD, now=NOW)


def only(posts: Iterable[Mail]) -> Mail:
    """Return the one post there is."""
    (post,) = posts
    return post


def multipart(kind: str, *parts: str) -> bytes:
    """Return the body of a multipart mail; its boundary is `cut`."""
    return "".join(f"--cut\n{part}\n" for part in parts).encode() + b"--cut--\n"
