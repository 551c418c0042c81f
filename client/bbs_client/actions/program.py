"""The program itself: the `:` line, communities, keys, theme, tour and help."""

from collections.abc import Iterable

from bbs import address
from bbs_client.actions.action import Action, ArgumentKind
from bbs_client.actions.places import show
from bbs_client.actions.surface import Question, Surface
from bbs_client.actions.table import BY_ID
from bbs_client.actions.verbs import ParsedCommand, find_run
from bbs_client.session.addresses import Place, PlaceKind, locate, places


class CommandQuestion(Question[ParsedCommand], frozen=True):
    """What to do, by name."""


class ChoiceQuestion(Question[str], frozen=True):
    """Which community to go to, or which keys or theme to use.

    Attributes:
        id: The action's that asks: `communities`, `keymap` or `theme`.
    """

    id: str


class TourQuestion(Question[None], frozen=True):
    """The community's banner, and a short tour.

    Attributes:
        brief: Whether to show the banner alone.
    """

    brief: bool


class HelpQuestion(Question[None], frozen=True):
    """Every action and its keys."""


async def command_line(surface: Surface, _: str) -> None:
    """Let the reader type an action by name, and do it."""
    command = await surface.ask(CommandQuestion())
    if command is not None:
        await obey(surface, command)


async def obey(surface: Surface, command: ParsedCommand) -> None:
    """Do an action where the reader is, or go first where a line says.

    Args:
        surface: Where the reader is.
        command: What `verbs.parse` understood.

    Raises:
        FolkmootError: If it cannot be done, or the place cannot be found.
    """
    action, about = BY_ID[command.id], command.about
    if about and action.takes in (ArgumentKind.POST, ArgumentKind.PLACE):
        place = await aim(surface, action, about)
        if place.kind is PlaceKind.LOUNGE and action.id == "lounge":
            return
        about = ""
    if action.run:
        await find_run(action)(surface, about)
    else:
        await surface.do_here(action)


async def aim(surface: Surface, action: Action, about: str) -> Place:
    """Go to the post or place that an action is to be done to, and return it. Raises as `obey`."""
    where = address.parse(about)
    if action.takes is ArgumentKind.POST and isinstance(where, address.ThreadAddress):
        about = f"{about}/1"  # a thread stands for its first post
    place = await surface.wait(locate(surface.session, about))
    await show(surface, place)
    return place


def completions(surface: Surface, takes: ArgumentKind, id: str) -> Iterable[str]:
    """Return what can follow a verb: places and members of the mirror, or names to choose from.

    Args:
        surface: Where the reader is.
        takes: What the verb takes.
        id: The id of its action.
    """
    if takes is ArgumentKind.NAME:
        return surface.program.names_for(id)
    if takes in (ArgumentKind.NOTHING, ArgumentKind.WORDS, ArgumentKind.FILE):
        return ()
    without = {
        ArgumentKind.POST: {PlaceKind.BOARD, PlaceKind.MEMBER},
        ArgumentKind.PLACE: {PlaceKind.MEMBER},
        ArgumentKind.MEMBER: {PlaceKind.BOARD, PlaceKind.THREAD},
    }.get(takes, set())
    return (
        place.label if place.kind is PlaceKind.MEMBER else place.about
        for place in places(surface.session, members=PlaceKind.MEMBER not in without)
        if place.kind not in without
    )


async def communities(surface: Surface, name: str) -> None:
    """Go to another community of this device."""
    if len(surface.program.names_for("communities")) < 2:
        surface.notify("This is the only community of this device; bbs join brings another.")
    else:
        await _choose(surface, "communities", name)


async def keymap(surface: Surface, name: str) -> None:
    """Use other keys, and remember the choice."""
    await _choose(surface, "keymap", name)


async def theme(surface: Surface, name: str) -> None:
    """Use another theme, and remember the choice."""
    await _choose(surface, "theme", name)


async def tour(surface: Surface, _: str) -> None:
    """Show the banner, and what is what."""
    await surface.ask(TourQuestion(brief=False))


async def show_help(surface: Surface, _: str) -> None:
    """Show every action and its keys."""
    await surface.ask(HelpQuestion())


async def _choose(surface: Surface, id: str, name: str) -> None:
    chosen = name or await surface.ask(ChoiceQuestion(id))
    if chosen and (told := surface.program.choose(id, chosen)):
        surface.notify(told)
