"""About one member: what every other member may know of them, and no more (P2, P11)."""

from textual.content import Content

from bbs.features.members.views import (
    AssemblyAuthor,
    Author,
    FormerAuthor,
    ImportedAuthor,
    Member,
    MemberAuthor,
)
from bbs_client.widgets import times
from bbs_client.widgets.dialog import TextDialog
from bbs_client.widgets.house import House
from bbs_client.widgets.words import handle_of, line, say

_OTHERS = {
    FormerAuthor: "Somebody who left. Nothing else is known of them.",
    ImportedAuthor: "A name that came with an import. Nobody can sign in as it.",
    AssemblyAuthor: "The members together, by a proposal that passed.",
}


class MemberInfo(TextDialog):
    """Who wrote something."""

    def __init__(self, house: House, author: Author) -> None:
        """Show an author.

        Args:
            house: Where members and the time come from.
            author: Whoever wrote it, member or not.
        """
        member = house.members.get(author.id) if isinstance(author, MemberAuthor) else None
        heading = Content(handle_of(author, house.members))
        if member is not None:
            super().__init__(heading, _about(house, member))
        elif isinstance(author, MemberAuthor):
            super().__init__(heading, Content("A member this device does not know yet."))
        else:
            says = _OTHERS.get(type(author), "The server itself, acting by its rules.")
            super().__init__(heading, Content(says))


def _about(house: House, member: Member) -> Content:
    rows = [("handle", f"@{line(member.handle, '?')}"), ("name", line(member.name, "none"))]
    if member.joined_at is not None:
        rows.append(("joined", times.day(member.joined_at, house.now(), house.zone)))
    if member.invited_by is not None:
        host = house.members.get(member.invited_by)
        rows.append(("invited by", f"@{line(host.handle if host else None, 'a member')}"))
    if member.sysop:
        rows.append(("sysop", "runs this server"))
    if member.id in house.cache.here:
        rows.append(("here", "now, and chose to be seen"))
    boards = [
        row.board
        for row in house.cache.boards()
        if any(seat.member == member.id for seat in house.cache.seats(row.board.id))
    ]
    parts: list[Content | str | tuple[str, str]] = []
    for label, value in rows:
        parts += [(f"{label:<14}", "$quiet"), f"{value}\n"]
    if boards:
        parts.append((f"{'sits on':<14}", "$quiet"))
        parts.append(Content(", ").join(say(board.title or board.slug) for board in boards))
    return Content.assemble(*parts)
