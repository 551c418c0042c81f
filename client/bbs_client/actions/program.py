"""The program itself: the `:` line, communities, keys, theme, tour and help."""

from collections.abc import Iterable

from msgspec import Struct

from bbs import address
from bbs.errors import Disconnected
from bbs.letter_address import LetterAddress, parse_any
from bbs.refusals import SignInFailed
from bbs.sdk.errors import ServerKeyChanged
from bbs_client.actions.action import Action, ArgumentKind
from bbs_client.actions.places import show
from bbs_client.actions.surface import Confirm, Question, Surface
from bbs_client.actions.table import BY_ID
from bbs_client.actions.verbs import ParsedCommand, find_run
from bbs_client.session.addresses import Place, PlaceKind, locate, places
from bbs_client.session.first_steps import note_step
from bbs_client.session.state import OLD_KEY


class CommandQuestion(Question[ParsedCommand], frozen=True):
    """Asks for an action by name."""


class ChoiceQuestion(Question[str], frozen=True):
    """Asks for the community to go to, or for keys or a theme.

    Attributes:
        id: The id of the action: `communities`, `keymap` or `theme`.
    """

    id: str


class TourQuestion(Question[None], frozen=True):
    """Shows the community's banner, and a short tour.

    Attributes:
        brief: Whether to show the banner alone.
        has_banner: Whether to show it at all; the welcome has shown it before.
    """

    brief: bool
    has_banner: bool = True


class HelpQuestion(Question[None], frozen=True):
    """Shows every action and its keys.

    Attributes:
        words: What to look for among them; empty for nothing.
    """

    words: str = ""


class Doing(Struct, frozen=True):
    """What was chosen from all that there is: one of these.

    Attributes:
        action: The id of an action, to do here.
        place: A place to go to.
        words: Words to look for in help.
    """

    action: str = ""
    place: Place | None = None
    words: str = ""


class PaletteQuestion(Question[Doing], frozen=True):
    """Asks where to go or what to do, by a few letters.

    Attributes:
        composing: Whether the reader writes: then what works there, and no places.
    """

    composing: bool


class OwnSettingsQuestion(Question[None], frozen=True):
    """Shows the reader's own settings, to change them."""


async def settings(surface: Surface, _: str) -> None:
    """Show the reader's own settings; what is changed there is current at once."""
    await surface.ask(OwnSettingsQuestion())


async def palette(surface: Surface, _: str) -> None:
    """Go anywhere, do anything."""
    doing = await surface.ask(PaletteQuestion(surface.is_composing))
    if doing is None:
        return
    if doing.place is not None:
        await show(surface, doing.place)
    elif doing.words:
        await surface.ask(HelpQuestion(doing.words))
    else:
        action = BY_ID[doing.action]
        if action.run:
            await find_run(action)(surface, "")
        else:
            await surface.do_here(action)


async def try_now(surface: Surface, _: str) -> None:
    """While offline, try to connect now instead of after the wait."""
    session = surface.session
    if session.online:
        surface.notify("You are connected.")
    elif session.signed_out:
        await _sign_in_again(surface)
    elif isinstance(session.connection.failure, ServerKeyChanged):
        await _accept_key(surface, session.connection.failure)
    elif not session.connection.try_now():
        why = session.reason or "the server cannot be used"
        surface.notify(f"No more tries: {why}. Start the client anew once that is mended.")


async def _sign_in_again(surface: Surface) -> None:
    """Sign in again by the key of this device, whose session has ended."""
    from bbs_client.session.returning import how_to_sign_in, sign_in_again  # late: seldom

    session = surface.session
    try:
        await surface.wait(sign_in_again(session))
    except SignInFailed:
        surface.notify(f"{OLD_KEY}: quit and type {how_to_sign_in(session)}")
    except Disconnected:
        surface.notify("The server cannot be reached now.")
    else:
        surface.refresh()
        surface.notify("This device is signed in again.")


async def _accept_key(surface: Surface, changed: "ServerKeyChanged") -> None:
    """Ask whether the server, which does not tell the key that is known, is to be believed."""
    from bbs.features.community.keys import shorten_key

    if changed.told is None:
        surface.notify(f"No more tries: {changed}.")
        return
    says = (
        f"It tells {shorten_key(changed.told)}, known is {shorten_key(changed.known)}, and nobody signed"
        " the change. Either the community was restored from a backup before a hand-over, or"
        " another server answers at this address: then it gets your session and what you write."
        " Ask somebody there by another way first."
    )
    if await surface.ask(Confirm("Go on with the server's new key?", says, yes="go on")):
        surface.session.connection.accept_server_key()


async def command_line(surface: Surface, _: str) -> None:
    """Let the reader type an action by name, and run it."""
    command = await surface.ask(CommandQuestion())
    if command is not None:
        await obey(surface, command)


async def obey(surface: Surface, command: ParsedCommand) -> None:
    """Run an action at the reader's place, or first go to the place that the line names.

    Args:
        surface: The reader's surface.
        command: The result of `verbs.parse`.

    Raises:
        FolkmootError: If the action fails, or the place cannot be found.
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
    """Go to the post or place that an action acts on, and return it. Raises as `obey`."""
    where = parse_any(about)
    is_thread = isinstance(where, address.ThreadAddress | LetterAddress)
    if action.takes is ArgumentKind.POST and is_thread:
        about = f"{about}/1"  # for a thread, its first post
    place = await surface.wait(locate(surface.session, about))
    await show(surface, place)
    return place


def completions(surface: Surface, takes: ArgumentKind, id: str) -> Iterable[str]:
    """Return the words that can follow a verb: places and members of the mirror, or choices.

    Args:
        surface: The reader's surface.
        takes: The kind of argument that the verb takes.
        id: The id of its action.
    """
    if takes is ArgumentKind.NAME:
        return surface.program.names_for(id)
    if takes is ArgumentKind.PLAN:
        # Imported late: whoever opens no plan needs none of it.
        from bbs_client.actions.plans import plans_here

        return plans_here()
    if takes in (
        ArgumentKind.NOTHING,
        ArgumentKind.WORDS,
        ArgumentKind.FILE,
        ArgumentKind.CLAIM,
    ):
        return ()
    without = {
        ArgumentKind.POST: {PlaceKind.BOARD, PlaceKind.MEMBER},
        ArgumentKind.PLACE: {PlaceKind.MEMBER},
        ArgumentKind.LEFT: {PlaceKind.MEMBER, PlaceKind.THREAD},
        ArgumentKind.MEMBER: {PlaceKind.BOARD, PlaceKind.THREAD},
        ArgumentKind.PEOPLE: {PlaceKind.BOARD, PlaceKind.THREAD},
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
    """Use other keys, and store the choice."""
    await _choose(surface, "keymap", name)


async def theme(surface: Surface, name: str) -> None:
    """Use another theme, and store the choice."""
    await _choose(surface, "theme", name)
    note_step(surface.session, "looks")


async def tour(surface: Surface, _: str) -> None:
    """Show the banner, and a short introduction."""
    await surface.ask(TourQuestion(brief=False))


async def show_help(surface: Surface, _: str) -> None:
    """Show every action and its keys."""
    await surface.ask(HelpQuestion())


async def _choose(surface: Surface, id: str, name: str) -> None:
    chosen = name or await surface.ask(ChoiceQuestion(id))
    if chosen and (told := surface.program.choose(id, chosen)):
        surface.notify(told)
