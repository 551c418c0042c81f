"""Verbs about people and places: who is here, members, norms, seats."""

from bbs.errors import BadParams
from bbs.features.boards.messages import LeaveSeat
from bbs.features.members.author_text import author_name
from bbs.features.members.views import Member, MemberAuthor
from bbs.features.presence.messages import GetPresence, SetPresence
from bbs.ids import new_id
from bbs.streams import board_stream
from bbs.terminal import render
from bbs_client.actions import places
from bbs_client.plain.dialogs import norms_of
from bbs_client.plain.places import find_place
from bbs_client.plain.surface import PlainSurface


async def who(plain: PlainSurface, argument: str) -> None:
    """Tell who is here; let the visitor be seen, or not, while this visit lasts (P11)."""
    if argument not in ("", "seen", "hidden"):
        raise BadParams("who", "who, who seen or who hidden")
    if argument:
        plain.session.connection.set_presence(argument == "seen")
        shown = await plain.call(SetPresence(visible=argument == "seen"))
    else:
        shown = await plain.call(GetPresence())
    members = plain.session.members
    names = [author_name(MemberAuthor(id=each), members) for each in shown.members]
    plain.lines.tell(
        f"Here and seen: {', '.join(names)}." if names else "No member shows as present."
    )


async def members(plain: PlainSurface, _: str) -> None:
    """List the members in the order they joined (P1)."""
    for member in sorted(plain.session.members.values(), key=_joined):
        waiting = "" if member.state.value == "seated" else f" ({member.state.value})"
        sysop = " (runs this server)" if member.sysop else ""
        plain.lines.tell(f"{member.label}: {member.name or ''}{waiting}{sysop}")


async def member(plain: PlainSurface, handle: str) -> None:
    """Tell who a member is: the one of that handle, or who wrote what is here."""
    found = await find_place(plain.session, handle) if handle else None
    if found is None:
        thing = plain.thing_here()
        author = thing.author if thing is not None else None
        if isinstance(author, MemberAuthor):
            found = plain.session.members.get(author.id)
    if not isinstance(found, Member):
        raise BadParams("handle", "name a member, as in @ana, or read a post first")
    plain.lines.tell(member_line(found))


def member_line(found: Member) -> str:
    """Return who a member is, in a line."""
    sysop = ", runs this server" if found.sysop else ""
    return f"{found.label}: {found.name or ''}, {found.state.value}{sysop}"


def _joined(member: Member) -> tuple[float, str]:
    return member.joined_at.timestamp() if member.joined_at else 0.0, member.id


async def norms(plain: PlainSurface, _: str) -> None:
    """Read the norms of the board that is open."""
    found = await norms_of(plain, plain.board_here())
    plain.lines.tell_all(render.norms_lines(found, plain.lines.width))


async def seat(plain: PlainSurface, argument: str) -> None:
    """Take a seat after accepting the norms, or leave it (P5)."""
    if argument == "leave":
        board = plain.board_here().board.id
        plain.session.connection.submit(LeaveSeat(board=board, op=new_id()), board_stream(board))
        return
    place = await find_place(plain.session, argument) if argument else plain.here
    if isinstance(place, Member):
        raise BadParams("address", "name a board, or leave")
    with plain.aimed(place):
        await places.seat(plain, "")
