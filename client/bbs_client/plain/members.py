"""Members, presence and invitations in lines."""

from bbs.clock import to_ms
from bbs.errors import FolkmootError
from bbs.features.members.about_messages import GetProfile
from bbs.features.members.author_text import author_id, author_name, member_name
from bbs.features.members.views import Author, Member, MemberState
from bbs.features.presence.messages import GetPresence, SetPresence
from bbs.terminal.member_text import HOST_DUTY, describe_away, describe_host
from bbs.terminal.state_text import MEMBER_STATES
from bbs_client.actions.inviting import InvitationQuestion, InvitationRow
from bbs_client.plain.here import Here
from bbs_client.plain.lines import Lines, choose
from bbs_client.safe_text import board_title, describe_error
from bbs_client.session.standing import shared_boards


async def tell_presence(here: Here) -> None:
    """Print who is here; show or hide the reader while this visit lasts (P11)."""
    connection = here.session.connection
    if here.given:
        connection.set_presence(here.given == "seen")
        shown = await connection.call(SetPresence(visible=connection.visible))
    else:
        shown = await connection.call(GetPresence())
    members = here.session.members
    names = [member_name(each, members) for each in shown.members]
    here.lines.tell(
        f"Here and seen: {', '.join(names)}." if names else "No member shows as present."
    )
    seen = (members[each] for each in shown.members if each in members)
    here.lines.tell(*(f"{each.label}: {away}" for each in seen if (away := _away(here, each))))


def tell_members(here: Here) -> None:
    """List the members by their handles."""
    members = (one for one in here.session.members.values() if not one.has_left)
    ordered = sorted(members, key=lambda one: (one.handle or "~", one.id))
    here.lines.tell(*(_about(here, member) for member in ordered))


async def tell_author(here: Here, author: Author) -> None:
    """Print what is known of an author: of a member, their page."""
    session = here.session
    found = session.members.get(author_id(author) or "")
    if found is None:
        here.lines.tell(author_name(author, session.members))
        return
    here.lines.tell(_about(here, found))
    now, day = to_ms(session.now()), session.times.day
    if found.joined_at is not None:
        here.lines.tell(f"Member since {day(found.joined_at)}.")
    if found.invited_by is not None:
        name = member_name(found.invited_by, session.members)
        here.lines.tell(f"Invited by {describe_host(found, now, name, day)}.")
    if boards := [board_title(board) for board in shared_boards(session, found.id)]:
        here.lines.tell(f"Sits on {', '.join(boards)}.")
    if found != session.me and found.handle is not None:
        here.lines.tell(f"letter {found.handle} opens a letter with them, or asks for one.")
    try:
        shown = await session.connection.call(GetProfile(member=found.id))
    except FolkmootError as error:
        here.lines.tell(f"Profile: {describe_error(error)}")
        return
    if shown.text:
        here.lines.tell("", *shown.text.split("\n"))


def _away(here: Here, member: Member) -> str:
    return describe_away(member, to_ms(here.session.now()), here.session.times.day)


def _about(here: Here, member: Member) -> str:
    """Return a member as a line: handle, name, and what else holds of them."""
    waits = MEMBER_STATES[member.state] if member.state is MemberState.WAITING else ""
    sysop = "runs this server" if member.sysop else ""
    parts = (member.name, waits, sysop, _away(here, member))
    return f"{member.label}: {', '.join(filter(None, parts))}"


async def tell_invitation(lines: Lines, question: InvitationQuestion) -> None:
    """Print the effect of the invitation whose link was printed; draw its code only if wanted."""
    lines.tell("Send this link to whom you invite. Only you see it, and only now.", question.says)
    lines.tell(HOST_DUTY)
    if lines.interactive and await lines.ask_yes("Show it as a QR code, too?"):
        from bbs.terminal.qr import qr_rows

        lines.tell(*qr_rows(question.link))


async def ask_invitations(lines: Lines, rows: tuple[InvitationRow, ...]) -> InvitationRow | None:
    """Print the reader's invitations, and ask which open one to revoke."""
    lines.tell(*(row.says for row in rows if not row.is_open))
    found = {row: row.says for row in rows if row.is_open}
    if not found:
        lines.tell("None is open any more.")
        return None
    lines.tell("Open, to be revoked:")
    chosen: InvitationRow | None = await choose(lines, found)
    return chosen
