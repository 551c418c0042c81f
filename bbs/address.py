"""Addresses of boards, threads, posts, lines and members, and links of invitations. Pure.

`garden`, `garden/42`, `garden/42/7`, `garden/lounge`, `garden/lounge/113`, `@ana`: members type the
addresses that the screen shows. Only `reading.resolve` knows whether the thing exists.
"""

import ipaddress
import re
from urllib.parse import quote, unquote_to_bytes

from msgspec import Struct
from msgspec.structs import force_setattr

from bbs import limits
from bbs.errors import BadParams
from bbs.patterns import LatePattern
from bbs.refusals import NameTaken, TextRefused

NAME_RULE = (
    f"2 to {limits.SLUG_CHARS_MAX} small letters a to z, digits, - and _, "
    "beginning with a letter or digit"
)
NAME_PATTERN = rf"[a-z0-9][a-z0-9_-]{{1,{limits.SLUG_CHARS_MAX - 1}}}"
"""The form of handles and slugs: a regular expression without anchors."""

_SLUG_WORDS = (
    "admin all board boards desk everywhere help home inbox invite letter letters lounge me member "
    "members mine moderators new nobody none null off on proposal proposals report reports round "
    "saved search settings sysop system thread threads unread"
)
RESERVED_SLUGS = frozenset(_SLUG_WORDS.split())
"""Words of addresses, screens and commands, which no board may have as its name."""

HOST_RULE = "the host is a name or an IP address, like moot.example.org or [::1]"

ADDRESS_CHARS_MAX = 128
LINK_CHARS_MAX = 1_024

_name = re.compile(NAME_PATTERN).fullmatch
_number = re.compile(r"[1-9][0-9]{0,15}").fullmatch
_port = re.compile(r"[1-9][0-9]{0,4}").fullmatch
_code = re.compile(r"[A-Za-z0-9_-]{32,128}").fullmatch
_pin = re.compile(r"[0-9a-f]{64}").fullmatch
_host = LatePattern(
    r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*"
)
_link = LatePattern(
    r"bbs://(?P<host>\[[0-9a-f:.]+\]|[a-z0-9.-]+):(?P<port>[0-9]+)/?(\?plain=(?P<plain>[01]))?"
    r"#(?P<secret>[A-Za-z0-9_.-]+)"
)
_unix_link = LatePattern(r"bbs\+unix://(?P<path>/[^?#]*)#(?P<secret>[A-Za-z0-9_-]+)")
_unsafe = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]").search
_NUMBER_MAX = 2**53 - 1


class BoardAddress(Struct, frozen=True):
    """A board: `garden`."""

    board: str

    def __str__(self) -> str:
        return self.board


class ThreadAddress(Struct, frozen=True):
    """A thread, by its number on the board: `garden/42`."""

    board: str
    thread: int

    def __str__(self) -> str:
        return f"{self.board}/{self.thread}"


class PostAddress(Struct, frozen=True):
    """A post, by its number in the thread: `garden/42/7`."""

    board: str
    thread: int
    post: int

    def __str__(self) -> str:
        return f"{self.board}/{self.thread}/{self.post}"


class LoungeAddress(Struct, frozen=True):
    """A board's lounge: `garden/lounge`."""

    board: str

    def __str__(self) -> str:
        return f"{self.board}/lounge"


class LineAddress(Struct, frozen=True):
    """A line of a lounge, by its number: `garden/lounge/113`."""

    board: str
    line: int

    def __str__(self) -> str:
        return f"{self.board}/lounge/{self.line}"


class MemberAddress(Struct, frozen=True):
    """A member, by handle: `@ana`."""

    handle: str

    def __str__(self) -> str:
        return f"@{self.handle}"


Address = BoardAddress | ThreadAddress | PostAddress | LoungeAddress | LineAddress | MemberAddress
"""The result of `parse`; `str()` of it is the text that was parsed."""


