"""Errors about an archive as a whole."""

from bbs.refusals import Refused


class NoMails(
    Refused,
    code="import.no_mails",
    sentence="{path}: there is no mail in it; this is not an mbox file",
    hint="in an mbox file every mail begins with a line 'From ' and the sender",
):
    """A file that was to be imported holds no mail."""

    path: str


class ArchiveUnreadable(
    Refused,
    code="import.unreadable",
    sentence="the file cannot be read: {why}",
    hint="unpack it yourself, or give a part of it",
):
    """A packed file to import cannot be unpacked to its end; nothing was added."""

    why: str
