"""The personal data that the feature of arriving stores."""

from bbs.ids import MemberId
from bbs_server.features.arriving import note_records
from bbs_server.forgetting import blank, nothing
from bbs_server.handler_api import Context
from bbs_server.personal import Leaving, OwnedRows, PersonalData, Section
from bbs_server.slices import DONE, Slice
from bbs_server.store.api import Tx


def forget_note(tx: Tx, ctx: Context, member: MemberId, place: str) -> Slice:
    """Erase a newcomer's note with all its lines, also those of others."""
    row = note_records.find_note(tx, member)
    if row is not None:
        note_records.delete_note(tx, row)
    return DONE


SECTIONS = (
    Section(
        name="guards",
        about="The guards that were on for you as a newcomer.",
        rows=OwnedRows(
            table="guards",
            owner="member",
            key=("board", "kind"),
            columns=(
                *("board", "kind", "since", "until", "posts", "seconds", "restriction", "state"),
                "revision",
            ),
            times=("since", "until"),
        ),
    ),
    Section(
        name="waiting_posts",
        about="Posts of yours that wait for a moderator, or were declined lately.",
        rows=OwnedRows(
            table="approvals",
            owner="member",
            key=("post",),
            columns=("post", "n", "board", "at", "asked", "declined_at"),
            times=("at", "declined_at"),
        ),
    ),
    Section(
        name="notes",
        about="Your note, if one began, and who reads it as your host.",
        rows=OwnedRows(
            table="notes",
            owner="newcomer",
            key=("newcomer",),
            columns=(
                *("newcomer", "board", "host", "host_until", "post", "why", "opened_at"),
                *("ends_at", "lines", "revision"),
            ),
            times=("host_until", "opened_at", "ends_at"),
        ),
    ),
    Section(
        name="hosted_notes",
        about="The notes that you read as a host.",
        rows=OwnedRows(
            table="notes",
            owner="host",
            key=("newcomer",),
            columns=(
                *("newcomer", "board", "host_until", "post", "why", "opened_at", "ends_at"),
                *("lines", "revision"),
            ),
            times=("host_until", "opened_at", "ends_at"),
        ),
    ),
    Section(
        name="note_lines",
        about="Your lines in notes.",
        rows=OwnedRows(
            table="note_lines",
            owner="author",
            key=("id",),
            columns=(
                *("id", "note", "number", "at", "body_text", "post", "norm", "withdrawn"),
                *("revision", "apart"),
            ),
            times=("at",),
        ),
    ),
)

PERSONAL = (
    PersonalData(
        column="guards.member",
        what="that a guard was on for you as a newcomer, and how it ended",
        sections=("guards",),
        leaving=Leaving.GOES,
        why="it is about a newcomer who is there",
    ),
    PersonalData(
        column="approvals.member",
        what="that a post of yours waits for a moderator, or was declined",
        sections=("waiting_posts",),
        leaving=Leaving.GOES,
        why="the post goes with you, or is published",
    ),
    PersonalData(
        column="notes.newcomer",
        what="your note: since when it stands, and about which post",
        sections=("notes",),
        leaving=Leaving.GOES,
        why="it was for a newcomer; it is erased with all its lines",
        forget=forget_note,
    ),
    PersonalData(
        column="notes.host",
        what="that you read somebody's note as their host",
        sections=("hosted_notes",),
        leaving=Leaving.GOES,
        why="a host is a member who is there",
        forget=blank("notes.host"),
    ),
    PersonalData(
        column="note_lines.note",
        what="that a line stands in your note",
        why_not="the lines of others are theirs; your own are in the section `note_lines`",
        leaving=Leaving.GOES,
        why="they are erased with the note",
        forget=nothing,
    ),
    PersonalData(
        column="note_lines.author",
        what="your line in a note",
        sections=("note_lines",),
        leaving=Leaving.GOES,
        why="notes are short-lived talk among a few",
        words=("body_text",),
    ),
)
