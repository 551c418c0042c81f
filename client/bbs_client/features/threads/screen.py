"""What opens over a thread: about one post, what stands above it, where its links lead."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content

from bbs.errors import FolkmootError
from bbs.features.members.author_text import script_note
from bbs.features.threads.messages import GetHistory
from bbs.features.threads.views import ContentState, History, Post
from bbs.terminal.held_text import describe_held
from bbs.text import sanitize
from bbs_client.actions.action import KeyScope
from bbs_client.keys import Pane, bindings, key_of
from bbs_client.links import check_url, opener
from bbs_client.safe_text import describe_error, handle_of, name_of
from bbs_client.session.session import Session
from bbs_client.widgets.block_view import BlockView
from bbs_client.widgets.dialog import BOX_COLUMNS, LABEL_COLUMNS, Dialog, TextDialog, facts
from bbs_client.widgets.post_keys import number_of
from bbs_client.widgets.safe_content import safe_content
from bbs_client.widgets.thread_view import AncestorsView


class PostInfo(TextDialog[None]):
    """What is known of a post beside its words."""

    def __init__(self, session: Session, post: Post) -> None:
        """Show a post.

        Args:
            session: Where names and the time come from.
            post: The post.
        """
        self._session = session
        self._post = post
        super().__init__(
            safe_content(session.address(post), otherwise="Not published yet"), self._facts()
        )

    def on_mount(self) -> None:
        """Ask for the earlier wordings, where there are some."""
        if self._post.edits:
            self.run_worker(self._fetch(), exit_on_error=False)

    async def _fetch(self) -> None:
        try:
            history = await self._session.connection.call(GetHistory(post=self._post.id))
        except FolkmootError as error:
            self.say(self._facts() + Content(f"\nEarlier wordings: {describe_error(error)}"))
        else:
            self.say(self._facts() + self._wordings(history))

    def _facts(self) -> Content:
        post, session = self._post, self._session
        author = (post.author, session.members)
        rows: list[tuple[str, str | Content]] = [
            ("by", f"{handle_of(*author)} {name_of(*author)}"),
            ("written", session.times.exactly(post.at) + script_note(post.via, ", ")),
            *self._published(),
            ("norms", f"version {post.norms_version}{self._whose()} were in force"),
            ("fades", self._end()),
        ]
        if post.edited_at is not None:
            at = session.times.exactly(post.edited_at) + script_note(post.edited_via, ", ")
            edited = f"{at}, {post.edits} in all"
            rows.insert(3, ("edited", edited))
        if post.imported:
            rows.append(("imported", "written elsewhere and brought in"))
        return facts(rows)

    def _published(self) -> list[tuple[str, str | Content]]:
        """Return when it was published, or what a held post waits for, as rows."""
        times, post = self._session.times, self._post
        if post.state is not ContentState.HELD:
            return [("published", times.exactly(post.visible_at))]
        says = Content(describe_held(post, times.moment)).wrap(BOX_COLUMNS - LABEL_COLUMNS)
        return [("" if at else "published", row) for at, row in enumerate(says)]

    def _whose(self) -> str:
        """Return whose norms they were, where the post was written on another board."""
        board = self._post.norms_board
        if board is None:
            return ""
        name = self._session.slug(board)
        return " of another board" if name == "?" else f" of {name}"

    def _end(self) -> str:
        if self._post.body is None:
            return f"its words are gone ({self._post.state})"
        if self._post.fades_at is None:
            return "never; posts on this board are kept"
        day = self._session.times.day(self._post.fades_at)
        return f"this fades on {day}"

    def _wordings(self, history: History) -> Content:
        parts: list[str | tuple[str, str]] = []
        for wording in history.revisions:
            at = self._session.times.exactly(wording.at) + script_note(wording.via, ", ")
            parts.append((f"\nWording of {at}\n", "bold $primary"))
            body = sanitize(wording.body or "(gone)", multiline=True)
            parts.extend(f"  {row}\n" for row in body.split("\n"))
        return Content.assemble(*parts)


class AncestorsDialog(Dialog[int]):
    """A post below everything it answers; choosing one goes to it."""

    def __init__(self, session: Session, thread: str, numbers: Sequence[int]) -> None:
        """Show a chain.

        Args:
            session: Where posts come from.
            thread: Their thread.
            numbers: Of the posts, the beginning first.
        """
        self._view = AncestorsView(session, thread, numbers)
        super().__init__(Content(f"What leads to #{numbers[-1]}"), self._view, classes="tall")

    def chosen(self, key: str) -> None:
        """Go to this post."""
        self.dismiss(number_of(key))

    def refresh_live(self) -> None:
        """Read it again: what fades, fades here too."""
        self._view.reload()


class LinkList(BlockView):
    """Targets of links, each in full, however many rows it takes."""

    CURSOR_ROLE = None  # the mark is enough: a target has a look of its own

    def __init__(self, targets: Sequence[str]) -> None:
        """Take the targets, in the order of their numbers."""
        super().__init__()
        self._targets = targets

    def on_mount(self) -> None:
        """Show them."""
        self.set_keys(self._targets)

    def draw(self, index: int, width: int) -> list[Content]:
        """Return a target as rows, and below it why it cannot be opened."""
        mark, target = f"[{index + 1}] ", self._targets[index]
        space, room = " " * len(mark), max(8, width - len(mark))
        rows = Content.styled(sanitize(target), "link").wrap(room)
        for note in filter(None, (check_url(target), _spelled_out(target))):
            rows += Content.styled(note, "warn").wrap(room)
        return [Content.styled(space if at else mark, "dim") + row for at, row in enumerate(rows)]


def _spelled_out(target: str) -> str:
    """Return what to say of a host with letters beyond ASCII; empty for any other."""
    host = target.partition("://")[2].partition("/")[0]
    return "Its name holds letters of other scripts, spelled out here." if "xn--" in host else ""


class Links(Dialog[tuple[str, bool]]):
    """Where a post's links lead. Answers with a target, and whether it is to be opened."""

    footer = Pane.QUESTION
    BINDINGS: ClassVar[list[BindingType]] = bindings(KeyScope.READING, only=("copy",))

    def __init__(self, targets: Sequence[str]) -> None:
        """Show targets.

        Args:
            targets: In the order of their numbers. Foreign text.
        """
        self._list = LinkList(targets)
        super().__init__(Content("Where this post's links lead"), self._list, classes="tall")
        opens = "copy" if opener() is None else "open"
        self.extra_keys = (("Enter", opens), (key_of("copy"), "copy"))

    def chosen(self, key: str) -> None:
        """Open this one; where there is nothing to open it with, it is copied."""
        self.dismiss((key, True))

    def action_copy(self) -> None:
        """Copy the one under the cursor."""
        if self._list.current is not None:
            self.dismiss((self._list.current, False))
