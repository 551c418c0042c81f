"""Looking things up: who, what, where; and the seat one has or takes."""

from typing import TYPE_CHECKING

from textual.geometry import Offset
from textual.widget import Widget

from bbs.errors import FolkmootError
from bbs.features.members.views import Author, MemberAuthor
from bbs.features.reading.views import Stance
from bbs.features.threads.views import Post
from bbs.ids import MemberId
from bbs_client.keys import Pane, key_of
from bbs_client.safe_text import describe_error
from bbs_client.shell.part import Part

if TYPE_CHECKING:
    from collections.abc import Callable

    from bbs_client.shell.switch import Place

    Then = Callable[[], None] | None


class Looking(Part):
    """The keys that show something over the panes.

    What they show is imported when it is first shown: the panes are painted without it.
    """

    _seen = False
    _copied = ""

    def _author(self) -> Author | None:
        """Return who wrote what the cursor is on."""
        if self.pane is Pane.THREAD:
            post = self.thread.current_post()
            return post.author if post else None
        if self.pane is Pane.LOUNGE:
            said = self.lounge.current_line()
            return said.author if said else None
        row = self.threads.current_thread() if self.pane is Pane.THREADS else None
        return row.thread.author if row else None

    def action_member(self) -> None:
        """Show who wrote this."""
        author = self._author()
        if author is None:
            self.tell("Nobody wrote what the cursor is on.")
        else:
            self._show_member(author)

    def stand_to(self, member: MemberId, wanted: Stance) -> None:
        """Follow or mute a member, or no longer; as `actions.personal.stand_to`."""
        from bbs_client.actions.personal import stand_to

        try:
            stand_to(self.surface, member, wanted)
        except FolkmootError as error:
            self.tell(describe_error(error), warn=True)

    def _show_member(self, author: Author) -> None:
        from bbs_client.features.members.screen import MemberInfo

        self.app.push_screen(MemberInfo(self.session, author, self.stand_to))

    def action_info(self) -> None:
        """Show what is known of the post."""
        post = self.post_here(held=True)
        if post is not None:
            from bbs_client.features.threads.screen import PostInfo

            self.app.push_screen(PostInfo(self.session, post, self.session.connection.call))

    def action_who(self) -> None:
        """Show who is here."""
        from bbs_client.features.presence.screen import WhoIsHere

        def set_seen(seen: bool) -> None:
            self._seen = seen
            self.session.connection.set_presence(seen)

        def answered(member: str | None) -> None:
            if member is not None:
                self._show_member(MemberAuthor(id=member))

        self.app.push_screen(WhoIsHere(self.session, seen=self._seen, set_seen=set_seen), answered)

    def action_search(self) -> None:
        """Search, and go to what was found."""
        self.search()

    def search(self, words: str = "") -> None:
        """Search for words, or ask which; go to what was found."""
        from bbs_client.features.reading.screen import SearchDialog

        def answered(post: Post | None) -> None:
            if post is not None:
                self.go_to_post(post)

        self.app.push_screen(
            SearchDialog(self.session, self.session.connection.call, words), answered
        )

    def go_to_post(self, post: Post, then: "Then" = None) -> None:
        """Open a post's thread with the cursor on it; the thread is fetched first if need be.

        Args:
            post: Where to go.
            then: What to do there.
        """

        async def fetch() -> None:
            if self.session.cache.thread(post.thread) is None or (
                self.session.cache.post(post.id) is None
            ):
                await self.session.connection.open_thread(post.thread)
            self.open_thread(post.thread)
            place = self.thread.find(post.id)
            if place is not None:
                self.thread.jump(place, top=True)
            if then is not None:
                then()

        self.fetch(f"post:{post.id}", fetch)

    def action_switch(self) -> None:
        """Go somewhere by a few letters of its name, or by its address."""
        from bbs_client.shell.switch import Switch

        def answered(place: "Place | None") -> None:
            if place is not None:
                self.go_to(place)

        self.app.push_screen(Switch(self.session), answered)

    def go_to(self, place: "Place", then: "Then" = None) -> None:
        """Go to a board, a thread or a member, or ask the server what an address names.

        Args:
            place: Where to go.
            then: What to do there; not for a member, who opens over the panes.
        """
        from bbs_client.shell.switch import PlaceKind

        match place.kind:
            case PlaceKind.BOARD:
                self._go_to_board(place.id)
            case PlaceKind.THREAD:
                self.open_thread(place.id)
            case PlaceKind.MEMBER:
                self._show_member(MemberAuthor(id=place.id))
            case PlaceKind.ADDRESS:
                self._resolve(place.id, then)
                return
        if then is not None and place.kind is not PlaceKind.MEMBER:
            then()

    def _resolve(self, address: str, then: "Then") -> None:
        """Go to what the server says an address names: an unlisted board's, for instance."""
        from bbs.errors import Disconnected
        from bbs.features.reading.messages import Resolve

        async def fetch() -> None:
            try:
                found = await self.session.connection.call(Resolve(address=address))
                if found.board is not None:
                    await self.session.connection.open_board(found.board.id)
            except Disconnected as error:
                self.tell(describe_error(error))
                return
            if found.post is not None:
                self.go_to_post(found.post, then)
                return
            if found.thread is not None:
                self.open_thread(found.thread.id)
            elif found.board is not None:
                self._go_to_board(found.board.id)
                if found.line is not None:
                    self.lounge.open(found.board.id)
                    self.go(Pane.LOUNGE)
            elif found.member is not None:
                self._show_member(MemberAuthor(id=found.member.id))
                return
            if then is not None:
                then()

        self.fetch(f"address:{address}", fetch)

    def _go_to_board(self, board: str) -> None:
        self.boards.reload()
        self.open_board(board)
        self.boards.go_to(board)
        self.go(Pane.THREADS)

    def get_widget_and_offset_at(self, x: int, y: int) -> tuple[Widget | None, Offset | None]:
        """Return what is at a place of the screen; of selectable text, which character."""
        widget, offset = super().get_widget_and_offset_at(x, y)
        if widget is not None and self.is_complete and widget in (self.thread, self.lounge):
            here = widget.content_region.offset
            offset = widget.text_offset(x - here.x, y - here.y)
        return widget, offset

    def copy_selected(self) -> bool:
        """Copy what the mouse has selected; return whether anything was."""
        selected = self.get_selected_text()
        if not selected:
            return False
        from bbs_client.opening import copy

        whole = copy(self.app, selected)
        self.clear_selection()
        self.tell("Selection copied." if whole else "The beginning of the selection is copied.")
        return True

    def action_copy(self) -> None:
        """Copy what is selected, else the address under the cursor; pressed again, the text."""
        if self.copy_selected():
            return
        from bbs_client.opening import copy

        thing: object = None
        address = text = ""
        if self.pane is Pane.THREAD and (post := self.thread.current_post()):
            thing, address, text = post.id, self.session.address(post), post.body or ""
        elif self.pane is Pane.LOUNGE and (said := self.lounge.current_line()):
            thing, address, text = said.id, self.session.address(said), said.body or ""
        elif self.pane is Pane.THREADS and (row := self.threads.current_thread()):
            number = row.thread.number
            thing = row.thread.id
            address = f"{self.session.slug(row.thread.board)}/{number}" if number else ""
            text = row.thread.title or ""
        if thing is None:
            self.tell("There is nothing to copy under the cursor.")
            return
        if self._copied == f"{thing}":
            self._copied = ""
            whole = copy(self.app, text)
            self.tell("Text copied." if whole else "The beginning of the text is copied.")
        elif address:
            self._copied = f"{thing}"
            copy(self.app, address)
            self.tell(f"{address} copied; {key_of('copy')} again copies the text.")
