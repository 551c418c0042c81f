"""The palette: every entry of the key table, every board and thread, found by its name."""

from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.screen import Screen

from bbs_client.actions.action import Action, KeyScope
from bbs_client.actions.places import show
from bbs_client.actions.table import ACTIONS
from bbs_client.keys import format_keys
from bbs_client.session.addresses import Place, places
from bbs_client.shell.main import MainScreen

PLACES_SHOWN_MAX = 50


def _display(entry: Action) -> Content:
    return Content.assemble(entry.label, (f"  {format_keys(entry)}", "$quiet"))


class ActionProvider(Provider):
    """The key table. What works only while writing is offered only then."""

    def _entries(self) -> list[Action]:
        main = self._main()
        composing = main is not None and main.composing
        return [
            entry for entry in ACTIONS if composing == (entry.context is KeyScope.COMPOSER)
            or entry.context is KeyScope.EVERYWHERE
        ]  # fmt: skip

    def _main(self) -> MainScreen | None:
        screen: Screen[object] = self.screen
        return screen if isinstance(screen, MainScreen) else None

    async def _run(self, entry: Action) -> None:
        main = self._main()
        if main is None:
            await self.app.run_action(f"do({entry.id!r})" if entry.run else entry.id, self.app)
        elif entry.context is KeyScope.COMPOSER:
            await self.app.run_action(entry.id, main.composer.editor)
        else:
            main.surface.runner.run(entry)

    async def discover(self) -> Hits:
        """Offer everything."""
        for entry in self._entries():
            yield DiscoveryHit(
                _display(entry), partial(self._run, entry), text=entry.label, help=entry.help
            )

    async def search(self, query: str) -> Hits:
        """Offer what fits, by label and by help sentence."""
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


class PlaceProvider(Provider):
    """Boards and threads. Their names are foreign: shown as `Content`, never as markup (P13)."""

    _places: tuple[Place, ...] = ()

    async def startup(self) -> None:
        """Read them from the mirror once."""
        screen: Screen[object] = self.screen
        if isinstance(screen, MainScreen):
            self._places = tuple(places(screen.session, members=False))

    async def search(self, query: str) -> Hits:
        """Offer what fits."""
        screen: Screen[object] = self.screen
        if not isinstance(screen, MainScreen):
            return
        matcher = self.matcher(query)
        scored = ((matcher.match(f"{one.label} {one.about}"), one) for one in self._places)
        best = sorted(((s, one) for s, one in scored if s > 0), key=lambda pair: -pair[0])
        for score, place in best[:PLACES_SHOWN_MAX]:
            shown = Content.assemble(place.label, (f"  {place.about}", "$quiet"))
            go = partial(screen.surface.runner.start, show, place)
            yield Hit(0.5 * score, shown, go, text=place.label)
