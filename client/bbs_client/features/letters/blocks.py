"""The page of the members whom the reader blocks from asking for letters."""

from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from bbs.features.members.author_text import full_name, member_name
from bbs.features.members.views import MemberAuthor
from bbs.ids import MemberId
from bbs_client.actions.blocks import BLOCKS_ABOUT, NO_BLOCKS
from bbs_client.hues import member_hue
from bbs_client.safe_text import safe_line
from bbs_client.session.session import Session
from bbs_client.widgets.block_view import BlockView
from bbs_client.widgets.page import Page


class BlockList(BlockView):
    """A row for each member."""

    EMPTY = NO_BLOCKS

    def __init__(self, session: Session) -> None:
        """Make an empty list.

        Args:
            session: The session with the members.
        """
        super().__init__()
        self._session = session

    def reload(self) -> None:
        """Read again whom the reader blocks."""
        self.set_keys(self._session.cache.blocks())

    def draw(self, index: int, width: int) -> list[Content]:
        """Return a member: handle and name."""
        member, members = self.keys[index], self._session.members
        name = safe_line(full_name(MemberAuthor(id=member), members))
        handle = (safe_line(member_name(member, members)), member_hue(member))
        return [Content.assemble(handle, f"  {name}").truncate(width, ellipsis=True)]


class BlocksPage(Page[MemberId]):
    """The members; answers with whom to unblock."""

    BINDINGS: ClassVar[list[BindingType]] = [("x", "unblock")]
    extra_keys = (("x", "unblock"),)

    def __init__(self, session: Session) -> None:
        """Show whom the reader blocks.

        Args:
            session: The session of the community.
        """
        self._list = BlockList(session)
        about = Static(BLOCKS_ABOUT, classes="about", markup=False)
        super().__init__(session, "Blocked", about, self._list)

    def on_mount(self) -> None:
        """Fill the list."""
        super().on_mount()
        self.refresh_live()
        self._list.focus()

    def refresh_live(self) -> None:
        """Show whom the reader blocks now."""
        self._list.reload()

    def action_unblock(self) -> None:
        """Answer with the member under the cursor."""
        if self._list.current is not None:
            self.dismiss(self._list.current)

    def chosen(self, key: str) -> None:
        """Answer with the member."""
        self.dismiss(key)
