"""The personal data that the feature of boards stores."""

from collections.abc import Iterator

from bbs.features.boards.application_messages import OwnApplication
from bbs_server.features.boards import application_records
from bbs_server.handler_api import Context
from bbs_server.personal import ExportKey, GivenRow, Leaving, OwnedRows, PersonalData, Section
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
    ),
    PersonalData(
        column="applications.member",
        what="that you answered the questions of a board to get a seat, and what became of it",
        sections=("applications",),
        leaving=Leaving.GOES,
        why="only the desk could read it, to decide about a seat",
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
