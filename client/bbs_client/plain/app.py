"""The plain client: visits a community line by line, and runs the typed verbs."""

import asyncio
from typing import TextIO

from bbs.errors import BadParams, Disconnected, FolkmootError
from bbs.plural import counted
from bbs.profiles import Profile
from bbs.terminal.ended_session import ended_session
from bbs.terminal.reader_gone import while_read
from bbs_client.communities import Communities
from bbs_client.plain.lines import Lines
from bbs_client.plain.round import describe_steps
from bbs_client.plain.surface import PlainSurface
from bbs_client.plain.verbs import QuitRequested, obey
from bbs_client.plain.welcome import tell_welcome
from bbs_client.safe_text import as_sentence, sentence_and_hint
from bbs_client.session.in_line import describe_offers
from bbs_client.session.leaving_sheets import leaving_banner
from bbs_client.session.welcome import is_due, note_seen

# time for the connection to end in good order; unsent commands are in the files
LEAVE_SECONDS = 2.0

BESIDE = (
    "This profile is open in another window too. What you write here is sent at once, after what"
    " that window holds for the same place; what cannot be sent stays a draft."
)


def run(profile: Profile, stdin: TextIO, stdout: TextIO) -> int:
    """Visit a community line by line until `quit` or the end of the input.

    Args:
        profile: The member and the server.
        stdin: The source of verbs. On a terminal, news wait until the line being typed is entered;
            otherwise every line read is printed after its prompt, as a transcript.
        stdout: The output.

    Returns:
        The exit code (docs/reference/command-line.md).

    Raises:
        Disconnected: If nothing of the community is on this device and it cannot be reached.
        ProtocolError: If nothing is here, and the server speaks another version of the protocol.
        Refused: If nothing is here, and the server or its certificate is refused.
        NotSignedIn: If the community has ended the session.
        FolkmootError: If this device's files cannot be used.
    """
    return asyncio.run(visit(profile, stdin, stdout))


async def visit(profile: Profile, stdin: TextIO, stdout: TextIO) -> int:
    """Do the same as `run`, in a running event loop.

    Cancelling ends the visit; written text is in the outbox or a draft.
    """
    communities = Communities(profile)
    try:
        session = communities.open(profile.name)
        plain = PlainSurface(session, Lines(stdin, stdout))
        await while_read(_connected(plain, profile), stdout=stdout)
    finally:
        communities.close()
    return 0


async def _connected(plain: PlainSurface, profile: Profile) -> None:
    """Read verbs while the connection runs beside them."""
    connection, news = plain.session.connection, plain.news
    running = asyncio.create_task(connection.run())
    verbs = asyncio.create_task(_take_verbs(plain, profile))
    ended = asyncio.create_task(news.ended.wait())
    try:
        await asyncio.wait({verbs, ended}, return_when=asyncio.FIRST_COMPLETED)
        # No verb could be run any more.
        if news.signed_out is not None or plain.session.parting:
            _tell_end(plain, profile)
            return
        verbs.result()
    finally:
        connection.stop()
        verbs.cancel()
        await asyncio.wait({running}, timeout=LEAVE_SECONDS)
        for task in (running, ended):
            task.cancel()
        await asyncio.gather(running, verbs, ended, return_exceptions=True)


def _tell_end(plain: PlainSurface, profile: Profile) -> None:
    """Tell why this device is signed out, and how to go on.

    Raises:
        SessionInvalid: Unless the member left in this visit: why there is no session any more.
    """
    session = plain.session
    left, so = session.left, session.parting
    gone = f"You left {session.community}. {so}".strip() if left is not None else ""
    plain.lines.tell(
        f"{gone} This device is signed out, and what it had fetched is deleted.".strip(),
        "Your drafts and unsent posts are kept.",
    )
    if left is None or not so:
        raise ended_session(profile)
    plain.lines.tell(
        f"Until {session.times.near(left.until)} you can come back; type:",
        f"  bbs come-back --profile {profile.name}",
    )


