"""Writing: from a key to the composer, from the composer to the outbox, drafts kept on the way."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from textual.content import Content

from bbs.errors import FolkmootError
from bbs.features.boards.messages import Board
from bbs.features.threads.views import Line, Post, WordsState
from bbs.ids import new_id
from bbs.messages import Command
from bbs_client.keys import Pane
from bbs_client.shell.panes import Panes
from bbs_client.widgets import times
from bbs_client.widgets.destination import Destination, Kind
from bbs_client.widgets.house import Pending
from bbs_client.widgets.words import handle_of, line, why

if TYPE_CHECKING:
    from bbs_client.widgets.composer import Composer


class Writing(Panes):
    """The writing keys."""

    def action_seat(self) -> None:
        """Read norms and take a seat; in the part of the screen that looks things up."""

    def _ready(self, board: str) -> bool:
        """Tell whether one may write on a board; if not, say what is missing (P5)."""
        row = self.house.cache.board(board)
        if row is None:
            return False
        if not self.house.may_write(row):
            self.tell("You have no seat here yet: read the norms and take one.")
            self.action_seat()
            return False
        assert row.seat is not None
        if row.seat.norms_version < row.board.norms_version:
            self.tell("The norms have changed: read and accept them first.")
            self.action_seat()
            return False
        return True

    def action_reply(self) -> None:
        """Answer the post under the cursor; in a lounge, say something."""
        self._answer(quote=False)

    def action_quote(self) -> None:
        """Answer the post under the cursor and quote it."""
        self._answer(quote=True)

    def _answer(self, *, quote: bool) -> None:
        if self.pane is Pane.LOUNGE:
            self._talk()
            return
        post = self.thread.current_post() if self.pane is Pane.THREAD else None
        if post is None or post.number is None or not self._ready(post.board):
            return
        # By reference: the quoted words are drawn from their post, and fade with it (P10).
        start = f"> {self.house.address(post)}\n\n" if quote else ""
        where = f"Answer to {handle_of(post.author, self.house.members)}"
        self._write(
            Destination(Kind.POST, post.board, post.thread, post.id),
            f"{where}, {self.house.address(post)}",
            text=start,
        )

    def _talk(self) -> None:
        board = self.lounge.board
        row = self.house.cache.board(board) if board else None
        if row is None or not self._ready(row.board.id):
            return
        place = f"Say in {line(row.board.title, line(row.board.slug, '?'))}"
        self._write(Destination(Kind.LINE, row.board.id), place)

    def action_new_thread(self) -> None:
        """Start a thread on this board."""
        row = self.board()
        if row is not None and self._ready(row.board.id):
            title = line(row.board.title, line(row.board.slug, "?"))
            self._write(Destination(Kind.THREAD, row.board.id), f"New thread in {title}")

    def action_edit(self) -> None:
        """Put one's own post in other words."""
        post = self.thread.current_post() if self.pane is Pane.THREAD else None
        if post is None:
            return
        if not self.house.is_mine(post) or post.body is None:
            self.tell("Only your own posts can be edited, while their words are there.")
        elif self._ready(post.board):
            address = self.house.address(post) or "your held post"
            self._write(
                Destination(Kind.EDIT, post.board, post.thread, post.id),
                f"Edit {address}; the wording before stays readable"
                if post.state is WordsState.PUBLISHED
                else f"Edit {address}, without a trace while it is held",
                text=post.body,
            )

    def _write(
        self,
        destination: Destination,
        where: str,
        *,
        title: str = "",
        text: str = "",
        note: str = "",
    ) -> None:
        """Open the composer with the draft for a destination, or with `text` if there is none."""
        row = self.house.cache.board(destination.board)
        if row is not None:
            where += self._fading(row.board, destination.kind)
        draft = self.house.drafts.load(destination.key)
        meta = draft.meta if draft else {}
        self.composer.open(
            destination,
            Content(where),
            op=meta.get("op", ""),
            title=meta.get("title", title),
            text=draft.text if draft else text,
            note=note,
        )
        self.composer.start()

    def _fading(self, board: Board, kind: Kind) -> str:
        now = self.house.now()
        if kind is Kind.LINE:
            end = now + timedelta(hours=board.lounge_hours)
        elif board.retention_days and kind is not Kind.EDIT:
            end = now + timedelta(days=board.retention_days)
        else:
            return ""
        return f" · this fades on {times.day(end, now, self.house.zone)}"

    # From the composer

    def on_composer_save(self, message: "Composer.Save") -> None:
        """Keep the draft on disk."""
        message.stop()
        self.save_draft(message)

    def save_draft(self, draft: "Composer.Save") -> None:
        """Keep a draft as typed, or forget it where it is empty."""
        try:
            if draft.text or draft.title:
                meta = {"op": draft.op} | ({"title": draft.title} if draft.title else {})
                self.house.drafts.save(draft.destination.key, draft.text, meta)
            else:
                self.house.drafts.clear(draft.destination.key)
        except OSError as error:
            self.tell(f"The draft could not be saved: {error.strerror}", warn=True)

    def on_composer_left(self, message: "Composer.Left") -> None:
        """Go back to reading; an answer's draft waits for its key, a lounge's stays in view."""
        message.stop()
        if (
            self.composer.destination is not None
            and self.composer.destination.kind is not Kind.LINE
        ):
            self.composer.close()
        self.set_focus(self.view)

    def on_composer_send(self, message: "Composer.Send") -> None:
        """Put what was written into the outbox; it is shown as waiting from now on."""
        message.stop()
        destination = message.destination
        command = _command(destination, message.op, message.title, message.body)
        if not self.submit(command, destination.queue):
            return
        self.composer.clear()
        self.house.drafts.clear(destination.key)
        if destination.kind is Kind.LINE:
            self.lounge.reload()
            self.lounge.jump(-1)
            return
        self.composer.close()
        self.refresh_all()
        if destination.kind is Kind.THREAD:
            self.go(Pane.THREADS)
            self.threads.jump(0)
        else:
            self.go(Pane.THREAD)
            waiting = [item.key for item in self.house.pending_posts(destination.thread or "")]
            place = self.thread.place_of(waiting[-1]) if waiting else None
            if place is not None and destination.kind is Kind.POST:
                self.thread.jump(place)

    def on_composer_outside(self, message: "Composer.Outside") -> None:
        """Let the writer's own editor have the words."""
        message.stop()
        self.run_worker(self._edit_outside(message.destination, message.text), group="editor")

    async def _edit_outside(self, destination: Destination, text: str) -> None:
        """Put the words into a file, and what the editor leaves of it back. See `editing.edit`."""
        from bbs_client.shell.editing import EditorFailed, edit

        drafts = self.house.drafts
        try:
            await edit(self.app, drafts.lend(destination.key, text))
        except EditorFailed as error:
            drafts.take_in(destination.key)
            self.composer.note(line(f"{error}"))
        except OSError as error:
            self.composer.note(f"The text could not be handed over: {error.strerror}")
        else:
            left = drafts.take_in(destination.key)
            if left is not None and self.composer.destination == destination:
                self.composer.take_in(left)

    def on_composer_preview(self, message: "Composer.Preview") -> None:
        """Show what was written as readers will see it."""
        from bbs_client.shell.preview import Preview

        message.stop()
        self.app.push_screen(Preview(message.where, message.title, message.body))

    def submit(self, command: Command[Any], queue: str) -> bool:
        """Hand a command to the outbox.

        Args:
            command: With its op.
            queue: The destination in which order is kept.

        Returns:
            False if this device could not keep it; the reader was told, nothing is lost.
        """
        try:
            self.link.submit(command, queue)
        except FolkmootError as error:
            self.tell(why(error), warn=True)
            return False
        self.show_state()
        return True

    # Taking back

    def action_withdraw(self) -> None:
        """Take one's own post or line back, after asking."""
        from bbs.features.threads.messages import Unsay, WithdrawPost

        if self.pane is Pane.LOUNGE:
            said = self.lounge.current_line()
            if said is not None and self._is_mine(said):
                self._ask_back("line", Unsay(line=said.id, op=new_id()), f"lounge:{said.board}")
        elif self.pane is Pane.THREAD:
            post = self.thread.current_post()
            if post is not None and self._is_mine(post):
                self._ask_back(
                    "post",
                    WithdrawPost(post=post.id, op=new_id()),
                    f"thread:{post.thread}",
                    held=post.state is WordsState.HELD,
                )

    def _is_mine(self, thing: Post | Line) -> bool:
        mine = self.house.is_mine(thing) and thing.body is not None
        if not mine:
            self.tell("Only your own words can be taken back, while they are there.")
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

        def answered(answer: tuple[OutboxAnswer, Pending] | None) -> None:
            if answer is not None and answer[0] is OutboxAnswer.TAKE_BACK:
                self._take_back(answer[1])
            self.refresh_all()

        self.app.push_screen(OutboxDialog(self.house, self.link), answered)

    def _take_back(self, item: Pending) -> None:
        """Put the words of something refused back into the composer, and the item away."""
        destination = _destination(item, self.house.cache.post)
        if destination is None:
            return
        meta = {"title": item.title} if item.title else {}
        self.house.drafts.save(destination.key, item.body, meta)
        self.link.discard(item.id)
        self._write(destination, "What was refused, to be mended")


