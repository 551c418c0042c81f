"""Connect a command to a community: its options, and the context it runs in."""

import asyncio
import functools
import os
import re
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click

from bbs.cli.completion_profiles import complete_profile
from bbs.cli.errors import TokenInvalid
from bbs.refusals import NotSignedIn, SignInFailed
from bbs.terminal.output import Output
from bbs.terminal.output_options import with_output_options
from bbs.terminal.person import nobody_is_there
from bbs.terminal.secret_files import read_secret

if TYPE_CHECKING:
    from bbs.profiles import Profile
    from bbs.sdk.community import Community
    from bbs.sdk.server_key import KnownServerKey

CLIENT = "bbs-cli"

_is_token = re.compile(r"[A-Za-z0-9_-]{32,128}").fullmatch

dry_run_option = click.option(
    "--dry-run", is_flag=True, help="Let the server run the command and change nothing."
)


def open_community(
    url: str,
    *,
    pin: str | None,
    token: str | None = None,
    listen: bool = False,
    tell_live: bool = False,
    script: bool | None = None,
    server_key: "KnownServerKey | None" = None,
) -> "AbstractAsyncContextManager[Community]":
    """Connect as the command line; arguments and errors as for `bbs.sdk.community.connect`.

    Args:
        script: Whether a script runs the command; None to find it out.
    """
    from bbs.sdk.community import connect  # late: --help needs no sockets

    script = nobody_is_there() if script is None else script
    return connect(
        url,
        token=token,
        client=CLIENT,
        listen=listen,
        tell_live=tell_live,
        pin=pin,
        script=script,
        server_key=server_key,
    )


@dataclass
class CliContext:
    """One call of the command line.

    Attributes:
        out: The output.
        profile: The name of a profile; None for the default one.
        url: A server, for scripts that have no profile; None to take the profile's.
        token_file: A 0600 file with the token for `url`; None to take `BBS_TOKEN`.
        pin: SHA-256 of the certificate of the server at `url`, in hexadecimal; None if it needs
            none. From connecting on, that of the connection.
        script: Whether a script runs the command; None to find it out.
        accept_key: Whether to take whatever key the server tells, once (protocol 32.2).
        device: The profile whose own session is used, once connected; None for a token.
        community: The connection that `run` makes for the work, signed in.
    """

    out: Output
    profile: str | None = None
    url: str | None = None
    token_file: str | None = None
    pin: str | None = None
    script: bool | None = None
    accept_key: bool = False
    device: "Profile | None" = field(init=False, default=None, repr=False, compare=False)
    community: "Community" = field(init=False, repr=False, compare=False)

    @asynccontextmanager
    async def connected(
        self, *, listen: bool = False, tell_live: bool = False
    ) -> AsyncIterator["Community"]:
        """Connect and sign in.

        Args:
            listen: True to receive events.
            tell_live: As for `bbs.sdk.community.connect`.

        Raises:
            NotSignedIn: If there is neither a profile nor a token, or its session has ended.
            Disconnected: If the server cannot be reached.
        """
        url, token, self.pin, kept, server_key = self._where()
        if not _is_token(token):
            raise TokenInvalid
        entered = False
        try:
            async with open_community(
                url,
                token=token,
                listen=listen,
                tell_live=tell_live,
                pin=self.pin,
                script=self.script,
                server_key=server_key,
            ) as community:
                entered = True
                if community.me is not None and community.me.clock_doubt is not None:
                    from bbs.features.community.rules import advise_on_clock

                    self.out.say(advise_on_clock(community.me.clock_doubt))
                if community.me is not None and community.me.seat_offered_until is not None:
                    from bbs.terminal.seat_text import tell_of_offer

                    self.out.say(tell_of_offer(community.me.seat_offered_until))
                yield community
        except (SignInFailed, NotSignedIn) as error:
            # Inside the work, this error is about a password that the member gave for a change.
            if entered and isinstance(error, SignInFailed):
                raise
            if not kept or self.device is None:
                raise TokenInvalid from None
            from bbs.terminal.ended_session import ended_session

            raise ended_session(self.device) from None

    def run(
        self,
        work: Callable[[], Coroutine[Any, Any, int | None]],
        *,
        listen: bool = False,
        tell_live: bool = False,
        follows: bool = False,
    ) -> int | None:
        """Connect, do the work, disconnect; return the exit code of the work.

        Args:
            work: A coroutine function; it finds the connection in `community`.
            listen: True to receive events.
            tell_live: As for `bbs.sdk.community.connect`.
            follows: True if the work goes on until the caller ends it; then it also ends when the
                reader of stdout does.
        """
        from bbs.terminal.reader_gone import while_read  # late: --help needs no event loop

        async def connected_work() -> int | None:
            async with self.connected(listen=listen, tell_live=tell_live) as self.community:
                await self.out.load_names(self.community)
                return await (while_read(work()) if follows else work())

        return asyncio.run(connected_work())

    def _where(self) -> "tuple[str, str, str | None, bool, KnownServerKey | None]":
        """Return URL, token, certificate pin, whether the token is a profile's session, and its key.

        Flags come before the environment.
        """
        from bbs.profiles import load_profile

        token = read_secret(self.token_file) if self.token_file else None
        token = token or (os.environ.get("BBS_TOKEN") or "").strip() or None
        if self.url is not None:
            if not token:
                raise click.UsageError("--url needs a token: BBS_TOKEN or --token-file")
            return self.url, token, self.pin, False, None
        profile = load_profile(self.profile)
        self.device = profile if token is None else None
        from bbs.sdk.server_key import known_to  # late: --help needs no sockets

        known = known_to(profile, accept=self.accept_key)
        return profile.url, token or profile.token, profile.pin, token is None, known


def with_connection_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command a `CliContext` as its first argument, and the options that make one."""

    @click.option(
        "--profile",
        envvar="BBS_PROFILE",
        metavar="NAME",
        help="Who to be: a profile of this device.",
        shell_complete=complete_profile,
    )
    @click.option("--url", envvar="BBS_URL", help="A server, with BBS_TOKEN; for scripts.")
    @click.option(
        "--token-file", type=click.Path(exists=True, dir_okay=False), help="A 0600 token file."
    )
    @click.option("--pin", envvar="BBS_PIN", hidden=True)
    @click.option(
        "--script/--no-script",
        envvar="BBS_SCRIPT",
        default=None,
        help="Say that a script, or a person, runs this; without a terminal it is a script.",
    )
    @click.option("--accept-key", is_flag=True, hidden=True)
    @with_output_options
    @functools.wraps(function)
    def with_caller(
        out: Output,
        /,
        *args: Any,
        profile: str | None,
        url: str | None,
        token_file: str | None,
        pin: str | None,
        script: bool | None,
        accept_key: bool,
        **kwargs: Any,
    ) -> Any:
        caller = CliContext(out, profile, url, token_file, pin, script, accept_key)
        return function(caller, *args, **kwargs)

    return with_caller


def with_community(
    function: Callable[..., Coroutine[Any, Any, int | None]],
) -> Callable[..., int | None]:
    """Make a command of a coroutine function whose `CliContext` is connected while it runs.

    A command that checks or asks something before it connects calls `CliContext.run` instead.
    """

    @with_connection_options
    @functools.wraps(function)
    def connected(caller: CliContext, /, **options: Any) -> int | None:
        return caller.run(functools.partial(function, caller, **options))

    return connected
