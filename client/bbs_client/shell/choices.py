"""What one chooses for oneself alone: follow, mute, put aside, one's own order of boards (P1, P2)."""

from typing import TYPE_CHECKING

from textual.content import Content

from bbs.errors import FolkmootError
from bbs.features.reading.views import (
    BoardChoice,
    Folder,
    MemberChoice,
    NotificationLevel,
    Stance,
    ThreadChoice,
)
from bbs.ids import BoardId, MemberId
from bbs_client.features.boards.arrangement import moved, put_into
from bbs_client.keys import Pane
from bbs_client.safe_text import describe_error, safe_line
from bbs_client.shell.round import Rounds
from bbs_client.widgets.safe_content import safe_content

if TYPE_CHECKING:
    from bbs_client.mirror.changes import Choosing

_TOLD = {
    Stance.FOLLOW: "You follow {}: what is new there comes early in your rounds.",
    Stance.MUTE: "{} is muted, for you alone: it is in no round and no count.",
    Stance.NONE: "{} is as before: neither followed nor muted.",
}


class Choices(Rounds):
    """The keys that choose. Nobody else is told of any of it."""

    def action_follow(self) -> None:
        """Follow the thread or board under the cursor, or no longer."""
        self._stand(Stance.FOLLOW)

    def action_mute(self) -> None:
        """Mute the thread or board under the cursor, or no longer."""
        self._stand(Stance.MUTE)
        if self.pane is Pane.THREAD and self.walk is not None:
            self.read_on()

    def _stand(self, wanted: Stance) -> None:
        from bbs.features.reading.messages import SetBoardChoice, SetThreadChoice

        choices = self.session.cache.choices()
        if self.pane is Pane.BOARDS:
            row = self.boards.current_board()
            if row is None:
                return
            known = choices.get(("board", row.board.id))
            stance = _turned(known, wanted)
            name = safe_line(row.board.title, "This board")
            command: Choosing = SetBoardChoice(board=row.board.id, stance=stance)
        else:
            thread = self._thread_here()
            found = self.session.cache.thread(thread) if thread else None
            if found is None:
                return
            stance = _turned(choices.get(("thread", found.thread.id)), wanted)
            name = safe_line(found.thread.title, "This thread")
            command = SetThreadChoice(thread=found.thread.id, stance=stance)
        if self.choose(command):
            self.tell(_TOLD[stance].format(name))

    def stand_to(self, member: MemberId, wanted: Stance) -> None:
        """Follow or mute a member, or no longer. They are never told.

        Args:
            member: Who.
            wanted: Follow or mute; where it stands so already, neither.
        """
        from bbs.features.reading.messages import SetMemberChoice

        stance = _turned(self.session.cache.choices().get(("member", member)), wanted)
        known = self.session.members.get(member)
        if self.choose(SetMemberChoice(member=member, stance=stance)):
            self.tell(
                _TOLD[stance].format(f"@{safe_line(known.handle if known else None, 'member')}")
            )

    def choose(self, command: "Choosing") -> bool:
        """Make a choice, here at once; tell whether it was kept."""
        try:
            self.session.connection.choose(command)
        except FolkmootError as error:
            self.tell(describe_error(error), warn=True)
            return False
        self.refresh_all()
        return True

    def action_level(self) -> None:
        """Choose what of this board calls for attention: all, mentions, or nothing."""
        from bbs.features.reading.messages import SetBoardChoice
        from bbs_client.features.boards.level import LevelDialog

        row = self.board()
        if row is None:
            return
        board = row.board.id
        known = self.session.cache.choices().get(("board", board))
        now = known.level if isinstance(known, BoardChoice) else BoardChoice(board=board).level

        def answered(level: NotificationLevel | None) -> None:
            if level is not None and self.choose(SetBoardChoice(board=board, level=level)):
                self.tell(f"Notices of this board: {level.value}.")

        self.app.push_screen(LevelDialog(safe_content(row.board.title), now), answered)

    # Put aside

    def action_save(self) -> None:
        """Put the post under the cursor aside, or let it go again."""
        from bbs.features.reading.messages import SavePost

        post = self.post_here()
        if post is None:
            return
        saved = not self.session.is_saved(post)
        if self.choose(SavePost(post=post.id, saved=saved)):
            where = self.session.address(post)
            self.tell(f"{where} is saved, for you alone." if saved else f"{where} is let go.")

    # One's own order

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


def _turned(known: object, wanted: Stance) -> Stance:
    """Return what a key makes of a stance: what it asks for, or nothing where that stands already."""
    now = known.stance if isinstance(known, ThreadChoice | BoardChoice | MemberChoice) else None
    return Stance.NONE if now is wanted else wanted
