"""Verbs about people and places: who is here, members, norms, seats."""

from bbs.errors import BadParams
from bbs.features.boards.messages import Board, LeaveSeat, SeatState, TakeSeat
from bbs.features.members.author_text import author_name
from bbs.features.members.views import MemberAuthor
from bbs.features.norms.messages import GetNorms
from bbs.features.presence.messages import GetPresence, SetPresence
from bbs.sdk import lookup
from bbs.terminal import render
from bbs_client.plain.surface import PlainSurface


async def who(plain: PlainSurface, argument: str) -> None:
    """Tell who is here; be seen oneself, or not, while this visit lasts (P11)."""
    if argument in ("seen", "hidden"):
        shown = await plain.community.call(SetPresence(visible=argument == "seen"))
    elif argument:
        raise BadParams("who", "who, who seen or who hidden")
    else:
        shown = await plain.community.call(GetPresence())
    plain.here = shown.members
    names = [author_name(MemberAuthor(id=each), plain.news.members) for each in shown.members]
    plain.print_lines(
        f"Here and seen: {', '.join(names)}." if names else "No member shows as present."
    )


async def members(plain: PlainSurface, _: str) -> None:
    """List the members in the order they joined (P1)."""
    plain.news.members = await lookup.list_members(plain.community)
    for member in plain.news.members.values():
        waiting = "" if member.state.value == "seated" else f" ({member.state.value})"
        sysop = " (runs this server)" if member.sysop else ""
        plain.print_lines(f"{member.label}: {member.name or ''}{waiting}{sysop}")


async def norms(plain: PlainSurface, _: str) -> None:
    """Read the norms of the board one is on."""
    board = _board(plain)
    plain.tell_all(
        render.norms_lines(await plain.community.call(GetNorms(board=board.id)), plain.width)
    )


async def seat(plain: PlainSurface, argument: str) -> None:
    """Take a seat after accepting the norms (P5), or leave it."""
    board = _board(plain)
    if argument == "leave":
        left = await plain.community.call(LeaveSeat(board=board.id))
        plain.print_lines(_told(left.seat.state, board))
        return
    found = await plain.community.call(GetNorms(board=board.id))
    plain.print_lines(f"Norms of {board.label}, version {found.version}:")
    plain.tell_all(render.norms_lines(found, plain.width))
    answer = await plain.ask("Do you accept them? (yes or no)")
    if (answer or "").strip().lower() not in ("y", "yes"):
        plain.print_lines("You have taken no seat.")
        return
    shown = await plain.community.call(TakeSeat(board=board.id, norms_version=found.version))
    plain.print_lines(_told(shown.seat.state, board))


def _board(plain: PlainSurface) -> Board:
    if plain.board is None:
        raise BadParams("address", "open a board first; boards lists them")
    return plain.board


def _told(state: SeatState, board: Board) -> str:
    return {
        SeatState.SEATED: f"You have a seat on {board.label}.",
        SeatState.WAITING: f"{board.label} is full: you are on its waiting list.",
        SeatState.LEFT: f"You have no seat on {board.label} any more.",
        SeatState.OFFERED: f"A seat on {board.label} is offered to you.",
    }[state]
