"""The office of sysop, handed on from a member to another (protocol 32.5)."""

from bbs.ids import COMMONS, MemberId
from bbs.powers import Office
from bbs.streams import desk_stream
from bbs_server.features.boards import events, offices, seat_records
from bbs_server.handler_api import Context
from bbs_server.outcome import Effect, RecheckListeners
from bbs_server.store.api import Tx


def hand_on_sysop(tx: Tx, ctx: Context, heir: MemberId, act: str) -> tuple[Effect, ...]:
    """Hand the actor's office of sysop on; see `HandOverLookups.hand_on_sysop`."""
    old = ctx.member
    ends_moderation = _came_together(tx, old)
    for office in (Office.SYSOP, Office.VISITOR):
        tx.execute("DELETE FROM offices WHERE member = ? AND office = ?", old, office.value)
    effects: list[Effect] = []
    if ends_moderation:
        offices.end_moderation(tx, COMMONS, old)
        effects += _seat_changed(tx, ctx, old, moderator=False)
    moderates = offices.moderates(tx, ctx.now, COMMONS, heir)
    given = (Office.SYSOP,) if moderates else (Office.SYSOP, Office.MODERATOR)
    for office in given:
        offices.give_office(tx, ctx.proven_now, COMMONS, heir, office, act)
    effects += () if moderates else _seat_changed(tx, ctx, heir, moderator=True)
    return (*effects, RecheckListeners((desk_stream(COMMONS),), old))


def _came_together(tx: Tx, member: MemberId) -> bool:
    """Return whether a sysop moderates the commons by the act that made them sysop."""
    sql = "SELECT act FROM offices WHERE board = ? AND member = ? AND office = ?"
    rows = [
        tx.fetch_one(sql, COMMONS, member, office.value)
        for office in (Office.SYSOP, Office.MODERATOR)
    ]
    return None not in rows and rows[0] == rows[1]


def _seat_changed(tx: Tx, ctx: Context, member: MemberId, *, moderator: bool) -> tuple[Effect, ...]:
    seat = seat_records.find_seat(tx, ctx.now, COMMONS, member)
    if seat is None:
        return ()
    return events.seat_changed(seat_records.update_seat(tx, ctx.now, seat, moderator=moderator))
