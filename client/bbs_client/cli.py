"""`bbs connect`: opens the files of a profile, then the screen, or lines without a screen."""

import gc
import os
import signal
import sys
from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

from bbs import terminal
from bbs_client.theme import PALETTES, choose_theme, use_all_colours

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bbs.profiles import Profile
    from bbs_client.keymap import Keymap
    from bbs_client.settings import ClientSettings


@click.command()
@click.option("--profile", envvar="BBS_PROFILE", metavar="NAME", help="Who to be, and where.")
@click.option("--plain", is_flag=True, help="Lines instead of a screen; chosen without a terminal.")
@click.option("--theme", metavar="NAME", help=f"How it looks: {', '.join(PALETTES)}.")
@click.option("--keys", metavar="PRESET|FILE", help="Keys: default, vi, irc, newsreader or a file.")
@click.option("--notices", help="How to announce mentions and answers: none, bell or desktop.")
@click.option("--opens", help="First screen: home or boards.")
@click.option("--mouse", help="On, or off to leave the mouse to the terminal.")
def connect(profile: str | None, plain: bool, **flags: str | None) -> int:
    """Read and talk, in the terminal.

    Starts from the mirror on this device, also without a connection. With several profiles, W
    goes from one community to another; --profile or bbs profiles --default chooses the first.

    \b
    Other values come from the environment (BBS_THEME, BBS_KEYS, …), else from client.toml beside
    the profiles:
      [client]
      theme = "amber"
      keys = "vi"            # a preset, or a file as bbs keys prints it
      notices = "bell"       # rung for mentions and answers while nobody looks; or desktop, none
      opens = "home"         # begins with what waits for you; or boards
      mouse = "on"           # or off
      signs = "auto"         # or full, or ascii for terminals without box drawing
      names = "on"           # names in a colour each; or off
      banner = "on"          # the community's picture at home; or off
      times = "clock"        # 21:40 and 24 Nov; or iso
      threads = "tree"       # how a thread opens; or by time
      margin = "on"          # a third pane from 140 columns on; or off
      tour = "offer"         # shows what is what at the first connection; or taken
    """
    from bbs.profiles import ProfileAmbiguous, ProfileMissing, load_profile

    plain = plain or not _has_screen()
    if not plain:
        terminal.require_utf8()
    try:
        chosen, ask = load_profile(profile), False
    except ProfileMissing as error:
        from bbs_client.first_start import is_interactive, lead_on

        if error.name is None and is_interactive():
            lead_on(plain=plain)
        raise
    except ProfileAmbiguous as error:
        if plain:
            raise
        chosen, ask = load_profile(error.names[0]), True
    if plain:
        from bbs_client.plain.app import run

        return run(chosen, sys.stdin, sys.stdout)
    return _on_screen(chosen, flags, ask=ask)


def _on_screen(chosen: "Profile", flags: "Mapping[str, str | None]", *, ask: bool) -> int:
    # Nearly all objects made before the first screen stay for good; collecting garbage among them
    # would cost a tenth of that time.
    gc.disable()
    use_all_colours()
    from bbs_client import own_hues
    from bbs_client.communities import Communities
    from bbs_client.settings import load
    from bbs_client.tui.app import FolkmootApp
    from bbs_client.tui.driver import RestoringDriver
    from bbs_client.tui.signals import leave_on_signals

    settings = load(flags)
    own_hues.load()
    communities = Communities(chosen)
    try:
        session = communities.open(chosen.name)
        app = FolkmootApp(
            session,
            communities=communities,
            ask_community=ask,
            settings=replace(settings, theme=choose_theme(settings.theme)),
            keymap=_keymap(settings),
            driver_class=RestoringDriver,
            once_painted=_look_for_garbage,
        )
        with leave_on_signals(app):
            app.run(mouse=settings.mouse == "on")
    finally:
        communities.close()
    code = app.return_code or 0
    if code > signal.NSIG:
        terminal.tell("bbs: ended by a signal; drafts are kept")
    return code


def _keymap(settings: "ClientSettings") -> "Keymap | None":
    """Return the chosen keys; None for the table's, which need no reading."""
    if settings.keys == "default":
        return None
    from bbs_client.keymap import find

    return find(settings.keys)


def _look_for_garbage() -> None:
    gc.freeze()
    gc.enable()


def _has_screen() -> bool:
    """Return whether there is a terminal that Textual can draw on."""
    # Textual draws on stderr, so that stdout stays free for results.
    streams = (sys.stdin, sys.stdout, sys.stderr)
    return all(stream.isatty() for stream in streams) and os.environ.get("TERM") != "dumb"
