"""The invitations that the reader made: who can still join by them."""

from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from bbs.terminal.member_text import HOST_DUTY
from bbs_client.actions.inviting import InvitationRow, InvitationsQuestion
from bbs_client.session.session import Session
from bbs_client.widgets.block_view import BlockView
from bbs_client.widgets.page import Page
from bbs_client.widgets.rows import aligned

_STATE_COLUMNS = 16


class InvitationList(BlockView):
    """A row for each invitation, newest first."""

    def __init__(self, rows: tuple[InvitationRow, ...]) -> None:
        """Make the list."""
        super().__init__()
        self.rows = {row.id: row for row in rows}

    def on_mount(self) -> None:
        """Show the invitations."""
        self.set_keys(self.rows)

    def draw(self, index: int, width: int) -> list[Content]:
        """Return an invitation: its state, the note, and its end if it is open."""
        row = self.rows[self.keys[index]]
        state = Content(row.state).truncate(_STATE_COLUMNS, ellipsis=True, pad=True)
        said = Content.assemble(state, " ", row.note)
        if row.is_open:
            return [aligned(said, f"until {row.until}", width)]
        return [said.stylize("dim").truncate(width, ellipsis=True)]


class InvitationsPage(Page[InvitationRow]):
    """The list; answers with the invitation to revoke."""

    BINDINGS: ClassVar[list[BindingType]] = [("x", "enter")]
    extra_keys = (("x", "revoke"),)

    def __init__(self, session: Session, question: InvitationsQuestion) -> None:
        """Show the invitations.

        Args:
            session: The session of the community.
            question: The invitations.
        """
        self._list = InvitationList(question.rows)
        about = Static(HOST_DUTY, classes="about", markup=False)
        super().__init__(session, "Invitations", about, self._list)

    def on_mount(self) -> None:
        """Begin in the list."""
        super().on_mount()
        self._list.focus()

    def chosen(self, key: str) -> None:
        """Answer with the invitation."""
        self.dismiss(self._list.rows[key])
