"""Entering a private board of others, as the sysop: by a law or a clause, told to all there (P8)."""

from bbs import limits
from bbs.features.moderation.entering_messages import EnterBoard
from bbs.features.norms.clause_text import parse_clause_number
from bbs.ids import new_id
from bbs_client.actions.doing import Doing, Typed
from bbs_client.actions.forms import FormField
from bbs_client.actions.surface import Surface

_BOARD = FormField(
    name="board",
    label="board",
    help="The board's id, as `bbs admin disk show` shows it: to you it has no name.",
    chars_max=limits.SHORT_CHARS_MAX,
    is_required=True,
)

_GROUND = FormField(
    name="ground",
    label="ground",
    help="The law that asks for it, as its country cites it; or a clause: 3, or commons 3.",
    chars_max=limits.REASON_CHARS_MAX,
    is_required=True,
)


def entering(surface: Surface) -> dict[str, Doing]:
    """Return what lets the sysop enter a private board; nothing for others."""
    me = surface.session.me
    if me is None or not me.sysop:
        return {}

    def enter(typed: Typed) -> EnterBoard:
        clause = parse_clause_number(typed["ground"])
        return EnterBoard(
            board=typed["board"].strip(),
            law=typed["ground"] if clause is None else None,
            norm=None if clause is None else clause.norm,
            of_commons=clause is not None and clause.of_commons,
            reason=typed["reason"],
            op=new_id(),
        )

    says = (
        f"You read a private board of others for {limits.ENTER_HOURS} hours; all there are told at"
        " once, and read your ground and your reason."
    )
    return {
        "enter": Doing(says, "Among your boards for a day, entered from", enter, (_BOARD, _GROUND))
    }
