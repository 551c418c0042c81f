"""Mistakes in what lies beside the tables: the record of removals, copies, the files themselves."""

import fcntl
import os
import stat
from types import SimpleNamespace
from typing import Any

from bbs_server.store.checked import Checked
from bbs_server.store.names import Names
from bbs_server.store.removals import Removals
from bbs_server.store.sqlite import index_care
from bbs_server.store.sqlite import open as sqlite_open
from bbs_server.store.sqlite import writer as sqlite
from bbs_server.store.sqlite.group import QueuedWrite


def copies_the_index_unmerged() -> None:
    """Copy the database with the words that withdrawn posts left in the search index."""
    index_care.merge_all = lambda connection: None


def believes_any_write() -> None:
    """Take every commit for a proof that the disk has room for a post."""
    publish = sqlite.SqliteStore._publish

    def heal(self: sqlite.SqliteStore, job: QueuedWrite) -> None:
        if job.error is None:
            self._reason = None
        publish(self, job)

    sqlite.SqliteStore._publish = heal  # type: ignore[method-assign]  # the test's own stand-in


def shows_altered_texts() -> None:
    """Show what is stored as a text without asking whether its author wrote it."""
    Checked.knows = lambda self, rows: True  # type: ignore[method-assign]  # the test's own stand-in


def looks_at_no_name() -> None:
    """Write on into files that were deleted."""
    Names.check = lambda self: None  # type: ignore[method-assign]  # the test's own stand-in


def locks_the_file_alone() -> None:
    """Lock the lock file and not the folder: whoever deletes the file lets another server in."""
    flock = fcntl.flock

    def files_only(handle: int, how: int) -> None:
        if not stat.S_ISDIR(os.fstat(handle).st_mode):
            flock(handle, how)

    lax: Any = SimpleNamespace(**{**vars(fcntl), "flock": files_only})
    sqlite_open.fcntl = lax  # type: ignore[attr-defined]  # the test's own stand-in


def marks_nothing() -> None:
    """Answer removals without the mark that says their COMMIT came."""

    def settle(self: Removals) -> None:
        self._end = self._next

    Removals.commit = settle  # type: ignore[method-assign]  # the test's own stand-in


def follows_nothing() -> None:
    """Serve a database as it is, though its record of removals is further."""
    from bbs_server import app

    async def shrug(store: object, clock: object) -> None:
        pass

    app._follow = shrug


FILE_MISTAKES = {
    "marks-nothing": marks_nothing,
    "follows-nothing": follows_nothing,
    "locks-the-file-alone": locks_the_file_alone,
    "looks-at-no-name": looks_at_no_name,
    "believes-any-write": believes_any_write,
    "shows-altered-texts": shows_altered_texts,
    "copies-the-index-unmerged": copies_the_index_unmerged,
}
