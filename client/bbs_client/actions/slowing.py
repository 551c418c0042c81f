"""Slowing a board or a thread down for some days, and ending that (P7, P8)."""

from datetime import timedelta

from bbs import limits
from bbs.features.moderation.calm_messages import EndSlow, SlowDown
from bbs.features.moderation.views import RestrictionKind
from bbs.ids import BoardId, ThreadId, new_id
from bbs_client.actions.doing import Doing, Typed
from bbs_client.actions.forms import FormField
from bbs_client.actions.surface import Surface

MINUTES = FormField(
    name="minutes",
    label="minutes",
    help="How many minutes pass between two posts or lines of the same member: 1 to 1440.",
    now="10",
    least=1,
    most=limits.SLOW_SECONDS_MAX // 60,
)

DAYS = FormField(
    name="days",
    label="days",
    help=f"For how many days: 1 to {limits.CALM_DAYS_MAX}; again only a week after its end.",
    now="1",
    least=1,
    most=limits.CALM_DAYS_MAX,
)


def slowing(surface: Surface, board: BoardId, thread: ThreadId | None = None) -> dict[str, Doing]:
    """Return what slows a place down, or ends that.

    Args:
        thread: The thread that is slowed down; None for the whole board.
    """
    session = surface.session
    found = session.cache.restrictions(board, thread, session.cache.time())
    if any(each.kind is RestrictionKind.PACED and each.thread == thread for each in found):

        def end(typed: Typed) -> EndSlow:
            return EndSlow(board=board, thread=thread, reason=typed["reason"], op=new_id())

        return {"end-slow": Doing("Members write as often as they like again.", "Ended for", end)}

    def slow(typed: Typed) -> SlowDown:
        return SlowDown(
            board=board,
            thread=thread,
            seconds=int(typed["minutes"]) * 60,
            until=session.now() + timedelta(days=int(typed["days"])),
            reason=typed["reason"],
            op=new_id(),
        )

    where = "there" if thread is None else "in it"
    says = f"Everybody writes {where} only once in some minutes, for some days."
    return {"slow": Doing(says, "Slowed down:", slow, (MINUTES, DAYS))}
