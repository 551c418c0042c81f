"""The personal data that the feature of letters stores."""

from bbs.features.letters.views import LetterState
from bbs.ids import MemberId
from bbs_server.features.letters import asking, leaving, records
from bbs_server.forgetting import blank
from bbs_server.handler_api import Context
from bbs_server.outcome import Effect
from bbs_server.personal import Leaving, OwnedRows, PersonalData, Section
from bbs_server.slices import Slice
from bbs_server.store.api import Tx


def forget_letters(tx: Tx, ctx: Context, member: MemberId, place: str) -> Slice:
    """Let a member leave all letters, whose words of theirs are gone by then; end open requests.

    The letters that they asked for stay the others'; their account says no more than its handle.
    """
    effects: list[Effect] = []
    for letter in records.letters_of(tx, member):
        effects += ctx.readers.leave_letter(tx, ctx, letter.id, member)
        letter, told = asking.people_changed(tx, ctx, letter)
        effects += told
        if letter.state == LetterState.ENDED.value:
            effects += leaving.end(tx, ctx, letter.id)
    records.end_asked(tx, member, ctx.now)
    return Slice(None, tuple(effects))


SECTIONS = (
    Section(
        name="letters_asked",
        about="The letters that you asked for: when, and how many people.",
        rows=OwnedRows(
            table="letters",
            owner="asked_by",
            key=("id",),
            columns=("id", "asked_at", "asked", "state", "thread", "moved_at", "revision"),
            times=("asked_at", "moved_at"),
        ),
    ),
    Section(
        name="letter_blocks",
        about="Whom you block.",
        rows=OwnedRows(
            table="letter_blocks", owner="member", key=("blocked",), columns=("blocked",)
        ),
    ),
)

_TO_NOBODY = "an export that named it would show who asked and who was not told"

PERSONAL = (
    PersonalData(
        column="letters.asked_by",
        what="a letter that you asked for",
        sections=("letters_asked",),
        leaving=Leaving.FORMER,
        why="the others keep the letter, which does not need to know who asked",
        forget=forget_letters,
    ),
    PersonalData(
        column="letter_requests.member",
        what="that somebody asked you for a letter, for 30 days",
        why_not=_TO_NOBODY,
        leaving=Leaving.GOES,
        why="nobody is left to answer",
        forget=blank("letter_requests.member"),
    ),
    PersonalData(
        column="letter_blocks.member",
        what="a member whom you block",
        sections=("letter_blocks",),
        leaving=Leaving.GOES,
        why="nobody can ask you any more",
    ),
    PersonalData(
        column="letter_blocks.blocked",
        what="that a member blocks you",
        why_not="a block is known to its member alone",
        leaving=Leaving.GOES,
        why="nobody is left who would ask",
    ),
)
