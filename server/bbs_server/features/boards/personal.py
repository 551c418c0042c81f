"""The personal data that the feature of boards stores."""

from bbs_server.personal import Leaving, OwnedRows, PersonalData, Section

SECTIONS = (
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
        column="offices.member",
        what="an office of yours",
        sections=("offices",),
        leaving=Leaving.GOES,
        why="an office is held by a member",
    ),
)
