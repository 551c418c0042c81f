"""Shows who is here and chose to be seen; hidden members look like absent ones (P11)."""

from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from bbs.clock import to_ms
from bbs.terminal.member_text import describe_away
from bbs_client.hues import member_hue
from bbs_client.safe_text import safe_line
from bbs_client.session.session import Session
from bbs_client.widgets.block_view import BlockView
from bbs_client.widgets.dialog import Dialog


class HereList(BlockView):
    """One row for each member who is here, by handle."""

    EMPTY = "Nobody who wants to be seen is here."

    def __init__(self, session: Session) -> None:
        """Make an empty list."""
        super().__init__()
        self._session = session

    def reload(self) -> None:
        """Read the set again."""
        members = self._session.members
        here = [members[id] for id in self._session.cache.here if id in members]
        self.set_keys(member.id for member in sorted(here, key=lambda member: member.handle or ""))

    def draw(self, index: int, width: int) -> list[Content]:
        """Return handle, name and away line."""
        session, member = self._session, self._session.members[self.keys[index]]
        away = describe_away(member, to_ms(session.now()), session.times.day)
        row = Content.assemble(
            (safe_line(member.handle, "?"), member_hue(member.id)),
            (f"  {safe_line(member.name)}", "dim"),
            (f"  {safe_line(away)}" if away else "", "$quiet"),
        )
        return [row.truncate(width, ellipsis=True)]


class WhoIsHere(Dialog[str]):
    """The list, and a switch for the reader's own presence. Answers a chosen member's id."""

    BINDINGS: ClassVar[list[BindingType]] = [("v", "change")]
    extra_keys = (("v", "be seen or not"),)

    def __init__(self, session: Session) -> None:
        """Show who is here.

        Args:
            session: The session with the set and the names.
        """
        self._list, self._oneself = HereList(session), Static("", markup=False)
        super().__init__(Content("Who is here"), self._list, self._oneself, classes="tall")
        self._session = session

    def on_mount(self) -> None:
        """Fill it."""
        self.refresh_live()

    def refresh_live(self) -> None:
        """Show the set as it is now."""
        self._list.reload()
        if not self._session.online:
            says = "You are offline: the list is empty until you are back."
        elif self._session.connection.visible:
            says = "You are seen, until you disconnect or press v."
        else:
            says = "You are not seen. Press v to be seen."
        self._oneself.update(Content(says))

    def action_change(self) -> None:
        """Show or hide the reader."""
        connection = self._session.connection
        connection.set_presence(not connection.visible)
        self.refresh_live()

    def chosen(self, key: str) -> None:
        """Answer with the member."""
        self.dismiss(key)
