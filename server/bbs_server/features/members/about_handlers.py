"""What members say of themselves: away lines and profiles."""

from bbs.clock import to_ms
from bbs.features.members.about import check_away, check_profile, check_purge
from bbs.features.members.about_messages import (
    AboutPurged,
    ClearAway,
    ClearProfile,
    GetProfile,
    MemberProfile,
    PurgeAbout,
    SetAway,
    SetProfile,
)
from bbs.features.members.views import MemberResult
from bbs.features.moderation.messages import Thing, ThingKind
from bbs.messages import Done
from bbs.refusals import NotFound
from bbs.streams import COMMONS_STREAM
from bbs_server.features.members import about_records, events, leavers, records
from bbs_server.handler_api import Context
from bbs_server.outcome import UNCHANGED, Did, EraseNow, Outcome
from bbs_server.store.api import Tx
from bbs_server.store.event_log import heads


def get_profile(tx: Tx, ctx: Context, query: GetProfile) -> MemberProfile:
    """Return what a member says of themselves."""
    if records.find_member(tx, ctx, query.member) is None:
        raise NotFound("member")
    gone = records.removed(tx) | leavers.find_left(tx).keys()
    is_hidden = query.member in gone and query.member != ctx.member
    text = None if is_hidden else about_records.find_profile(tx, query.member)
    return MemberProfile(member=query.member, text=text, as_of=heads(tx, [COMMONS_STREAM]))


def set_profile(tx: Tx, ctx: Context, command: SetProfile) -> Outcome[MemberProfile]:
    """Store the actor's profile. There is no event: clients ask for it when they show it."""
    check_profile(command.text)
    if about_records.find_profile(tx, ctx.member) != command.text:
        about_records.set_profile(tx, ctx, ctx.member, command.text)
    return Outcome(MemberProfile(member=ctx.member, text=command.text))


def clear_profile(tx: Tx, ctx: Context, command: ClearProfile) -> Outcome[Done]:
    """Erase the actor's profile (P9)."""
    about_records.set_profile(tx, ctx, ctx.member, None)
    return Outcome(Done())


def set_away(tx: Tx, ctx: Context, command: SetAway) -> Outcome[MemberResult]:
    """Store the actor's away line, and publish it on the commons."""
    until = to_ms(command.until)
    check_away(command.text, until, ctx.now)
    now = records.get_member(tx, ctx, ctx.member)
    if (now.away, now.away_until) == (command.text, command.until):
        return Outcome(MemberResult(member=now))
    about_records.set_away(tx, ctx, ctx.member, command.text, until)
    return _changed(tx, ctx)


def clear_away(tx: Tx, ctx: Context, command: ClearAway) -> Outcome[MemberResult]:
    """Erase the actor's away line, and publish that on the commons if it was still in force (P9)."""
    now = records.get_member(tx, ctx, ctx.member)
    if now.away_until is None:
        # Nobody shows a line that is over. Without an event the revision stays, too.
        about_records.erase_away(tx, ctx.member)
        return Outcome(MemberResult(member=now))
    about_records.set_away(tx, ctx, ctx.member, None, None)
    return _changed(tx, ctx)


def purge_about(tx: Tx, ctx: Context, command: PurgeAbout) -> Outcome[AboutPurged]:
    """Erase what a member says of themselves, and log by which law; its act tells the member."""
    check_purge(command.law, command.reason)
    found = records.find_member(tx, ctx, command.member)
    if found is None:
        raise NotFound("member")
    was_away = found.away_until is not None
    row = about_records.purge(tx, command.member, was_away=was_away)
    done = AboutPurged(profile=row.profile_text is not None, away=row.away_text is not None)
    if not (done.profile or done.away):
        return Outcome(done, act=UNCHANGED)
    act = Did(
        thing=Thing(kind=ThingKind.MEMBER),
        about=command.member,
        law=command.law,
        reason=command.reason,
    )
    told = (events.changed(tx, ctx, command.member),) if was_away else ()
    return Outcome(done, (*told, EraseNow()), act=act)


def _changed(tx: Tx, ctx: Context) -> Outcome[MemberResult]:
    shown = records.get_member(tx, ctx, ctx.member)
    return Outcome(MemberResult(member=shown), (events.changed(tx, ctx, ctx.member),))
