"""The settings of a server: flag > BBS_ environment > TOML file > default, all checked at start."""

import ipaddress
import os
import shlex
import shutil
from collections.abc import Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from bbs import limits
from bbs.address import HOST_RULE, canonical_ip, is_host, is_loopback, plain_host
from bbs.banner import read_banner
from bbs.clock import MOMENT_RULE, is_expressible
from bbs.features.community.first_steps import UNNAMED
from bbs.features.norms.templates import FLOOR, find_template
from bbs.refusals import TextRefused
from bbs.settings import SettingsError, load_settings, read_toml
from bbs.text import check_line

HEALTH_TOKEN_CHARS_MIN = 32  # 128 bits in hex: nobody guesses it
UNIX = "unix:"
UNIX_PATH_BYTES_MAX = 107  # what the kernel has room for, less the zero at the end

NO_BOARD = "none"
"""What stands for no first board."""


class ServerSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything a sysop can set. `docs/reference/settings.md` is made from this.

    Attributes:
        data: Folder of the database; made with mode 0700. A restart is needed for all settings
            but `motd` and `maintenance`, which SIGHUP reads again, and the certificate's files.
        listen: `host:port`, IPv6 in brackets, port 0 for any free one, or `unix:/path`, the whole
            path. Beyond loopback TLS or a reverse proxy in front is needed: clients refuse to send
            a password in the clear.
        public: Host and port that invitations name; empty: as listened on.
        hosts: Host names that the server accepts, such as a proxy's name for it; empty: those of `public`
            and `listen`, and this machine's own, or any while `public` is empty.
        origins: Browser origins that may connect; programs without an origin always may.
        proxy: IP address of the reverse proxy whose X-Forwarded-For the server trusts, or `unix`
            for a proxy on the unix socket; empty: no proxy.
        tls_certificate, tls_key: PEM files; both or none.
        title: Title of a new community, as a board's; later changes are made with `bbs admin boards configure`.
        template: The template whose norms a new community begins with: the floor under the norms of every board.
            `bbs admin boards open` names the templates.
        first_board: The template of a board that the first sysop has on joining a new community; `none` for
            no board.
        seats: Seats of a new community; 0: as many as `members_max`. Later changes are made with
            `bbs admin boards configure commons --seats`.
        members_max: Highest number of members. A community that has more seats keeps them.
        board_seats_max: Highest number of seats of a board; `bbs admin boards` sets the number,
            by default 40. A board that has more keeps them.
        boards_max: Highest number of boards; existing boards stay.
        connections: Connections at once, strangers too; the server closes further connections.
            Each is an open file: the server warns at its start if `ulimit -n` allows fewer.
        log: Level of the log: debug, info, warning or error.
        log_format: `text` for lines, `json` for an object on each line. Neither holds message text.
        hook: A command run when something needs a person (low disk, storage in trouble, a
            certificate about to end): event name as last argument, facts as JSON on stdin.
        disk_low_mb: The server runs the hook when the data folder's disk has less free MiB than
            this; 0: never.
        health_token: Lets other machines read /healthz, /readyz and /metrics, as a bearer token;
            empty: only this machine may.
        motd: Message of the day, one line, shown to everybody who connects; empty for none.
        maintenance: Moment of the next planned stop, shown to everybody who connects;
            RFC 3339 with a zone, as in `2026-03-01T20:00:00+01:00`; empty for none.
        banner: A file with a picture for the community, at most 20 lines of 80 columns and 8 KiB:
            UTF-8 with escape sequences for sixteen colours and bold, nothing else; empty for none.
        sample: A throw-away community on loopback: cheap password hashes, nothing throttled,
            nothing held on the commons.
    """

    data: str = "data"
    listen: str = "127.0.0.1:8765"
    public: str = ""
    hosts: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    proxy: str = ""
    tls_certificate: str = ""
    tls_key: str = ""
    title: str = UNNAMED
    template: str = FLOOR
    first_board: str = NO_BOARD
    seats: Annotated[int, Meta(ge=0, le=limits.BOARD_SEATS_MAX)] = 0
    members_max: Annotated[int, Meta(ge=1, le=limits.BOARD_SEATS_MAX)] = limits.MEMBERS_DEFAULT
    board_seats_max: Annotated[int, Meta(ge=1, le=limits.BOARD_SEATS_MAX)] = (
        limits.BOARD_SEATS_DEFAULT
    )
    boards_max: Annotated[int, Meta(ge=1, le=limits.BOARDS_MAX)] = limits.BOARDS_DEFAULT
    connections: Annotated[int, Meta(ge=1, le=limits.CONNECTIONS_MAX)] = limits.CONNECTIONS_DEFAULT
    log: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["text", "json"] = "text"
    hook: str = ""
    disk_low_mb: Annotated[int, Meta(ge=0)] = 200
    health_token: str = ""
    motd: str = ""
    maintenance: str = ""
    banner: str = ""
    sample: bool = False


def load(
    file: Path | None, flags: Mapping[str, Any], environment: Mapping[str, str] = os.environ
) -> ServerSettings:
    """Put the settings together.

    Args:
        file: A TOML file; None for none.
        flags: What the command line gave; None values are passed over.

    Raises:
        SettingsError: If a key is unknown, a value does not fit, or the file cannot be read.
    """
    values = {} if file is None else read_toml(file)
    if isinstance(moment := values.get("maintenance"), date | time):
        values["maintenance"] = moment.isoformat()
    settings = load_settings(
        ServerSettings, file=file, values=values, flags=flags, environment=environment
    )
    _check(settings)
    return settings


def _check(settings: ServerSettings) -> None:
    if bool(settings.tls_certificate) != bool(settings.tls_key):
        given, missing = ("tls_certificate", "tls_key")[:: 1 if settings.tls_certificate else -1]
        raise SettingsError(
            f"{missing} is missing",
            f"a server with {given} also needs {missing}; set {missing} or remove {given}",
        )
    if not settings.data:
        raise SettingsError(
            "data is empty", "write the path of a folder, as in /var/lib/folkmoot/data"
        )
    if settings.listen.startswith(UNIX):
        _check_socket(settings.listen.removeprefix(UNIX))
    else:
        check_tls_required(settings, parse_listen(settings)[0])
    if settings.public:
        try:
            host, port = host_and_port(settings.public)
        except ValueError:
            host, port = "", 0
        if port == 0 or not is_host(host):
            raise SettingsError(
                f"public = {settings.public!r}", f"write host:port, without bbs://; {HOST_RULE}"
            )
    if settings.proxy == "unix" and not settings.listen.startswith(UNIX):
        raise SettingsError(
            'proxy = "unix"', 'goes with listen = "unix:/path"; name the address instead'
        )
    parse_proxy(settings)
    token = settings.health_token
    if token and not (len(token) >= HEALTH_TOKEN_CHARS_MIN and token.isascii() and token.isalnum()):
        raise SettingsError(
            "health_token",
            f"at least {HEALTH_TOKEN_CHARS_MIN} letters and digits; draw it with"
            " openssl rand -hex 32",
        )
    _check_hook(settings.hook)
    maintenance_at(settings)
    banner_text(settings)
    find_template(settings.template)
    if settings.first_board != NO_BOARD:
        find_template(settings.first_board, field="first_board")
    try:
        check_line(settings.title, field="title", chars_max=limits.TITLE_CHARS_MAX)
        check_line(settings.motd, field="motd", chars_max=limits.MOTD_CHARS_MAX, empty=True)
    except TextRefused as error:
        raise SettingsError(error.field, str(error).removeprefix(f"{error.field}: ")) from error


def host_and_port(address: str) -> tuple[str, int]:
    """Split `host:port`; an IPv6 address stands in brackets, and is returned without.

    A name comes in small letters, as invitations have it.

    Raises:
        ValueError: If it is not written so.
    """
    host, _, port = address.rpartition(":")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
        ipaddress.IPv6Address(host)
    elif not host or not set(host).isdisjoint("[]:"):
        raise ValueError(address)
    if not (port.isascii() and port.isdecimal()) or int(port) > 65_535:
        raise ValueError(address)
    return host if ":" in host else host.lower(), int(port)


def parse_listen(settings: ServerSettings) -> tuple[str, int]:
    """Return host, without brackets, and port of `settings.listen`, which is no unix socket.

    Raises:
        SettingsError: If it is not written as host and port.
    """
    try:
        return host_and_port(settings.listen)
    except ValueError:
        raise SettingsError(
            f"listen = {settings.listen!r}",
            "write host:port, as in 127.0.0.1:8765 or [::1]:8765, or unix:/path",
        ) from None


def _check_socket(path: str) -> None:
    if not path.startswith("/") or path.endswith("/"):
        raise SettingsError(
            f"listen = {UNIX + path!r}",
            "write the whole path of the socket, from the first / on,"
            " as in unix:/run/folkmoot/bbs.sock",
        )
    if len(os.fsencode(path)) > UNIX_PATH_BYTES_MAX:
        raise SettingsError(
            f"listen = {UNIX + path!r}",
            f"the path of a socket has at most {UNIX_PATH_BYTES_MAX} bytes",
        )


def hosts_of(settings: ServerSettings) -> tuple[str, ...]:
    """Return the host names answered to; empty: any, for nobody said what people type.

    Without a list of the sysop's own this machine may always ask: its command line and its monitor.
    """
    if settings.hosts or not settings.public:
        return tuple(map(plain_host, settings.hosts))
    own = () if settings.listen.startswith(UNIX) else (parse_listen(settings)[0],)
    named = (host_and_port(settings.public)[0], *own, "localhost", "127.0.0.1", "::1")
    return tuple(map(plain_host, named))


def parse_proxy(settings: ServerSettings) -> str | None:
    """Return whose X-Forwarded-For is believed, written as the address of a peer is; None: nobody's.

    Raises:
        SettingsError: If it is no address: what never matches would be passed over without a word.
    """
    if settings.proxy in ("", "unix"):
        return settings.proxy or None
    try:
        return str(canonical_ip(settings.proxy))
    except ValueError:
        raise SettingsError(
            f"proxy = {settings.proxy!r}",
            "write the IP address it connects from, as in 127.0.0.1, or unix",
        ) from None


def check_tls_required(settings: ServerSettings, host: str) -> None:
    """Refuse to serve other machines in the clear: no client would send a password there.

    Args:
        settings: With the certificate, or the proxy that has one.
        host: What is listened on: a name or an address without brackets.

    Raises:
        SettingsError: If it reaches beyond this machine.
    """
    if not settings.tls_certificate and not settings.proxy and not is_loopback(host):
        raise SettingsError(
            f"listening on {host!r} reaches beyond this machine",
            "give tls_certificate and"
            " tls_key, or listen on 127.0.0.1 behind a reverse proxy (docs/operating.md)",
        )


def banner_text(settings: ServerSettings) -> str:
    """Return what the file of `settings.banner` holds; empty where none is set.

    Raises:
        SettingsError: If it cannot be read, or is not what a banner may be.
    """
    if not settings.banner:
        return ""
    try:
        with Path(settings.banner).open("rb") as file:
            text = file.read(limits.BANNER_BYTES_MAX + 1).decode("utf-8")
        read_banner(text)
    except OSError as error:
        raise SettingsError(
            f"banner = {settings.banner!r}", error.strerror or str(error)
        ) from error
    except (UnicodeDecodeError, TextRefused) as error:
        raise SettingsError(f"banner = {settings.banner!r}", str(error)) from error
    return text


def maintenance_at(settings: ServerSettings) -> datetime | None:
    """Return the moment of `settings.maintenance`; None where nothing is planned.

    Raises:
        SettingsError: If it is no moment with a zone.
    """
    if not settings.maintenance:
        return None
    try:
        found = datetime.fromisoformat(settings.maintenance)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise SettingsError(
            f"maintenance = {settings.maintenance!r}",
            "write a moment with its zone, as in 2026-03-01T20:00:00+01:00",
        )
    if not is_expressible(found):
        raise SettingsError(f"maintenance = {settings.maintenance!r}", MOMENT_RULE)
    return found


def _check_hook(hook: str) -> None:
    if not hook:
        return
    try:
        words = shlex.split(hook)
    except ValueError as error:
        raise SettingsError(f"hook = {hook!r}", str(error)) from error
    if not words or shutil.which(words[0]) is None:
        raise SettingsError(f"hook = {hook!r}", "there is no such command that may be run")
