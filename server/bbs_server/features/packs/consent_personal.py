"""The personal data of consent."""

from bbs.leave_words import LeaveWords
from bbs_server.handler_api import Context
from bbs_server.personal import Leaver, Leaving, OwnedRows, PersonalData, Section
from bbs_server.slices import DONE, Slice
from bbs_server.store.api import Tx

SECTIONS = (
    Section(
        name="pack_consents",
        about="How your words may go with a board, where you chose it.",
        rows=OwnedRows(
            table="pack_consents", owner="member", key=("board",), columns=("board", "consent")
        ),
    ),
)


def choose_consent(tx: Tx, ctx: Context, leaver: Leaver, place: str) -> Slice:
    """Delete how a leaver's words may go with a board, unless words stay under their name."""
    member, board, words = leaver
    if words is not LeaveWords.LEFT:
        sql = "DELETE FROM pack_consents WHERE member = ? AND (? IS NULL OR board = ?)"
        tx.execute(sql, member, board, board)
    return DONE


PERSONAL = (
    PersonalData(
        column="pack_consents.member",
        what="how your words may go with a board",
        sections=("pack_consents",),
        leaving=Leaving.GOES,
        why="words of a former member have no author who could be named or left out; it stays with words"
        " that stay under your name",
        chosen=choose_consent,
    ),
)