class InvitationLink(Struct, frozen=True):
    """The address of a community, and the code with which a person joins it.

    Attributes:
        host: Lower-case name or IP address, IPv6 without brackets; empty for a unix socket.
        port: 1 to 65535; 0 for a unix socket.
        tls: Whether to connect over TLS; False only on this machine.
        code: The invitation's secret.
        pin: SHA-256 of the server's certificate in lower-case hex; None for a certificate of a
            public authority, and without TLS.
        path: Absolute path of the unix socket; None for host and port.
    """

    host: str
    port: int
    tls: bool
    code: str
    pin: str | None = None
    path: str | None = None

    def __str__(self) -> str:
        return format_invitation_link(self)


def parse(text: str) -> Address:
    """Parse an address as people type it.

    Args:
        text: The address, without white space around it.

    Returns:
        The address; `str()` of it is `text`.

    Raises:
        BadParams: If `text` is no address; the rule shows the right form.
    """
    if len(text) > ADDRESS_CHARS_MAX:
        raise _no_address("an address is short, like garden/42/7")
    if text.startswith("@"):
        if not _name(text[1:]):
            raise _no_address(f"after @ comes a handle: {NAME_RULE}, like @ana")
        return MemberAddress(text[1:])
    if text.startswith("~"):
        people = text[1:].partition("/")[0].split("+")
        shown = " ".join(people) if all(map(_name, people)) else "ana"
        error = _no_address("~ begins a letter, which is named by the people in it alone")
        error.add_note(f"bbs letter {shown} reads it; with -m it writes there")
        raise error
    board, *rest = text.split("/")
    if not _name(board):
        small = board.lower()
        if _name(small):
            raise _no_address(f"a board is written in small letters: {small}")
        raise _no_address(f"it begins with a board: {NAME_RULE}, like garden or garden/42")
    match rest:
        case []:
            return BoardAddress(board)
        case ["lounge"]:
            return LoungeAddress(board)
        case ["lounge", line]:
            return LineAddress(board, _parse_number(line, f"{board}/lounge/113"))
        case [thread]:
            return ThreadAddress(board, _parse_number(thread, f"{board}/42 or {board}/lounge"))
        case [thread, post]:
            example = f"{board}/42/7"
            return PostAddress(board, _parse_number(thread, example), _parse_number(post, example))
        case _:
            raise _no_address(f"an address ends with a post, like {board}/42/7")


def is_name(text: str) -> bool:
    """Return whether `text` has the form of a handle or slug."""
    return _name(text) is not None


def drop_unless_name(view: Struct, field: str) -> None:
    """Set a slug or handle of a new view to None if it does not have the form of one (P13).

    Call it from `__post_init__`: it holds for results, events and stored documents alike. Screens,
    prompts and shells may then show and complete the field as it is, whatever the server sent.

    Args:
        view: The view under construction.
        field: The field that holds the slug or handle, a string or None.
    """
    text = getattr(view, field)
    if text is not None and not _name(text):
        force_setattr(view, field, None)


def check_slug(slug: str) -> None:
    """Refuse a text that cannot be a board's slug.

    Raises:
        TextRefused: If it does not have the form of a slug.
        NameTaken: If it is one of `RESERVED_SLUGS`.
    """
    if not _name(slug):
        raise TextRefused("slug", NAME_RULE)
    if slug in RESERVED_SLUGS:
        raise NameTaken("slug")


