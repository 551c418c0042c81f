"""Changing one's own words: editing, taking back, and what was not taken by the server."""

from typing import Any, Protocol, runtime_checkable

from textual.content import Content

from bbs.features.threads.views import ContentState, Line, Post
from bbs.ids import new_id
from bbs.messages import Command
from bbs.streams import lounge_stream
from bbs_client.keys import Pane
from bbs_client.safe_text import handle_of, safe_line
from bbs_client.session.destination import Destination, DestinationKind
from bbs_client.session.unsent import UnsentItem
from bbs_client.shell.writing import Writing


@runtime_checkable
class Waits(Protocol):
    """A view with things in it that are not sent yet."""

    def current_pending(self) -> UnsentItem | None:
        """Return the one the cursor is on; None for everything else."""
        ...


class Mending(Writing):
    """The keys for what is written already."""

    def action_edit(self) -> None:
        """Put one's own post in other words, or what has not left this device yet."""
        waiting = self.view.current_pending() if isinstance(self.view, Waits) else None
        if waiting is not None:
            self.take_back(waiting.id)
            return
        post = self.post_here(held=True)
        if post is None:
            return
        if not self.session.is_mine(post) or post.body is None:
            self.tell("Only your own posts can be edited, while their words are there.")
        elif self.ready(post.board):
            from bbs_client.session.orders import edit_destination

            row = self.session.cache.thread(post.thread)
            held = post.state is ContentState.HELD
            address = self.session.address(post) or "your held post"
            self.write(
                edit_destination(self.session, post),
                f"Edit {address}, without a trace while it is held"
                if held
                else f"Edit {address}; the wording before stays readable",
                title=(row.thread.title or "") if row else "",
                text=post.body,
            )

    # Taking back

    def action_withdraw(self) -> None:
        """Take one's own post or line back, after asking."""
        from bbs.features.threads.messages import Unsay, WithdrawPost

        if self.pane is Pane.LOUNGE:
            said = self.lounge.current_line()
            if said is not None and self._is_mine(said):
                self._ask_back("line", Unsay(line=said.id, op=new_id()), lounge_stream(said.board))
            return
        post = self.post_here(held=True)
        if post is not None and self._is_mine(post):
            self._ask_back(
                "post",
                WithdrawPost(post=post.id, op=new_id()),
                f"thread:{post.thread}",
                held=post.state is ContentState.HELD,
            )

    def _is_mine(self, thing: Post | Line) -> bool:
        mine = self.session.is_mine(thing) and thing.body is not None
        if not mine:
            self.tell("You can withdraw only your own text, and only while it is there.")
        return mine

    def _ask_back(
        self, what: str, command: Command[Any], queue: str, *, held: bool = False
    ) -> None:
        from bbs_client.widgets.dialog import Confirm

        def answered(yes: bool | None) -> None:
            if yes and self.submit(command, queue):
                self.tell("Taken back as soon as the server has it.")

        self.app.push_screen(
            Confirm(
                Content(f"Take this {what} back?"),
                "It was not published yet, and nothing of it stays. This cannot be undone."
                if held
                else "Every wording of it is erased for everybody; a marker stays. This cannot be undone.",
                yes="take back",
            ),
            answered,
        )

    # The outbox

    def action_outbox(self) -> None:
        """Show what waits and what was refused."""
        from bbs_client.shell.outbox import OutboxAnswer, OutboxDialog

        def answered(answer: tuple[OutboxAnswer, UnsentItem] | None) -> None:
            if answer is not None and answer[0] is OutboxAnswer.TAKE_BACK:
                self.take_back(answer[1].id)
            self.refresh_all()

        self.app.push_screen(OutboxDialog(self.session), answered)

    def take_back(self, number: int) -> None:
        """Put the words of something that is not under way back into the composer, with the reason.

        Args:
            number: In the outbox. It is looked at as it is now, which may not be drawn yet.
        """
        from bbs_client.session.orders import find_destination

        item = self._waiting(number)
        destination = find_destination(self.session, item) if item else None
        if item is None or destination is None:
            return
        if not item.may_come_back:
            self.tell("This post is being sent. You can edit it as soon as the server has it.")
            return
        self.back_to_draft(destination, item)
        note = f"refused: {item.reason}" if item.reason else "It was not sent yet."
        self.write(destination, self._goes_to(destination), note=note)

    def _waiting(self, number: int) -> UnsentItem | None:
        return next((item for item in self.session.pending() if item.id == number), None)

    def _goes_to(self, destination: Destination) -> str:
        """Return where something goes that is taken back, for people."""
        row = self.session.cache.board(destination.board)
        board = safe_line(row.board.title if row else None, "a board")
        post = self.session.cache.post(destination.post) if destination.post else None
        address = self.session.address(post) if post else ""
        match destination.kind:
            case DestinationKind.LINE:
                return f"Say in {board}"
            case DestinationKind.THREAD:
                return f"New thread in {board}"
            case DestinationKind.POST:
                who = handle_of(post.author, self.session.members) if post else "a post"
                return f"Answer to {who}, {address}"
            case _:
                return f"Edit {address or 'your held post'}"

    def give_back(self, refused: int) -> None:
        """Put what was refused back where it was written, if its writer is still there.

        Args:
            refused: Its number in the outbox.
        """
        from bbs_client.session.orders import find_destination

        item = self._waiting(refused)
        if item is None or not self.composing or self.composer.editor.text:
            return
        if find_destination(self.session, item) == self.composer.destination:
            self.take_back(refused)
