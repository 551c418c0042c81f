"""About one member: only the facts that every other member may know (P2, P11)."""

from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content

from bbs.features.members.author_text import member_name
from bbs.features.members.views import (
    AssemblyAuthor,
    Author,
    FormerAuthor,
    ImportedAuthor,
    Member,
    MemberAuthor,
)
from bbs.features.reading.views import Stance
from bbs_client.actions.action import KeyScope
from bbs_client.keys import bindings, key_of
from bbs_client.safe_text import handle_of, safe_line
from bbs_client.session.session import Session
from bbs_client.widgets import times
from bbs_client.widgets.dialog import TextDialog, facts
from bbs_client.widgets.safe_content import safe_content

_OTHERS = {
    FormerAuthor: "Somebody who left. Nothing else is known of them.",
    ImportedAuthor: "A name that came with an import. Nobody can sign in as it.",
    AssemblyAuthor: "The members together, by a proposal that passed.",
}


class MemberInfo(TextDialog[Stance]):
    """Shows an author. Answers with the reader's choice: to follow or to mute them."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(KeyScope.READING, only=("follow", "mute"))

    def __init__(self, session: Session, author: Author) -> None:
        """Show an author.

        Args:
            session: The session with members and time.
            author: The author, a member or not.
        """
        member = session.members.get(author.id) if isinstance(author, MemberAuthor) else None
        if member is not None:
            text = _about(session, member)
        elif isinstance(author, MemberAuthor):
            text = Content("A member this device does not know yet.")
        else:
            text = Content(_OTHERS.get(type(author), "The server itself, acting by its rules."))
        super().__init__(Content(handle_of(author, session.members)), text)
        self._is_other = member is not None and member != session.me
        if self._is_other:
            self.extra_keys = ((key_of("follow"), "follow"), (key_of("mute"), "mute"))

    def action_follow(self) -> None:
        """Follow them, or stop that."""
        if self._is_other:
            self.dismiss(Stance.FOLLOW)

    def action_mute(self) -> None:
        """Mute them, or stop that."""
        if self._is_other:
            self.dismiss(Stance.MUTE)


def _about(session: Session, member: Member) -> Content:
    rows: list[tuple[str, str | Content]] = [
        ("handle", f"@{safe_line(member.handle, '?')}"),
        ("name", safe_line(member.name, "none")),
    ]
    if member.joined_at is not None:
        rows.append(("joined", times.day(member.joined_at, session.now(), session.zone)))
    if member.invited_by is not None:
        rows.append(("invited by", safe_line(member_name(member.invited_by, session.members))))
    if member.sysop:
        rows.append(("sysop", "runs this server"))
    stance = session.cache.stances("member").get(member.id)
    if stance is not None:
        rows.append(("for you", "followed" if stance is Stance.FOLLOW else "muted"))
    if member.id in session.cache.here:
        rows.append(("here", "now, and chose to be seen"))
    boards = [
        row.board
        for row in session.cache.boards()
        if any(seat.member == member.id for seat in session.cache.seats(row.board.id))
    ]
    if boards:
        names = (safe_content(board.title or board.slug) for board in boards)
        rows.append(("sits on", Content(", ").join(names)))
    return facts(rows)
