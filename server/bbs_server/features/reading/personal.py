"""The personal data that the feature of reading stores."""

from collections.abc import Iterator

from msgspec import Raw

from bbs import limits
from bbs.features.reading.views import Notice
from bbs.ids import MemberId
from bbs_server.features.reading.notices import NOTICE_MS, load_notices
from bbs_server.forgetting import nothing, rows_of
from bbs_server.handler_api import Context
from bbs_server.personal import ExportKey, GivenRow, Leaving, OwnedRows, PersonalData, Section
from bbs_server.slices import DONE, Slice
from bbs_server.store.api import Tx
from bbs_server.store.hops import in_time


def forget_marks(tx: Tx, ctx: Context, member: MemberId, place: str) -> Slice:
    """Delete a slice of a member's marks: who reads much has thousands."""
    sql = "SELECT thread FROM marks WHERE member = ? LIMIT ?"
    rows = tx.fetch_all(sql, member, limits.SLICE_ROWS)
    for (thread,) in in_time(tx, rows):
        tx.execute("DELETE FROM marks WHERE member = ? AND thread = ?", member, thread)
    return Slice(place) if rows else DONE


def forget_choices_about(tx: Tx, ctx: Context, member: MemberId, place: str) -> Slice:
    """Delete what others chose about a member: to follow or mute them."""
    tx.execute("DELETE FROM choices WHERE kind = 'member' AND subject = ?", member)
    return DONE


def give_marks(tx: Tx, ctx: Context, after: ExportKey | None) -> Iterator[GivenRow | None]:
    """Yield the actor's marks, thread by thread."""
    for given in _MARKS(tx, ctx, after):
        yield given and _as_json(given, "ranges")


def give_notices(tx: Tx, ctx: Context, after: ExportKey | None) -> Iterator[GivenRow | None]:
    """Yield the actor's notices, with the texts of their acts."""
    key: ExportKey = after or ("",)
    while found := tx.fetch_all(
        'SELECT id FROM notices WHERE member = ? AND at > ? AND id COLLATE "binary" > ?'
        ' ORDER BY id COLLATE "binary" LIMIT ?',
        *(ctx.member, ctx.now - NOTICE_MS, *key, limits.PAGE_ITEMS_MAX),
    ):
        known = load_notices(tx, ctx, [each for (each,) in found])
        yield from (GivenRow((each,), known[each]) for (each,) in found if each in known)
        key = found[-1]
        yield None


def give_choices(tx: Tx, ctx: Context, after: ExportKey | None) -> Iterator[GivenRow | None]:
    """Yield the actor's choices; a member followed or muted with their handle."""
    for given in _CHOICES(tx, ctx, after):
        if given is not None:
            kind, subject = given.key
            other = ctx.readers.member(tx, ctx, subject) if kind == "member" else None
            given.row["handle"] = other and other.handle
        yield given and _as_json(given, "choice")


def _as_json(given: GivenRow, column: str) -> GivenRow:
    """Return a row whose column is given as the JSON that it holds."""
    given.row[column] = Raw(given.row[column].encode())
    return given


_MARKS = OwnedRows(
    table="marks",
    owner="member",
    key=("thread",),
    columns=("thread", "board", "ranges", "upto", "revision"),
)
_CHOICES = OwnedRows(
    table="choices",
    owner="member",
    key=("kind", "subject"),
    columns=("kind", "subject", "stance", "choice", "revision"),
)

SECTIONS = (
    Section(
        name="marks",
        about="Which posts you have read, by thread and by the posts' numbers.",
        rows=give_marks,
        key=_MARKS.key_type,
        shows=_MARKS.columns,
    ),
    Section(
        name="notices",
        about="What you were told in person: what was done to you, and seats that became yours.",
        rows=give_notices,
        key=tuple[str],
        shows=Notice,
    ),
    Section(
        name="floors",
        about="Where your reading of each board began.",
        rows=OwnedRows(table="floors", owner="member", key=("board",), columns=("board", "seq")),
    ),
    Section(
        name="choices",
        about="Whom and what you follow or mute, the posts you saved, your order of boards.",
        rows=give_choices,
        key=_CHOICES.key_type,
        shows=(*_CHOICES.columns, "handle"),
    ),
    Section(
        name="choosing",
        about="The revision of your choices.",
        rows=OwnedRows(
            table="choosing",
            owner="member",
            key=("member",),
            columns=("member", "revision", "cleared"),
        ),
    ),
)

_PRIVATE = "it is yours alone, and nobody else reads it"

PERSONAL = (
    PersonalData(
        column="marks.member",
        what="which posts of a thread you have read",
        sections=("marks",),
        leaving=Leaving.GOES,
        why=_PRIVATE,
        forget=forget_marks,
    ),
    PersonalData(
        column="notices.member",
        what="that you were told something in person",
        sections=("notices",),
        leaving=Leaving.GOES,
        why="nobody is left to be told",
        forget=rows_of("notices.member", "title_text", "word_text"),
    ),
    PersonalData(
        column="notices.seat",
        what="your seat as it was when you were told of it",
        sections=("notices",),
        leaving=Leaving.GOES,
        why="nobody is left to be told",
        forget=nothing,
    ),
    PersonalData(
        column="floors.member",
        what="where your reading of a board began",
        sections=("floors",),
        leaving=Leaving.GOES,
        why=_PRIVATE,
    ),
    PersonalData(
        column="choices.member",
        what="a choice of yours",
        sections=("choices",),
        leaving=Leaving.GOES,
        why=_PRIVATE,
    ),
    PersonalData(
        column="choices.subject",
        what="that somebody follows or mutes you",
        why_not="a choice belongs to the member who made it; nobody is told who mutes them",
        leaving=Leaving.GOES,
        why="there is nobody left to follow or mute",
        forget=forget_choices_about,
    ),
    PersonalData(
        column="choices.choice",
        what="that somebody follows or mutes you, as their devices are told",
        why_not="a choice belongs to the member who made it; nobody is told who mutes them",
        leaving=Leaving.GOES,
        why="there is nobody left to follow or mute",
        forget=nothing,
    ),
    PersonalData(
        column="choosing.member",
        what="the revision of your choices",
        sections=("choosing",),
        leaving=Leaving.GOES,
        why=_PRIVATE,
    ),
)
