"""The personal data that the feature of moderation stores."""

from collections.abc import Iterator, Sequence

from bbs import limits
from bbs.features.moderation.messages import Act
from bbs.features.moderation.views import Restriction
from bbs.ids import BoardId, MemberId
from bbs.streams import acts_stream
from bbs_server.features.moderation import records, restriction_records
from bbs_server.handler_api import Context
from bbs_server.personal import ExportKey, GivenRow, Leaving, PersonalData, Section
from bbs_server.slices import DONE, Slice
from bbs_server.store import event_log
from bbs_server.store.api import Tx


def give_acts_about(tx: Tx, ctx: Context, after: ExportKey | None) -> Iterator[GivenRow | None]:
    """Yield the acts about the actor, also those of boards that they may not read."""
    key = after or ("", 0)
    while found := tx.fetch_all(
        'SELECT board, number FROM acts WHERE about = ? AND (board COLLATE "binary", number) > (?, ?)'
        ' ORDER BY board COLLATE "binary", number LIMIT ?',
        *(ctx.member, *key, limits.PAGE_ITEMS_MAX),
    ):
        boards: dict[BoardId, list[int]] = {}
        for board, number in found:
            boards.setdefault(board, []).append(number)
        for board, numbers in boards.items():
            yield from _acts(tx, ctx, board, numbers)
        key = found[-1]
        yield None


def give_acts_done(tx: Tx, ctx: Context, after: ExportKey | None) -> Iterator[GivenRow | None]:
    """Yield the acts by the actor."""
    author = event_log.stored_author(ctx.author)
    start, number = after or ("", 0)
    boards = tx.fetch_all(
        "SELECT id FROM boards WHERE kind <> 'letter' AND id COLLATE \"binary\" >= ?"
        ' ORDER BY id COLLATE "binary"',
        start,
    )
    for (board,) in boards:
        upto = event_log.head(tx, acts_stream(board)).seq
        number = number if board == start else 0
        while number < upto:
            found = tx.fetch_all(
                "SELECT seq FROM events WHERE stream = ? AND seq > ? AND seq <= ? AND author = ?"
                " ORDER BY seq",
                *(acts_stream(board), number, number + limits.PAGE_ITEMS_MAX, author),
            )
            yield from _acts(tx, ctx, board, [seq for (seq,) in found])
            number += limits.PAGE_ITEMS_MAX
            yield None


def _acts(tx: Tx, ctx: Context, board: BoardId, numbers: Sequence[int]) -> Iterator[GivenRow]:
    """Yield a board's acts of these numbers, at most a page, as their actor reads them."""
    if numbers:
        kept = records.acts_of(tx, board, numbers, ctx.member)
        yield from (GivenRow((board, number), kept[number]) for number in sorted(kept))


def give_restrictions(tx: Tx, ctx: Context, after: ExportKey | None) -> Iterator[GivenRow | None]:
    """Yield the restrictions of the actor, with their reasons."""
    [above] = after or ("",)
    for restriction in restriction_records.restrictions_about(tx, ctx.member, above):
        yield GivenRow((restriction.id,), restriction)


def forget_names(tx: Tx, ctx: Context, member: MemberId, place: str) -> Slice:
    """Take a member out of the acts about them: each says then that it was about a member."""
    tx.execute("UPDATE acts SET about = NULL, about_salt = NULL WHERE about = ?", member)
    return DONE


SECTIONS = (
    Section(
        name="acts_about",
        about="What others did with power that was about you, and why.",
        rows=give_acts_about,
        key=tuple[str, int],
        shows=Act,
    ),
    Section(
        name="acts_done",
        about="What you did with power.",
        rows=give_acts_done,
        key=tuple[str, int],
        shows=Act,
    ),
    Section(
        name="restrictions",
        about="What narrows what you may do, and until when.",
        rows=give_restrictions,
        key=tuple[str],
        shows=Restriction,
    ),
)

PERSONAL = (
    PersonalData(
        column="restrictions.member",
        what="what narrows what you may do, until it is over",
        sections=("restrictions",),
        leaving=Leaving.STAYS,
        why="who leaves and comes back is bound as before, until its end",
    ),
    PersonalData(
        column="acts.about",
        what="that an act of power was about you",
        sections=("acts_about",),
        leaving=Leaving.GOES,
        why="the act stays its 400 days and says: a member",
        secrets=("about_salt",),
        forget=forget_names,
    ),
)
