"""What moderators do for everybody at once: a lock-down of the community, an urgent notice (P7, P8)."""

from bbs import limits
from bbs.features.community.notice_messages import GiveUrgentNotice
from bbs.features.moderation.calm_messages import EndLockDown, LockDown
from bbs.features.moderation.views import RestrictionKind
from bbs.ids import COMMONS, BoardId, new_id
from bbs_client.actions.doing import Doing, Typed
from bbs_client.actions.entering import entering
from bbs_client.actions.handing_over import handing_over
from bbs_client.actions.surface import Surface


def calming(surface: Surface, board: BoardId) -> dict[str, Doing]:
    """Return what moderators of a board do for everybody there; on the commons, for the community."""

    def notice(typed: Typed) -> GiveUrgentNotice:
        return GiveUrgentNotice(board=board, text=typed["reason"], op=new_id())

    says = "Everybody who sits there is told your reason at once, whatever they mute; once a month."
    doings = {"notice": Doing(says, "Everybody is told on", notice)}
    if board != COMMONS:
        return doings
    return doings | _locking_down(surface) | entering(surface) | handing_over(surface)


def _locking_down(surface: Surface) -> dict[str, Doing]:
    cache = surface.session.cache
    found = cache.banners(None, cache.time())
    if any(each.kind is RestrictionKind.LOCKED_DOWN for each in found):

        def end(typed: Typed) -> EndLockDown:
            return EndLockDown(reason=typed["reason"], op=new_id())

        return {"end-lock-down": Doing("Newcomers may join again.", "Newcomers may join", end)}

    def lock_down(typed: Typed) -> LockDown:
        return LockDown(reason=typed["reason"], op=new_id())

    says = (
        f"Nobody joins for {limits.LOCK_DOWN_HOURS} hours, and first posts wait for a moderator;"
        " invitations keep."
    )
    return {"lock-down": Doing(says, "Locked down:", lock_down)}
