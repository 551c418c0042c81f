"""The personal data that the feature of boards stores."""

from collections.abc import Iterator

from bbs.features.boards.application_messages import OwnApplication
from bbs.features.boards.kinds import BoardKind
from bbs.features.boards.seat_messages import SeatState
from bbs.ids import MemberId
from bbs.streams import all_board_streams
from bbs_server.features.boards import application_records, events, seat_records
from bbs_server.handler_api import Context
from bbs_server.outcome import Effect, RecheckListeners
from bbs_server.personal import ExportKey, GivenRow, Leaving, OwnedRows, PersonalData, Section
from bbs_server.slices import DONE, Slice
from bbs_server.store.api import Tx


def give_applications(tx: Tx, ctx: Context, after: ExportKey | None) -> Iterator[GivenRow | None]:
    """Yield what the actor answered where questions are asked, and what became of it."""
    rows = application_records.list_of_member(tx, ctx.member, ctx.now)
    answers = application_records.load_answers(tx, rows)
    for row in sorted(rows, key=lambda each: each.id):
        if after is None or (row.id,) > after:
            yield GivenRow(
                (row.id,), application_records.own_view(tx, row, answers.get(row.id, ()))
            )


def forget_seats(tx: Tx, ctx: Context, member: MemberId, place: str) -> Slice:
    """Free the seats of a member; those in letters are the feature of letters' to free."""
    effects: list[Effect] = []
    for seat in seat_records.list_seats_of_member(tx, ctx.now, member):
        facts = ctx.readers.board_facts(tx, seat.board)
        if facts is None or facts.kind is BoardKind.LETTER:
            continue
        left = seat_records.delete_seat(tx, seat)
        if seat.state is SeatState.SEATED:
            seat_records.note_freed(tx, ctx.now, seat.board, 1)
        effects += events.seat_changed(left)
        effects.append(RecheckListeners(all_board_streams(seat.board), member))
    return Slice(None, tuple(effects))


def forget_applications(tx: Tx, ctx: Context, member: MemberId, place: str) -> Slice:
    """Erase what a member answered to get seats."""
    for row in application_records.list_all_of(tx, member):
        application_records.erase(tx, row)
    return DONE


SECTIONS = (
    Section(
        name="applications",
        about="Your answers where questions come before a seat, and what became of them.",
        rows=give_applications,
        key=tuple[str],
        shows=OwnApplication,
    ),
    Section(
        name="seats",
        about="Your seats on boards: taken, offered until a time and waited for.",
        rows=OwnedRows(
            table="seats",
            owner="member",
            key=("board",),
            columns=(
                "board",
                "state",
                "since",
                "position",
                "norms_version",
                "offered_by",
                "until",
                "lapses",
                "revision",
            ),
            times=("since", "until"),
        ),
    ),
    Section(
        name="offices",
        about="Your offices: where you moderate, and whether you run the server.",
        rows=OwnedRows(
            table="offices",
            owner="member",
            key=("board", "office"),
            columns=("board", "office", "since", "until", "act"),
            times=("since", "until"),
        ),
    ),
)

PERSONAL = (
    PersonalData(
        column="seats.member",
        what="a seat of yours",
        sections=("seats",),
        leaving=Leaving.GOES,
        why="a seat is free again for somebody else",
        forget=forget_seats,
    ),
    PersonalData(
        column="applications.member",
        what="that you answered the questions of a board to get a seat, and what became of it",
        sections=("applications",),
        leaving=Leaving.GOES,
        why="only the desk could read it, to decide about a seat",
        forget=forget_applications,
    ),
    PersonalData(
        column="applications.decided_by",
        what="that you decided about an application",
        why_not="the log of power tells it, and the application is another member's",
        leaving=Leaving.FORMER,
        why="it is erased 30 days after the decision",
    ),
    PersonalData(
        column="offices.member",
        what="an office of yours",
        sections=("offices",),
        leaving=Leaving.GOES,
        why="an office is held by a member",
    ),
)
