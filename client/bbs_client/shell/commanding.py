"""The key that opens the `:` line, and doing what was typed: the same functions as by key."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from bbs.features.reading.views import Stance
from bbs_client.actions.action import KeyScope
from bbs_client.actions.table import BY_ID
from bbs_client.keys import Pane
from bbs_client.shell.looking import Looking

if TYPE_CHECKING:
    from bbs_client.actions.action import ArgumentKind
    from bbs_client.actions.verbs import ParsedCommand
    from bbs_client.communities import CommunityRow
    from bbs_client.shell.switch import Place

_OF_BOARDS = frozenset({"follow", "mute", "level", "board_up", "board_down", "folder"})
"""Functions that are about the board itself where it is under the cursor in the sidebar."""


@runtime_checkable
class Chooser(Protocol):
    """The app, which has what there is only one of: keys, and which community is shown."""

    @property
    def here(self) -> str:
        """The name of the profile whose community is shown."""
        ...

    def communities(self) -> "list[CommunityRow]":
        """Return the communities of this device."""
        ...

    def names_for(self, id: str) -> list[str]:
        """Return the names a function chooses from."""
        ...

    def choose(self, id: str, name: str) -> str:
        """Choose one by name; return what became of it, a sentence."""
        ...


class Commanding(Looking):
    """The `:` line."""

    _typed_before: list[str]

    def on_mount(self) -> None:
        """Begin with an empty history: it lasts as long as the session."""
        # No super(): Textual calls the panes' own by itself.
        self._typed_before = []

    def action_command_line(self) -> None:
        """Open the line."""
        from bbs_client.shell.command_line import CommandLine

        def answered(order: "ParsedCommand | None") -> None:
            if order is not None:
                self.obey(order)

        self.app.push_screen(CommandLine(self._typed_before, self._names), answered)

    def obey(self, order: "ParsedCommand") -> None:
        """Do what was typed: a function where the cursor is, or where the line says.

        Args:
            order: What `shell.verbs` understood.
        """
        from bbs_client.actions.action import ArgumentKind

        if not order.about:
            self._do(order.id)
        elif order.takes is ArgumentKind.WORDS:
            self.search(order.about)
        elif order.takes is ArgumentKind.NAME:
            self._choose(order.id, order.about)
        elif order.id == "switch" or order.takes is ArgumentKind.MEMBER:
            self.go_to(self._place(order.about))
        else:
            self._do_at(order.about, order.id)

    def action_communities(self) -> None:
        """Go to another community of this device."""
        from bbs_client.shell.community_list import CommunityChoice

        rows = self._chooser().communities()
        if len(rows) < 2:
            self.tell("This is the only community of this device; bbs join brings another.")
            return

        def answered(name: str | None) -> None:
            if name is not None:
                self._choose("communities", name)

        self.app.push_screen(CommunityChoice(rows, self._chooser().here), answered)

    def _choose(self, id: str, name: str) -> None:
        told = self._chooser().choose(id, name)
        if told:
            self.tell(told)

    def _chooser(self) -> Chooser:
        app: object = self.app
        assert isinstance(app, Chooser)
        return app

    def _do(self, id: str) -> None:
        if BY_ID[id].context is KeyScope.EVERYWHERE and not BY_ID[id].run:
            self.app.call_later(self.app.run_action, id, self.app)
        else:
            self.app.call_later(self.run_action, f"do({id!r})")

    def _do_at(self, about: str, id: str) -> None:
        """Go where a line says, then do it there; a thread stands for its first post."""
        from bbs import address

        found = address.parse(about)
        if isinstance(found, address.MemberAddress):
            self._stand_to_handle(found.handle, Stance(id))
            return
        post = getattr(found, "post", 1)

        def there() -> None:
            if self.pane is Pane.THREAD:
                self._to_number(post)
            elif id in _OF_BOARDS and isinstance(found, address.BoardAddress):
                self.go(Pane.BOARDS)
            self._do(id)

        thread = found.board if isinstance(found, address.BoardAddress) else None
        where = thread or f"{found.board}/{getattr(found, 'thread', 'lounge')}"
        self.go_to(self._place(where), there)

    def _stand_to_handle(self, handle: str, wanted: Stance) -> None:
        found = (one.id for one in self.session.members.values() if one.handle == handle)
        member = next(found, None)
        if member is None:
            self.tell(f"This device knows no member @{handle}.", warn=True)
        else:
            self.stand_to(member, wanted)

    def _to_number(self, number: int) -> None:
        thread = self.thread.thread
        outline = self.session.cache.outline(thread or "")
        post = next((row.post for row in outline if row.number == number), None)
        place = self.thread.find(post) if post is not None else None
        if place is not None:
            self.thread.jump(place, top=True)

    def _place(self, about: str) -> "Place":
        """Return what an address names, if it is in the mirror; else leave it to the server."""
        from bbs_client.shell.switch import Place, PlaceKind, places

        for place in places(self.session):
            # A title is its author's choice, and could be another thread's address (P13).
            if about == (place.label if place.kind is PlaceKind.MEMBER else place.about):
                return place
        return Place(PlaceKind.ADDRESS, about, about, "")

    def _names(self, takes: "ArgumentKind", id: str) -> Iterable[str]:
        """Return what can follow a verb, for completion: places and members of the mirror."""
        from bbs_client.actions.action import ArgumentKind
        from bbs_client.shell.switch import PlaceKind, places

        if takes is ArgumentKind.NAME:
            return self._chooser().names_for(id)
        if takes in (ArgumentKind.NOTHING, ArgumentKind.WORDS):
            return ()
        members = takes in (ArgumentKind.MEMBER, ArgumentKind.ANYTHING)
        return [
            place.label if place.kind is PlaceKind.MEMBER else place.about
            for place in places(self.session, members=members)
            if _fits(place, takes)
        ]


def _fits(place: "Place", takes: "ArgumentKind") -> bool:
    """Tell whether a verb of that kind can be told a place."""
    from bbs_client.actions.action import ArgumentKind
    from bbs_client.shell.switch import PlaceKind

    if place.kind is PlaceKind.BOARD:
        return takes in (ArgumentKind.PLACE, ArgumentKind.ANYTHING)
    return place.kind is PlaceKind.MEMBER or takes is not ArgumentKind.MEMBER
