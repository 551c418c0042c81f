"""Writing: from a key to the composer, from the composer to the outbox, drafts kept on the way."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from textual.content import Content

from bbs.errors import FolkmootError
from bbs.features.boards.messages import Board
from bbs.features.threads.views import ContentState
from bbs.messages import Command
from bbs_client.actions.table import BY_ID
from bbs_client.keys import Pane, key_of
from bbs_client.mirror.drafts import Draft
from bbs_client.safe_text import describe_error, handle_of, safe_line
from bbs_client.session.destination import Destination, DestinationKind
from bbs_client.session.unsent import UnsentItem
from bbs_client.shell.part import Part
from bbs_client.widgets import times

if TYPE_CHECKING:
    from bbs_client.widgets.composer import Composer

LINES_QUOTED_MAX = 20  # a screen of talk; more is read in the lounge itself


class Writing(Part):
    """The writing keys."""

    _editing_held = False  # whether the composer was opened on a post that was held then

    def action_seat(self) -> None:
        """Read norms and take a seat."""
        self.surface.run(BY_ID["seat"])

    def ready(self, board: str) -> bool:
        """Tell whether one may write on a board; if not, say what is missing (P5)."""
        row = self.session.cache.board(board)
        if row is None:
            return False
        if not row.is_seated:
            self.tell("You have no seat on this board yet. Read the norms and take a seat.")
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
        post = self.post_here()
        if post is None or not self.ready(post.board):
            return
        # By reference: the quoted words are drawn from their post, and fade with it (P10).
        start = f"> {self.session.address(post)}\n\n" if quote else ""
        where = f"Answer to {handle_of(post.author, self.session.members)}"
        self.write(
            Destination(DestinationKind.POST, post.board, post.thread, post.id),
            f"{where}, {self.session.address(post)}",
            text=start,
        )

    def _talk(self) -> None:
        board = self.lounge.board
        row = self.session.cache.board(board) if board else None
        if row is None or not self.ready(row.board.id):
            return
        place = f"Say in {safe_line(row.board.title, safe_line(row.board.slug, '?'))}"
        self.write(Destination(DestinationKind.LINE, row.board.id), place)

    def action_new_thread(self) -> None:
        """Start a thread on this board."""
        row = self.board()
        if row is not None and self.ready(row.board.id):
            title = safe_line(row.board.title, safe_line(row.board.slug, "?"))
            self.write(Destination(DestinationKind.THREAD, row.board.id), f"New thread in {title}")

    def action_make_thread(self) -> None:
        """Mark a line of a lounge; pressed again, make the lines from there to here a thread."""
        if self.pane is not Pane.LOUNGE:
            self.tell("A thread is made of lines of a lounge.")
            return
        lines = self.lounge.mark()
        row = self.session.cache.board(self.lounge.board or "")
        if not lines and self.lounge.is_marking:
            key = key_of("make_thread")
            self.tell(f"Marked: {key} again at the last line, Esc lets go.")
        if not lines or row is None or not self.ready(row.board.id):
            return
        if len(lines) > LINES_QUOTED_MAX:
            self.tell(f"At most {LINES_QUOTED_MAX} lines can be quoted.")
            return
        self.lounge.clear_mark()
        # By reference, as a quote: what others said fades when their lines do (P10).
        said = "\n".join(f"> {self.session.address(one)}" for one in lines)
        said_by = (handle_of(one.author, self.session.members) for one in lines)
        who = ", ".join(dict.fromkeys(said_by))
        start = f"From the lounge, {who}:\n\n{said}\n\n"
        destination = Destination(DestinationKind.THREAD, row.board.id)
        draft = self.session.drafts.load(destination.key)
        if draft is not None:
            start = f"{draft.text.rstrip()}\n\n{start}".lstrip()
            self.session.drafts.save(destination.key, start, draft.meta)
        title = safe_line(row.board.title, safe_line(row.board.slug, "?"))
        self.write(
            destination,
            f"New thread in {title}",
            text=start,
            note="The lines fade with their lounge: say in your own words what should stay.",
        )

    def write(
        self,
        destination: Destination,
        where: str,
        *,
        title: str = "",
        text: str = "",
        note: str = "",
    ) -> None:
        """Open the composer with the draft for a destination, or with `text` if there is none.

        What was refused there comes back first, with the reason.
        """
        from bbs_client.session.orders import refused_for

        post = self.session.cache.post(destination.post or "")
        edits = destination.kind in {DestinationKind.EDIT, DestinationKind.FIRST}
        self._editing_held = edits and post is not None and post.state is ContentState.HELD
        row = self.session.cache.board(destination.board)
        if row is not None:
            where += self._fading(row.board, destination.kind)
        draft = self.session.drafts.load(destination.key)
        refused = refused_for(self.session, destination)
        if draft is None and refused is not None:
            draft = self.back_to_draft(destination, refused)
            note = f"refused: {refused.reason}"
        meta = draft.meta if draft else {}
        self.composer.open(
            destination,
            Content(where),
            op=meta.get("op", ""),
            title=meta.get("title", title),
            text=draft.text if draft else text,
            note=note,
        )
        # What was said led here; now it stands on the keys of the composer.
        self.app.clear_notifications()
        self.composer.start()

    def back_to_draft(self, destination: Destination, item: UnsentItem) -> Draft | None:
        """Make a draft of what is in the outbox, before what is being written there.

        Args:
            destination: Where it was going.
            item: From the outbox; it leaves that only once the words are on the disk.
        """
        if self.composer.destination == destination and self.composer.editor.text:
            written = self.composer.editor.text
            self.composer.clear()
        else:
            draft = self.session.drafts.load(destination.key)
            written = draft.text if draft else ""
        text = "\n\n".join(part for part in (item.body, written) if part)
        self.session.drafts.save(destination.key, text, {"title": item.title} if item.title else {})
        self.session.connection.discard(item.id)
        return self.session.drafts.load(destination.key)

    def _fading(self, board: Board, kind: DestinationKind) -> str:
        now = self.session.now()
        if kind is DestinationKind.LINE:
            end = now + timedelta(hours=board.lounge_hours)
        elif board.retention_days and kind not in {DestinationKind.EDIT, DestinationKind.FIRST}:
            end = now + timedelta(days=board.retention_days)
        else:
            return ""
        return f" · this fades on {times.day(end, now, self.session.zone)}"

    # From the composer

    def on_composer_draft_changed(self, message: "Composer.DraftChanged") -> None:
        """Keep the draft on disk."""
        message.stop()
        self.save_draft(message)

    def save_draft(self, draft: "Composer.DraftChanged") -> None:
        """Keep a draft as typed, or forget it where it is empty."""
        try:
            if draft.text or draft.title:
                meta = {"op": draft.op} | ({"title": draft.title} if draft.title else {})
                self.session.drafts.save(draft.destination.key, draft.text, meta)
            else:
                self.session.drafts.clear(draft.destination.key)
        except OSError as error:
            self.tell(f"The draft could not be saved: {error.strerror}", warn=True)

    def on_composer_left(self, message: "Composer.Left") -> None:
        """Go back to reading; an answer's draft waits for its key, a lounge's stays in view."""
        message.stop()
        if (
            self.composer.destination is not None
            and self.composer.destination.kind is not DestinationKind.LINE
        ):
            self.composer.close()
        self.set_focus(self.view)

    def on_composer_submitted(self, message: "Composer.Submitted") -> None:
        """Put what was written into the outbox; it is shown as waiting from now on."""
        message.stop()
        destination = message.destination
        from bbs_client.session.orders import commands_for

        if self._was_published(message):
            return
        commands = commands_for(self.session, destination, message.op, message.title, message.body)
        if not all(self.submit(command, destination.queue) for command in commands):
            return
        self.composer.clear()
        self.session.drafts.clear(destination.key)
        if destination.kind is DestinationKind.LINE:
            self.lounge.reload()
            self.lounge.jump(-1)
            return
        self.composer.close()
        self.refresh_all()
        if destination.kind is DestinationKind.THREAD:
            self.go(Pane.THREADS)
            self.threads.jump(0)
        else:
            self.go(Pane.THREAD)
            waiting = [item.key for item in self.session.pending_posts(destination.thread or "")]
            place = self.thread.index_of(waiting[-1]) if waiting else None
            if place is not None and destination.kind is DestinationKind.POST:
                self.thread.jump(place)

    def _was_published(self, message: "Composer.Submitted") -> bool:
        """Tell whether what was edited while held was published meanwhile, and say so, once.

        Its writer meant to leave no trace: now the wording before would stay.
        """
        destination = message.destination
        post = self.session.cache.post(destination.post or "")
        if not self._editing_held or post is None or post.state is ContentState.HELD:
            return False
        self._editing_held = False
        text = "It was published meanwhile: sent again, the wording before stays readable."
        self.composer.note(text)
        return True

    def on_composer_editor_requested(self, message: "Composer.EditorRequested") -> None:
        """Let the writer's own editor have the words."""
        message.stop()
        self.run_worker(self._edit_outside(message.destination, message.text), group="editor")

    async def _edit_outside(self, destination: Destination, text: str) -> None:
        """Put the words into a file, and what the editor leaves of it back. See `editing.edit`."""
        from bbs_client.shell.editing import EditorError, edit

        drafts = self.session.drafts
        try:
            await edit(self.app, drafts.export_for_editor(destination.key, text))
        except EditorError as error:
            drafts.import_from_editor(destination.key)
            self.composer.note(safe_line(f"{error}"))
        except OSError as error:
            self.composer.note(f"The text could not be handed over: {error.strerror}")
        else:
            left = drafts.import_from_editor(destination.key)
            if left is not None and self.composer.destination == destination:
                self.composer.take_in(left)

    def on_composer_preview_requested(self, message: "Composer.PreviewRequested") -> None:
        """Show what was written as readers will see it."""
        from bbs_client.shell.preview import Preview

        message.stop()
        self.app.push_screen(Preview(self.session, message.where, message.title, message.body))

    def submit(self, command: Command[Any], queue: str) -> bool:
        """Hand a command to the outbox.

        Args:
            command: With its op.
            queue: The destination in which order is kept.

        Returns:
            False if this device could not keep it; the reader was told, nothing is lost.
        """
        try:
            self.session.connection.submit(command, queue)
        except FolkmootError as error:
            self.tell(describe_error(error), warn=True)
            return False
        self.show_state()
        return True
