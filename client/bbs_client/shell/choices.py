"""What one chooses for oneself alone: follow, mute, put aside, one's own order of boards (P1, P2)."""

from typing import TYPE_CHECKING

from textual.content import Content

from bbs.errors import FolkmootError
from bbs.features.reading.views import (
    Folder,
)
from bbs.ids import BoardId
from bbs_client.features.boards.arrangement import moved, put_into
from bbs_client.safe_text import describe_error
from bbs_client.shell.part import Part
from bbs_client.widgets.safe_content import safe_content

if TYPE_CHECKING:
    from bbs_client.mirror.changes import Choosing


class Choices(Part):
    """The keys that choose. Nobody else is told of any of it."""

    def choose(self, command: "Choosing") -> bool:
        """Make a choice, here at once; tell whether it was kept."""
        try:
            self.session.connection.choose(command)
        except FolkmootError as error:
            self.tell(describe_error(error), warn=True)
            return False
        self.refresh_all()
        return True

    # The reader's own order

    def action_board_up(self) -> None:
        """Move the board under the cursor up in one's own order."""
        self._move(down=False)

    def action_board_down(self) -> None:
        """Move the board under the cursor down in one's own order."""
        self._move(down=True)

    def _move(self, *, down: bool) -> None:
        row = self.board()
        if row is None:
            return
        order = moved(self.boards.shelves, row.board.id, down=down)
        if order == tuple(self.boards.shelves):
            self.tell(f"This board is already {'last' if down else 'first'} in your order.")
        else:
            self._arrange(order, row.board.id)

    def action_folder(self) -> None:
        """Put the board under the cursor into a folder, or take it out."""
        from bbs_client.features.boards.folder import FolderDialog

        row = self.board()
        if row is None:
            return
        board = row.board.id
        names = [folder.name for folder in self.boards.shelves if folder.name is not None]

        def answered(name: str | None) -> None:
            if name is not None:
                self._arrange(put_into(self.boards.shelves, board, name or None), board)

        self.app.push_screen(
            FolderDialog(Content("Folder of ") + safe_content(row.board.title), names), answered
        )

    def _arrange(self, folders: tuple[Folder, ...], board: BoardId) -> None:
        from bbs.features.reading.messages import ArrangeBoards

        if self.choose(ArrangeBoards(folders=folders)):
            self.boards.go_to(board)
