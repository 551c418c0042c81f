"""`bbs connect`: opens what a profile keeps, then the screen, or lines where there is no screen."""

import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from bbs.cli.profiles import Profile
    from bbs_client.link import Link
    from bbs_client.mirror.cache import Cache
    from bbs_client.mirror.outbox import Outbox
    from bbs_client.news import LinkNews


@click.command()
@click.option("--profile", envvar="BBS_PROFILE", metavar="NAME", help="Who to be, and where.")
@click.option("--plain", is_flag=True, help="Lines instead of a screen; chosen without a terminal.")
def connect(profile: str | None, plain: bool) -> int:
    """Read and talk, in the terminal.

    Starts from what this device has, also without a connection.
    """
    from bbs.cli.profiles import load_profile

    chosen = load_profile(profile)
    if plain or not _has_screen():
        from bbs_client.plain.app import run

        return run(chosen, sys.stdin, sys.stdout)
    from bbs_client.app import FolkmootApp
    from bbs_client.paths import open_kept
    from bbs_client.terminal import GivingBackDriver, giving_back
    from bbs_client.widgets.house import House

    kept = open_kept(chosen)
    try:
        house = House(*kept)
        app = FolkmootApp(
            house,
            partial(_link, chosen, kept.cache, kept.outbox),
            no_color="NO_COLOR" in os.environ,
            driver_class=GivingBackDriver,
        )
        with giving_back(app.leave_on_signal):
            app.run()
    finally:
        kept.close()
    code = app.return_code or 0
    if code > signal.NSIG:
        click.echo("bbs: ended by a signal; drafts are kept", err=True)
    return code


def _link(
    profile: "Profile", cache: "Cache", outbox: "Outbox", notify: "Callable[[LinkNews], None]"
) -> "Link":
    """Make the link; its code is read once the screen is there."""
    from bbs_client.link import Link

    return Link(profile, cache, outbox, notify)


def _has_screen() -> bool:
    """Tell whether there is a terminal that can be drawn on."""
    # Textual draws on stderr, so that stdout stays free for results.
    streams = (sys.stdin, sys.stdout, sys.stderr)
    return all(stream.isatty() for stream in streams) and os.environ.get("TERM") != "dumb"
