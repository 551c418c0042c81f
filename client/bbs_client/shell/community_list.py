"""The communities of this device: what is new in each, and going to one."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.content import Content

from bbs.plural import counted
from bbs_client.safe_text import safe_line
from bbs_client.widgets.block_view import BlockView
from bbs_client.widgets.dialog import Dialog

if TYPE_CHECKING:
    from bbs_client.communities import CommunityRow

TITLE_COLUMNS = 26
PROFILE_COLUMNS = 24


class CommunityList(BlockView):
    """One row a community."""

    def __init__(self, rows: "Sequence[CommunityRow]", here: str) -> None:
        super().__init__()
        self._found = {row.name: row for row in rows}
        self._here = here

    def on_mount(self) -> None:
        """Show them, the cursor on the one that is shown."""
        self.set_keys(self._found)
        self.styles.height = len(self._found)
        self.jump(list(self._found).index(self._here) if self._here in self._found else 0)

    def draw(self, index: int, width: int) -> list[Content]:
        """Return a community: its name, the profile, and what is new."""
        row = self._found[self.keys[index]]
        mark = "• " if row.name == self._here else "  "
        title = Content(safe_line(row.title)).truncate(TITLE_COLUMNS, ellipsis=True, pad=True)
        news, role = ("not here yet", "dim") if row.unread is None else ("nothing new", "dim")
        if row.wrong:
            news, role = safe_line(row.wrong), "error"
        elif row.unread:
            news, role = counted(row.unread, "unread post"), "new"
        # By its profile: communities may call themselves alike.
        profile = Content(safe_line(row.name)).truncate(PROFILE_COLUMNS, ellipsis=True, pad=True)
        shown = Content.assemble(
            mark, title.stylize("strong"), " ", profile.stylize("name"), " ", (news, role)
        )
        return [shown.truncate(width, ellipsis=True)]


class CommunityChoice(Dialog[str]):
    """Answers the name of the profile to go to."""

    def __init__(self, rows: "Sequence[CommunityRow]", here: str) -> None:
        """Make the choice.

        Args:
            rows: The communities.
            here: The name of the one that is shown.
        """
        super().__init__(Content("Communities · each with its own session, mirror and drafts"))
        self._found = rows
        self._here = here

    def compose_body(self) -> ComposeResult:
        """Build the list."""
        yield CommunityList(self._found, self._here)

    def chosen(self, key: str) -> None:
        """Go there."""
        self.dismiss(key)
