"""`bbs forget-device`: end this device's session and delete its files."""

import asyncio

import click

from bbs.cli.completion_profiles import complete_profile
from bbs.cli.context import open_community
from bbs.features.members.messages import EndSession
from bbs.profiles import Profile, delete_profile, load_profile
from bbs.refusals import NotFound, NotSignedIn, SignInFailed
from bbs.terminal.output import Output
from bbs.terminal.output_options import with_output_options
from bbs.terminal.prompts import confirm


@click.command(name="forget-device")
@click.option(
    "--profile",
    metavar="NAME",
    envvar="BBS_PROFILE",
    shell_complete=complete_profile,
    help="The profile to forget.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--offline", is_flag=True, help="Delete the files here without asking the server.")
@with_output_options
def forget_device(out: Output, profile: str | None, yes: bool, offline: bool) -> None:
    """End this device's session and delete its profile, mirror, outbox and drafts.

    Unsent posts in the outbox are deleted too. Afterwards the server does not know this device.
    With --offline the session stays valid until it expires, or until you end it on another device
    with `bbs devices --end`.
    """
    known = load_profile(profile)
    confirm(f"Delete everything kept here for {known.name}, unsent words included?", yes=yes)
    if not offline:
        asyncio.run(_end_session(known))
    delete_profile(known)
    out.result({"profile": known.name, "forgotten": True}, [f"{known.name} is forgotten here."])


async def _end_session(profile: Profile) -> None:
    from bbs.sdk.errors import ServerKeyChanged
    from bbs.sdk.server_key import known_to

    try:
        async with open_community(
            profile.url, token=profile.token, pin=profile.pin, server_key=known_to(profile)
        ) as community:
            await community.call(EndSession(session=profile.session))
    except (SignInFailed, NotSignedIn, NotFound):
        # The session has ended before.
        return
    except ServerKeyChanged as error:
        vars(error)["hint"] = "--offline deletes the files here without telling that server"
        raise
