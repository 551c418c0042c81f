"""Does what the composer's writer asks for, on a reading screen; saves drafts on the way (P12)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace
from textual.content import Content

from bbs.errors import FolkmootError
from bbs_client.actions.surface import Composition
from bbs_client.hues import NO_HUE, hue_of
from bbs_client.keys import Pane
from bbs_client.safe_text import describe_error, handle_of, safe_line
from bbs_client.session.consent import unaccepted
from bbs_client.session.destination import Destination, DestinationKind
from bbs_client.session.narrowed import narrowed_at
from bbs_client.session.orders import fades_at, find_destination, is_held
from bbs_client.tui.running import ActionRunner

if TYPE_CHECKING:
    from bbs_client.tui.panes import Panes
    from bbs_client.widgets.rows import Row


class Composing:
    """Opens the composer of a screen and handles its requests: a `ComposerOwner`."""

    def __init__(self, screen: "Panes", runner: ActionRunner) -> None:
        """Serve a screen."""
        self._runner = runner
        self._screen = screen
        self._was_held = False  # whether the edited post was held when the composer was opened

    def open(self, what: Composition) -> None:
        """Open the composer with the draft for the destination, if there is one."""
        screen, session, composer = self._screen, self._screen.session, self._screen.composer
        destination = what.destination
        composer.keep()
        draft = session.drafts.load(destination.key)
        self._was_held = is_held(session, destination)
        fades = fades_at(session, destination)
        if fades is not None:
            what = replace(what, fades=f"fades {session.times.day(fades)}")
        narrowed = narrowed_at(session, destination.board, destination.thread)
        if narrowed is not None and what.note == narrowed.text:
            what = replace(what, note="")  # it stands above the composer already
        if draft is not None:
            what = replace(what, title=draft.meta.get("title", what.title), text=draft.text)
        heading = self._heading(what)
        composer.open(what, heading, op=draft.meta.get("op", "") if draft else "")
        screen.bar.kept = ""
        place = screen.thread.find(destination.post) if destination.post else None
        if place is not None and destination.thread == screen.thread.thread:
            screen.thread.jump(place)  # what is answered stays above
        # Clear the note that led here; the composer's keys are shown in its place.
        self._screen.app.clear_notifications()
        composer.start()

    def _heading(self, what: Composition) -> Content:
        """Return the destination in its colours, and which norms hold there (P5)."""
        session, destination = self._screen.session, what.destination
        said = Content.styled(what.where, "bold $accent")
        post = session.cache.post(destination.post or "")
        if post is not None and destination.kind is DestinationKind.POST:
            who = handle_of(post.author, session.members)
            # The last one: a name may be a word of the sentence, and an address holds no space.
            begin, _, address = what.where.rpartition(f" {who} ")
            hue = hue_of(post.author)
            role = f"bold ${hue}" if hue != NO_HUE else "bold"
            parts = (f"{begin} ", "bold $accent"), (who, role), (f" {address}", "$quiet")
            said = Content.assemble(*parts)
        norms = session.cache.norms(destination.board)
        if norms is None or destination.is_line or destination.is_edit:
            return said
        return said + Content.styled(f", on norms version {norms.version}", "$quiet")

    def give_back(self, refused: int) -> None:
        """Put a refused text back into the composer, if its writer is still there.

        Args:
            refused: The id of its item in the outbox.
        """
        from bbs_client.actions.unsent import take_back

        screen, session = self._screen, self._screen.session
        item = next((item for item in session.pending() if item.id == refused), None)
        if item is None or not screen.composing or screen.composer.editor.text:
            return
        if find_destination(session, item) == screen.composer.destination:
            self._runner.start(take_back, refused)

    # What the composer tells

    def keep_draft(self, destination: Destination, op: str, title: str, text: str) -> None:
        """Save a draft as typed, or delete it if empty; show a note if the disk is not writable."""
        drafts = self._screen.session.drafts
        try:
            kept = ""
            if text or title:
                drafts.save(destination.key, text, {"op": op} | ({"title": title} if title else {}))
                at = self._screen.session.now()
                kept = f"draft kept {self._screen.session.times.clock(at)}"
            else:
                drafts.clear(destination.key)
            self._screen.bar.kept = kept
        except OSError as error:
            self._screen.tell(f"The draft could not be saved: {error.strerror}", warn=True)

    def left(self) -> None:
        """Go back to reading; the draft of an answer waits, the draft of a lounge stays in view."""
        composer = self._screen.composer
        destination = composer.destination
        if destination is not None and not (destination.is_line and composer.editor.text):
            composer.close()
        self._screen.set_focus(self._screen.view)

    def submitted(self, destination: Destination, op: str, title: str, body: str) -> None:
        """Put the text into the outbox; the screen shows it as waiting."""
        from bbs_client.actions.writing import send
        from bbs_client.widgets.post_keys import post_key

        screen = self._screen
        if self._was_published(destination) or self._asks_for_yes(destination):
            return
        try:
            send(screen.session, destination, op=op, title=title, body=body)
        except FolkmootError as error:
            screen.tell(describe_error(error), warn=True)
            return
        screen.composer.clear()
        screen.bar.kept = ""
        if destination.is_line:
            screen.lounge.reload()
            screen.lounge.jump(-1)
            screen.show_state()
            return
        screen.composer.close()
        answered = screen.session.cache.post(destination.post or "")
        is_answer = destination.kind is DestinationKind.POST
        if answered is not None and is_answer and answered.thread == screen.thread.thread:
            # Who has answered a post went on from it, as with Space.
            screen.thread.blocks_passed((post_key(answered.number or 0),))
        screen.refresh_all()
        if destination.kind is DestinationKind.THREAD:
            screen.go(Pane.THREADS)
            screen.threads.jump(0)
            return
        screen.go(Pane.THREAD)
        waiting = [item.key for item in screen.session.pending_posts(destination.thread or "")]
        place = screen.thread.keys.index_of(waiting[-1]) if waiting else None
        if place is not None and destination.kind is DestinationKind.POST:
            screen.thread.jump(place)

    def _was_published(self, destination: Destination) -> bool:
        """Return whether a held post was published while it was edited; tell the writer once.

        The writer meant to leave no trace, but now readers could see the earlier wording.
        """
        if not self._was_held or is_held(self._screen.session, destination):
            return False
        self._was_held = False
        text = "It was published meanwhile: sent again, the wording before stays readable."
        self._screen.composer.note(text)
        return True

    def _asks_for_yes(self, destination: Destination) -> bool:
        """If norms have changed meanwhile, tell the writer and ask to accept them (P5)."""
        changed = unaccepted(self._screen.session, destination.board)
        if changed is None:
            return False
        from bbs_client.actions.writing import accept_changed

        self._screen.composer.note("The norms have changed: accept them, then send this again.")
        self._runner.start(accept_changed, changed, asks=True)
        return True

    def editor_requested(self, destination: Destination, text: str) -> None:
        """Open the text in the writer's own editor."""
        self._screen.run_worker(self._edit_outside(destination, text), group="editor")

    async def _edit_outside(self, destination: Destination, text: str) -> None:
        """Write the text into a file, run the editor, and read the file back. See `editing.edit`."""
        from bbs_client.tui.external_editor import EditorError, edit

        screen, composer = self._screen, self._screen.composer
        drafts = screen.session.drafts
        try:
            await edit(screen.app, drafts.export_for_editor(destination.key, text))
        except EditorError as error:
            drafts.import_from_editor(destination.key)
            composer.note(safe_line(f"{error}"))
        except OSError as error:
            composer.note(f"The text could not be handed over: {error.strerror}")
        else:
            left = drafts.import_from_editor(destination.key)
            if left is not None and composer.destination == destination:
                composer.take_in(left)

    def preview_rows(
        self, destination: Destination, title: str, body: str, width: int
    ) -> "Sequence[Row]":
        """Return a text as readers will see it, as rows of a width."""
        from bbs_client.widgets.preview import rows_of

        return rows_of(self._screen.thread, destination, safe_line(title), body, width)