async def _take_verbs(plain: PlainSurface, profile: Profile) -> None:
    """Greet, then run verbs until the input ends; send what can be sent at the end."""
    connection = plain.session.connection
    await _greet(plain, profile)
    if plain.news.signed_out is not None:
        return
    while (line := await _ask_verb(plain)) is not None:
        try:
            await obey(plain, line.strip())
        except QuitRequested:
            break
        except FolkmootError as error:
            tell_error(plain.lines, error)
        if plain.session.parting:
            # The server ends the session of who has left; nothing can be asked or shown meanwhile.
            await plain.news.until(lambda: plain.news.signed_out is not None)
            return
        await plain.news.until(lambda: not (plain.outgoing.is_open and connection.is_sending))
        plain.tell_outcomes()
        plain.lines.tell("")
    connection.hurry()
    await plain.news.until(lambda: not connection.is_sending)
    plain.tell_outcomes()
    plain.lines.tell(*_left_waiting(plain))
    plain.lines.tell("Goodbye.")


def _left_waiting(plain: PlainSurface) -> list[str]:
    """Return the sentence about commands that could not be sent in this visit."""
    pending = plain.session.pending()
    refused = sum(1 for item in pending if item.reason)
    asked = sum(1 for item in pending if item.asks is not None)
    waiting = len(pending) - refused - asked
    lines = [f"{counted(refused, 'refusal')} to look at: outbox lists them."] if refused else []
    if asked:
        lines.append(f"{counted(asked, 'thing')} you wrote will be sent after your yes to norms.")
    what = f"{counted(waiting, 'thing')} you wrote or decided"
    if plain.session.is_beside:
        if waiting:
            lines.append(f"{what} could not be sent; what you wrote is kept as a draft.")
        if len(plain.session.outbox.pending(marks=True)) > len(pending):
            lines.append("What you read or chose here could not be sent, and is forgotten.")
    elif waiting and plain.session.connection.is_sending:
        lines.append(f"{what} will be sent at your next visit.")
    elif waiting:
        lines.append(f"{what} must wait until what was refused before is sent or thrown away.")
    return lines


async def _greet(plain: PlainSurface, profile: Profile) -> None:
    """Print the community's name, once it is known.

    Raises:
        FolkmootError: If the mirror is empty; the reason why the server cannot be asked.
    """
    session, news = plain.session, plain.news
    while not await news.until(lambda: news.is_ready) and session.cache.epoch() is None:
        if not session.online:
            raise session.connection.failure or Disconnected(session.reason)
        plain.lines.tell(f"Still fetching the community for the first time: {news.fetching}")
    if news.signed_out is not None:
        return
    if not news.is_ready:
        news.stop_waiting()
    me = session.me
    if session.is_beside:
        plain.lines.tell(BESIDE)
    welcomed = is_due(session)
    welcome = await tell_welcome(session) if welcomed else ()
    plain.lines.tell(
        f"{session.community}. You are {me.label if me else f'@{profile.handle}'}.",
        *news.announcements(),
        *welcome,
        "boards lists the boards, next or Enter reads on, help lists all verbs.",
        *(() if welcomed else describe_steps(session)),
        *describe_offers(session, "seat"),
        *filter(None, (leaving_banner(session, None, "leave"),)),
        *news.desk(),
        "",
    )
    if welcomed:
        note_seen(session)


async def _ask_verb(plain: PlainSurface) -> str | None:
    """Print the waiting news, then ask: a line being typed must stay in one piece."""
    news = plain.news
    told = news.states()
    events = [*await news.events(), *news.announcements(), *news.desk()]
    if plain.lines.interactive:
        # A transcript is not read while it runs.
        told += events
        plain.tell_outcomes()
    plain.lines.tell(*(f"* {sentence}" for sentence in told))
    return await plain.lines.ask(f"{plain.address}>")


def tell_error(lines: Lines, error: FolkmootError) -> None:
    """Print an error and the next step."""
    if isinstance(error, Disconnected):
        lines.tell("You are offline, and this is not on this device.")
        return
    sentence, hint = sentence_and_hint(error)
    is_typed = isinstance(error, BadParams)
    lines.tell(as_sentence(sentence if is_typed else f"The command failed: {sentence}"))
    if hint:
        lines.tell(as_sentence(hint))
