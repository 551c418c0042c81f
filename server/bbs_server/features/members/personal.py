"""The personal data that the feature of members stores."""

from collections.abc import Iterator

from bbs.features.members.views import Member
from bbs.ids import MemberId
from bbs_server.features.members import (
    about_records,
    credentials,
    events,
    leavers,
    leaving_accounts,
    records,
)
from bbs_server.forgetting import blank
from bbs_server.handler_api import Context
from bbs_server.outcome import CloseSessions
from bbs_server.personal import ExportKey, GivenRow, Leaving, OwnedRows, PersonalData, Section
from bbs_server.slices import Slice
from bbs_server.store.api import Tx


def give_member(tx: Tx, ctx: Context, after: ExportKey | None) -> Iterator[GivenRow | None]:
    """Yield the actor as every other member sees them: a single row."""
    if after is None:
        yield GivenRow((0,), records.get_member(tx, ctx, ctx.member, own=True))


def give_profile(tx: Tx, ctx: Context, after: ExportKey | None) -> Iterator[GivenRow | None]:
    """Yield the text of the actor's profile, if there is one."""
    text = about_records.find_profile(tx, ctx.member)
    if after is None and text is not None:
        yield GivenRow((0,), {"text": text})


def give_codes(tx: Tx, ctx: Context, after: ExportKey | None) -> Iterator[GivenRow | None]:
    """Yield how many recovery codes are left; the server does not store the codes themselves."""
    if after is None:
        yield GivenRow((0,), {"left": credentials.count_codes(tx, ctx.member)})


def give_guests(tx: Tx, ctx: Context, after: ExportKey | None) -> Iterator[GivenRow | None]:
    """Yield the members who joined with an invitation of the actor's, in the order they joined."""
    rows = tx.fetch_all(
        "SELECT n, id, handle FROM members WHERE invited_by = ? AND n > ? ORDER BY n",
        *(ctx.member, *(after or (-1,))),
    )
    for n, member, handle in rows:
        shown = handle if leavers.namable(tx, member) else None
        yield GivenRow((n,), {"member": member, "handle": shown})


def forget_sessions(tx: Tx, ctx: Context, member: MemberId, place: str) -> Slice:
    """End the sessions of a member, and their connections; no event is left of it."""
    ended = credentials.end_all_sessions(tx, member)
    return Slice(None, (CloseSessions(ended),) if ended else ())


def forget_account(tx: Tx, ctx: Context, member: MemberId, place: str) -> Slice:
    """Erase all of an account but its handle, which stays taken; nobody signs in to it any more."""
    handle = records.close_account(tx, ctx, member)
    return Slice(None, () if handle is None else (events.changed(tx, ctx, member),))


SECTIONS = (
    Section(
        name="member",
        about="You, as every other member sees you: handle, name, when you joined, who invited you,"
        " and your away line until it ends.",
        rows=give_member,
        shows=Member,
    ),
    Section(
        name="profile",
        about="What you say of yourself on your page; members with a seat can read it.",
        rows=give_profile,
        shows=("text",),
    ),
    Section(
        name="names",
        about="The forms of your names that nobody else may take, because they look alike.",
        rows=OwnedRows(
            table="names", owner="member", key=("skeleton",), columns=("skeleton", "kind")
        ),
    ),
    Section(
        name="sessions",
        about="Your devices and tokens, without their secrets.",
        rows=OwnedRows(
            table="sessions",
            owner="member",
            key=("n",),
            columns=(
                *("n", "id", "label", "token", "powers", "boards", "items_per_hour"),
                *("idle_until", "ends_at"),
            ),
            numbers=("n",),
            times=("idle_until", "ends_at"),
        ),
    ),
    Section(
        name="keys",
        about="The public keys with which your devices sign in.",
        rows=OwnedRows(
            table="keys",
            owner="member",
            key=("key",),
            columns=("key", "device", "session", "added", "revoked"),
            times=("added", "revoked"),
        ),
    ),
    Section(
        name="known_devices",
        about="The devices on which you have signed in: a stranger's wrong guesses do not stop them.",
        rows=OwnedRows(
            table="known_devices",
            owner="member",
            key=("n",),
            columns=("n", "session"),
            numbers=("n",),
        ),
    ),
    Section(
        name="recovery_codes",
        about="How many recovery codes you have left.",
        rows=give_codes,
        shows=("left",),
    ),
    Section(
        name="invitations",
        about="The invitations you made, without their codes.",
        rows=OwnedRows(
            table="invitations",
            owner="by",
            key=("n",),
            columns=(
                *("n", "id", "uses_left", "made_at", "expires_at", "revoked", "sysop"),
                "note_text",
            ),
            numbers=("n",),
            times=("made_at", "expires_at"),
        ),
    ),
    Section(
        name="guests",
        about="The members who came with an invitation of yours.",
        rows=give_guests,
        shows=("member", "handle"),
    ),
)

PERSONAL = (
    PersonalData(
        column="members.id",
        what="your account",
        sections=("member", "profile"),
        leaving=Leaving.FORMER,
        why="the handle stays taken, so that nobody else answers to it; all else of the row goes",
        words=("handle_text", "name_text", "away_text", "profile_text"),
        secrets=("password",),
        forget=forget_account,
        chosen=leaving_accounts.choose_account,
    ),
    PersonalData(
        column="members.invited_by",
        what="that a member came with your invitation",
        sections=("guests",),
        leaving=Leaving.GOES,
        why="who has left vouches for nobody",
        forget=blank("members.invited_by"),
    ),
    PersonalData(
        column="resting_members.member",
        what="that your handle rests, because you left and words stand under it",
        why_not="nobody is left who could export it",
        leaving=Leaving.STAYS,
        why="nobody else answers to the handle as long as any stand there",
    ),
    PersonalData(
        column="names.member",
        what="a form of your handle or name",
        sections=("names",),
        leaving=Leaving.STAYS,
        why="the forms of the handle stay taken; those of the name go",
    ),
    PersonalData(
        column="sessions.member",
        what="a device or token of yours",
        sections=("sessions",),
        leaving=Leaving.GOES,
        why="nobody signs in with it any more",
        words=("label",),
        secrets=("token_hash",),
        forget=forget_sessions,
    ),
    PersonalData(
        column="keys.member",
        what="a public key of a device of yours",
        sections=("keys",),
        leaving=Leaving.GOES,
        why="nobody signs in with it any more",
        words=("device",),
    ),
    PersonalData(
        column="known_devices.member",
        what="a device on which you have signed in",
        sections=("known_devices",),
        leaving=Leaving.GOES,
        why="nobody signs in there any more",
        secrets=("token_hash",),
    ),
    PersonalData(
        column="recovery_codes.member",
        what="a recovery code, as a digest",
        sections=("recovery_codes",),
        leaving=Leaving.GOES,
        why="there is no account to recover",
        secrets=("code_hash",),
    ),
    PersonalData(
        column="invitations.by",
        what="an invitation that you made",
        sections=("invitations",),
        leaving=Leaving.GOES,
        why="an open one is revoked; your note is yours",
        words=("note_text",),
        secrets=("code_hash",),
    ),
)