def parse_invitation_link(link: str) -> InvitationLink:
    """Parse an invitation: `bbs://host:port/#code`, `#code.pin`, or `bbs+unix:///path#code`.

    Links to this machine without a pin mean plain text, unless they have `?plain=0`; all other
    links mean TLS. `?plain=1` states plain text openly.

    Args:
        link: The link, without white space around it.

    Returns:
        The invitation; `format_invitation_link` of it means the same as `link`.

    Raises:
        BadParams: If `link` is no invitation, or asks for plain text to another machine or
            together with a pin. The rule never repeats the code.
    """
    if len(link) > LINK_CHARS_MAX:
        raise _no_invitation("too long; it looks like bbs://host:port/#code")
    if found := _unix_link.fullmatch(link):
        return _unix_invitation(found)
    found = _link.fullmatch(link)
    if found is None:
        raise _no_invitation("it looks like bbs://host:port/#code, in small letters up to the #")
    host = found["host"].strip("[]")
    if not is_host(host) or found["host"].startswith("[") != (":" in host):
        raise _no_invitation(HOST_RULE)
    if not _port(found["port"]) or int(found["port"]) > 65_535:
        raise _no_invitation("the port is a number from 1 to 65535")
    code, dot, pin = found["secret"].partition(".")
    if not _code(code):
        raise _no_invitation("the code after # is damaged; copy the whole link")
    if dot and not _pin(pin):
        raise _no_invitation("the pin after the code is damaged; copy the whole link")
    tls = bool(pin) or not is_loopback(host)
    if found["plain"] == "1" and tls:
        raise _no_invitation("?plain=1 is for this machine only, without a pin")
    if found["plain"] == "0":
        tls = True
    return InvitationLink(host, int(found["port"]), tls, code, pin or None)


def format_invitation_link(invitation: InvitationLink) -> str:
    """Return the link of an invitation; the inverse of `parse_invitation_link`.

    Raises:
        BadParams: If `parse_invitation_link` would refuse the link, such as for plain text to
            another machine.
    """
    if invitation.path is not None:
        link = f"bbs+unix://{quote(invitation.path, safe='/._~-')}#{invitation.code}"
    else:
        host = f"[{invitation.host}]" if ":" in invitation.host else invitation.host
        default_tls = invitation.pin is not None or not is_loopback(invitation.host)
        query = "" if invitation.tls == default_tls else f"?plain={int(not invitation.tls)}"
        pin = f".{invitation.pin}" if invitation.pin else ""
        link = f"bbs://{host}:{invitation.port}/{query}#{invitation.code}{pin}"
    if parse_invitation_link(link) != invitation:
        raise _no_invitation("this cannot be written as a link")
    return link


def is_host(host: str) -> bool:
    """Return whether `host` has the form of a name in small letters, or of an IP address.

    Args:
        host: An IPv6 address without brackets.
    """
    try:
        ipaddress.ip_address(host)
    except ValueError:
        # Resolvers take a last label of digits alone for an IPv4 address in an odd notation.
        return bool(_host.fullmatch(host)) and not host.rpartition(".")[2].isdigit()
    return True


def is_loopback(host: str) -> bool:
    """Return whether `host` (a name or IP address) can only mean this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def plain_host(host: str) -> str:
    """Return a host in the form for comparing: in lower case, without the root's final dot."""
    return host.lower().removesuffix(".")


def canonical_ip(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Return an IP address in the form for comparing: without its zone, IPv4 if it is mapped.

    A socket for both, such as systemd hands over, shows IPv4 addresses within a single IPv6 /64.

    Args:
        host: As a person or a socket writes it, without brackets.

    Raises:
        ValueError: If `host` is no IP address.
    """
    parsed = ipaddress.ip_address(host.partition("%")[0])
    return getattr(parsed, "ipv4_mapped", None) or parsed


def _unix_invitation(found: re.Match[str]) -> InvitationLink:
    try:
        path = unquote_to_bytes(found["path"]).decode("utf-8")
    except UnicodeError:
        raise _no_invitation("the path is not UTF-8") from None
    if _unsafe(path):
        raise _no_invitation("the path holds control characters")
    if not _code(found["secret"]):
        raise _no_invitation("the code after # is damaged; copy the whole link")
    return InvitationLink("", 0, False, found["secret"], None, path)


def _parse_number(text: str, example: str) -> int:
    if not _number(text) or int(text) > _NUMBER_MAX:
        raise _no_address(f"after the board come numbers from 1 on, like {example}")
    return int(text)


def _no_address(rule: str) -> BadParams:
    return BadParams("address", rule)


def _no_invitation(rule: str) -> BadParams:
    return BadParams("invitation", rule)
