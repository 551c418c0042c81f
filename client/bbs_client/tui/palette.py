"""The palette: finds every entry of the key table, every board and thread by its name."""

from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.screen import Screen

from bbs_client.actions.action import Action, KeyScope
from bbs_client.actions.places import show
from bbs_client.actions.table import ACTIONS
from bbs_client.keys import format_keys
from bbs_client.session.addresses import Place, places
from bbs_client.tui.main_screen import MainScreen

PLACES_SHOWN_MAX = 50


def _display(entry: Action) -> Content:
    return Content.assemble(entry.label, (f"  {format_keys(entry)}", "$quiet"))


class Finder(Provider):
    """Finds actions, and boards and threads by their names.

    Offers actions of writing only while the reader writes. Names are foreign text: shown as
    `Content`, never as markup (P13).
    """

    _places: tuple[Place, ...] = ()

    @property
    def _main(self) -> MainScreen | None:
        screen: Screen[object] = self.screen
        return screen if isinstance(screen, MainScreen) else None

    def _entries(self) -> list[Action]:
        composing = self._main is not None and self._main.composing
        return [
            entry for entry in ACTIONS if composing == (entry.context is KeyScope.COMPOSER)
            or entry.context is KeyScope.EVERYWHERE
        ]  # fmt: skip

    async def _run(self, entry: Action) -> None:
        main = self._main
        if main is None:
            await self.app.run_action(f"do({entry.id!r})" if entry.run else entry.id, self.app)
        elif entry.context is KeyScope.COMPOSER:
            await self.app.run_action(entry.id, main.composer.editor)
        else:
            main.surface.runner.run(entry)

    async def startup(self) -> None:
        """Read boards and threads from the mirror once."""
        if self._main is not None:
            self._places = tuple(places(self._main.session, members=False))

    async def discover(self) -> Hits:
        """Offer every action."""
        for entry in self._entries():
            yield DiscoveryHit(
                _display(entry), partial(self._run, entry), text=entry.label, help=entry.help
            )

    async def search(self, query: str) -> Hits:
        """Offer matches: actions by label and help sentence, places by their names."""
        matcher = self.matcher(query)
        for entry in self._entries():
            score = max(matcher.match(entry.label), 0.8 * matcher.match(entry.help))
            if score > 0:
                yield Hit(
                    score,
                    _display(entry),
                    partial(self._run, entry),
                    text=entry.label,
                    help=entry.help,
                )
        if self._main is None:
            return
        scored = ((matcher.match(f"{one.label} {one.about}"), one) for one in self._places)
        best = sorted(((s, one) for s, one in scored if s > 0), key=lambda pair: -pair[0])
        for score, place in best[:PLACES_SHOWN_MAX]:
            shown = Content.assemble(place.label, (f"  {place.about}", "$quiet"))
            go = partial(self._main.surface.runner.start, show, place)
            yield Hit(0.5 * score, shown, go, text=place.label)
