"""The personal data of consent."""

from bbs_server.personal import Leaving, OwnedRows, PersonalData, Section

SECTIONS = (
    Section(
        name="pack_consents",
        about="How your words may go with a board, where you chose other than without your name.",
        rows=OwnedRows(
            table="pack_consents", owner="member", key=("board",), columns=("board", "consent")
        ),
    ),
)

PERSONAL = (
    PersonalData(
        column="pack_consents.member",
        what="how your words may go with a board",
        sections=("pack_consents",),
        leaving=Leaving.GOES,
        why="words of a former member have no author who could be named or left out",
    ),
)