def _command(destination: Destination, op: str, title: str, body: str) -> Command[Any]:
    """Return the command that sends what was written, named by its op, so that it happens once."""
    from bbs.features.threads.messages import EditPost, Say, StartThread, WritePost

    # From the op, so that a draft that outlived its sending names the same post (P12).
    def drawn(name: str) -> str:
        return str(uuid.uuid5(uuid.UUID(op), name))

    match destination.kind:
        case Kind.LINE:
            return Say(board=destination.board, line=drawn("line"), body=body, op=op)
        case Kind.THREAD:
            return StartThread(
                board=destination.board,
                thread=drawn("thread"),
                post=drawn("post"),
                title=title,
                body=body,
                op=op,
            )
        case Kind.EDIT:
            return EditPost(post=destination.post or "", body=body, op=op)
        case Kind.POST:
            return WritePost(
                thread=destination.thread or "",
                post=drawn("post"),
                parent=destination.post,
                body=body,
                op=op,
            )


def _destination(item: Pending, find: Callable[[str], Post | None]) -> Destination | None:
    """Return where something from the outbox was going; None for what holds no words."""
    from bbs.features.threads.messages import EditPost, Say, StartThread, WritePost

    if item.method == Say.method and item.board:
        return Destination(Kind.LINE, item.board)
    if item.method == StartThread.method and item.board:
        return Destination(Kind.THREAD, item.board)
    if item.method == WritePost.method and item.thread and item.parent:
        parent = find(item.parent)
        return Destination(Kind.POST, parent.board, item.thread, item.parent) if parent else None
    if item.method == EditPost.method and item.post:
        post = find(item.post)
        return Destination(Kind.EDIT, post.board, post.thread, post.id) if post else None
    return None
