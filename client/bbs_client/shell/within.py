"""Within a thread: tree and list, folds, kin, the chain above a post, its links and spoilers."""

from typing import TYPE_CHECKING

from bbs_client.keys import Pane, key_of
from bbs_client.shell.part import Part

if TYPE_CHECKING:
    from bbs_client.widgets.thread_view import ThreadView


class Within(Part):
    """The keys that are about the shape of a thread, and about one post's text."""

    def _open_thread_view(self) -> "ThreadView | None":
        """Return the thread one reads; None elsewhere, after saying so."""
        if self.pane is Pane.THREAD and self.thread.keys:
            return self.thread
        self.tell(f"First open a thread, with {key_of('enter')}.")
        return None

    def action_turn(self) -> None:
        """Change between tree and list by time."""
        if view := self._open_thread_view():
            self.tell(view.toggle_tree())
            self.show_head()

    def action_fold(self) -> None:
        """Fold away what answers this post, or show it again."""
        if (view := self._open_thread_view()) and (why := view.fold()):
            self.tell(why)

    def action_parent(self) -> None:
        """Go to the post this one answers."""
        if (view := self._open_thread_view()) and not view.to_parent():
            self.tell("This post answers none that is here.")

    def action_next_sibling(self) -> None:
        """Go to the next answer to the same post."""
        if (view := self._open_thread_view()) and not view.to_sibling(1):
            self.tell("No further answer to the same post.")

    def action_previous_sibling(self) -> None:
        """Go to the answer before, to the same post."""
        if (view := self._open_thread_view()) and not view.to_sibling(-1):
            self.tell("No earlier answer to the same post.")

    def action_chain(self) -> None:
        """Show everything a post answers above it."""
        view = self._open_thread_view()
        if view is None or view.thread is None:
            return
        numbers = view.ancestor_numbers()
        if len(numbers) < 2:
            self.tell("This post answers none that is here.")
            return
        from bbs_client.features.threads.screen import AncestorsDialog

        def answered(number: int | None) -> None:
            if number is not None:
                view.go_to_number(number)

        self.app.push_screen(AncestorsDialog(self.session, view.thread, numbers), answered)

    def action_uncover(self) -> None:
        """Show the spoilers of this post, or cover them again."""
        if (view := self._open_thread_view()) and not view.toggle_spoilers():
            self.tell("This post has no spoilers.")

    def action_links(self) -> None:
        """Show where the links of this post lead, to open or copy one."""
        view = self._open_thread_view()
        if view is None:
            return
        links = view.links()
        if not links:
            self.tell("This post has no links.")
            return
        from bbs_client.features.threads.screen import Links
        from bbs_client.opening import copy, open_or_copy

        def answered(answer: tuple[str, bool] | None) -> None:
            if answer is None:
                return
            target, opens = answer

            async def follow() -> None:
                self.tell(await open_or_copy(self.app, target))

            if opens:
                self.run_worker(follow(), group="links")
            else:
                whole = copy(self.app, target)
                self.tell("Link copied." if whole else "The beginning of the link is copied.")

        self.app.push_screen(Links(links), answered)
