"""The plain client: visits a community line by line and does what is typed."""

import asyncio
import sys
from typing import TextIO

from bbs import address
from bbs.errors import BadParams
from bbs.profiles import Profile
from bbs.sdk.community import connect
from bbs.settings import did_you_mean
from bbs.terminal.event_text import EventDescriber
from bbs.terminal.reader_gone import while_read
from bbs_client.plain.surface import PlainSurface
from bbs_client.plain.verbs import VERBS, Verb, find_verb

CLIENT = "bbs-plain"


def run(profile: Profile, stdin: TextIO | None = None, stdout: TextIO | None = None) -> int:
    """Visit a community line by line until `quit` or the end of the input.

    Args:
        profile: Who one is, and where.
        stdin: Where verbs come from; None for the process's own. On a terminal, news wait until
            the line being typed is entered; otherwise every line read is shown after its prompt,
            as a transcript.
        stdout: Where everything goes; None for the process's own.

    Returns:
        The exit code (docs/reference/command-line.md).

    Raises:
        FolkmootError: If the community cannot be reached, or has ended the session.
    """
    return asyncio.run(visit(profile, stdin or sys.stdin, stdout or sys.stdout))


async def visit(profile: Profile, stdin: TextIO, stdout: TextIO) -> int:
    """Do what `run` does, in a loop that runs already. Cancelling ends the visit.

    Args:
        profile: Who visits, and where.
        stdin: Where verbs come from.
        stdout: Where everything goes.

    Returns:
        The exit code (docs/reference/command-line.md).

    Raises:
        FolkmootError: If the community cannot be reached, or has ended the session.
    """
    async with connect(
        profile.url, token=profile.token, client=CLIENT, pin=profile.pin
    ) as community:
        plain = PlainSurface(community, await EventDescriber.make(community), stdin, stdout, _obey)
        await while_read(plain.visit(), stdout=stdout)
    return 0


async def _obey(plain: PlainSurface, line: str) -> None:
    word, _, argument = line.partition(" ")
    verb = find_verb(word.lower()) if line else find_verb("next")
    if verb is None and _is_place(plain, line):
        verb, argument = find_verb("open"), line
    if verb is None:
        _unknown(plain, word)
        return
    assert isinstance(verb, Verb)
    await verb.run(plain, argument.strip())
    plain.print_lines("")


def _is_place(plain: PlainSurface, line: str) -> bool:
    try:
        parsed = address.parse(line)
    except BadParams:
        return False
    slugs = {board.slug for board in plain.news.boards.values()}
    return not isinstance(parsed, address.BoardAddress) or parsed.board in slugs


def _unknown(plain: PlainSurface, word: str) -> None:
    near = did_you_mean(word.lower(), (verb.name for verb in VERBS)) or "."
    plain.print_lines(f"There is no verb {word!r}{near} help lists them.", "")
