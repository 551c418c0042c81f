"""Writing: answers, lines of a lounge and threads, from destination to outbox (P5, P10, P12)."""

import uuid
from typing import Any

from bbs.features.boards.kinds import BoardKind
from bbs.features.threads.messages import EditPost, Retitle, Say, StartThread, WritePost
from bbs.features.threads.views import ContentState, Post, Thread
from bbs.messages import Command
from bbs_client.actions.places import show_seat
from bbs_client.actions.surface import Composition, Surface
from bbs_client.mirror.file import BoardRow
from bbs_client.safe_text import handle_of
from bbs_client.session.arriving import describe_guards
from bbs_client.session.consent import describe_change, is_sitting_down, unaccepted
from bbs_client.session.destination import Destination, DestinationKind
from bbs_client.session.first_steps import note_step
from bbs_client.session.letters import reference_to, title_of
from bbs_client.session.narrowed import narrowed_at
from bbs_client.session.orders import refused_for
from bbs_client.session.session import Session
from bbs_client.session.standing import ONLY_READS, describe_seat, describe_way, is_waiting
from bbs_client.session.unsent import UnsentItem

BEGINNING_POSTS = 20  # of a thread whose first post is gone, the answer goes to one of the next
LINES_QUOTED_MAX = 20  # a screen of talk; longer ones are read in the lounge itself


async def reply(surface: Surface, _: str) -> None:
    """Answer the post that is here, in a list the thread; in a lounge, say something."""
    await _answer(surface, quote=False)


async def quote(surface: Surface, _: str) -> None:
    """Answer the post that is here and quote it."""
    await _answer(surface, quote=True)


async def _answer(surface: Surface, *, quote: bool) -> None:
    if surface.in_lounge:
        await _begin_here(surface, DestinationKind.LINE)
        return
    thing = surface.thing_here()
    if (unbegun := _unbegun(surface, thing)) is not None:
        await begin(surface, unbegun)
        return
    post = _beginning(surface, thing) if isinstance(thing, Thread) else surface.post_here()
    if post is None:
        surface.notify("The beginning of this thread is not on this device yet. Open it first.")
        return
    if not surface.in_thread:
        # Writers see what they answer.
        surface.show_thread(post.thread, post.id)
    # By reference: the client takes the quoted text from its post, so that it fades with it (P10).
    start = f"> {reference_to(surface.session, post)}\n\n" if quote else ""
    destination = Destination(DestinationKind.POST, post.board, post.thread, post.id)
    await begin(surface, destination, text=start)


def _unbegun(surface: Surface, thing: object) -> Destination | None:
    """Return where the first words of a letter go, which answer nobody's; None anywhere else."""
    cache = surface.session.cache
    if isinstance(thing, Thread):
        row = cache.thread(thing.id)
    else:
        row = cache.thread(surface.thread_here()) if thing is None and surface.in_thread else None
    if row is None or row.thread.posts or not cache.is_letter(row.thread.board):
        return None
    return Destination(DestinationKind.POST, row.thread.board, row.thread.id)


def _beginning(surface: Surface, thread: Thread) -> Post | None:
    """Return the post that begins a thread; the first one with words if that has none any more."""
    first = surface.session.cache.posts(thread.id, range(1, BEGINNING_POSTS + 1))
    return next((post for post in first if post.body is not None), next(iter(first), None))


async def new_thread(surface: Surface, _: str) -> None:
    """Start a thread on the board that is here; from a letter, ask for another letter."""
    if surface.board_here().board.kind is BoardKind.LETTER:
        from bbs_client.actions.letters import new_letter  # late: few threads begin in a letter

        await new_letter(surface)
        return
    await _begin_here(surface, DestinationKind.THREAD)


async def _begin_here(surface: Surface, kind: DestinationKind) -> None:
    await begin(surface, Destination(kind, surface.board_here().board.id))


async def make_thread(surface: Surface, _: str) -> None:
    """Mark the lounge line here; when repeated, make a thread of the lines from the mark on."""
    if not surface.in_lounge:
        surface.notify("A thread is made of lines of a lounge.")
        return
    row = surface.board_here()
    lines = surface.mark_line()
    if not lines or not await ready(surface, Destination(DestinationKind.THREAD, row.board.id)):
        return
    if len(lines) > LINES_QUOTED_MAX:
        surface.notify(f"At most {LINES_QUOTED_MAX} lines can be quoted.")
        return
    surface.unmark_lines()
    session = surface.session
    # By reference, like a quote: the text of others fades with their lines (P10).
    said = "\n".join(f"> {session.address(one)}" for one in lines)
    who = ", ".join(dict.fromkeys(handle_of(one.author, session.members) for one in lines))
    start = f"From the lounge, {who}:\n\n{said}\n\n"
    destination = Destination(DestinationKind.THREAD, row.board.id)
    surface.keep_draft()
    draft = session.drafts.load(destination.key)
    if draft is not None:
        start = f"{draft.text.rstrip()}\n\n{start}".lstrip()
        session.drafts.save(destination.key, start, draft.meta)
    note = "The lines fade with their lounge: say in your own words what should stay."
    await write(surface, destination, text=start, note=note)


async def ready(surface: Surface, destination: Destination) -> bool:
    """Return whether the reader may write somewhere; if not, tell them the reason (P5, P7).

    Args:
        surface: The surface that shows the norms.
        destination: The destination.
    """
    row = surface.session.cache.board(destination.board)
    if row is None:
        return False
    narrowed = narrowed_at(surface.session, destination.board, destination.thread)
    if narrowed is not None and narrowed.stops:
        door = surface.key_of("cases")
        says = f" {door} shows why, and takes your appeal." if narrowed.is_about else ""
        surface.notify(f"{narrowed.text}{says}")
        return False
    if is_waiting(row):
        # Who waits has said yes already: there is nothing to take, and no norms to ask about.
        way = describe_way(surface.session, row, surface.key_of("seat"))
        surface.notify(f"{describe_seat(surface.session, row)} {way}")
        return False
    if row.only_reads:
        surface.notify(ONLY_READS)
        return False
    if not row.is_seated:
        surface.notify(f"{describe_seat(surface.session, row)} Read the norms and take a seat.")
    elif (changed := unaccepted(surface.session, row.board.id)) is not None:
        return await accept_changed(surface, changed)
    else:
        return True
    await show_seat(surface, row)
    return is_sitting_down(surface.session, row.board.id)


async def accept_changed(surface: Surface, changed: BoardRow) -> bool:
    """Ask the reader to accept norms that have changed; return whether they did.

    Text that they write then is sent after the acceptance, also if both wait for a connection.

    Args:
        surface: The surface that shows the norms.
        changed: The board, or the commons, whose norms have changed.
    """
    surface.notify(describe_change(changed))
    await show_seat(surface, changed)
    return unaccepted(surface.session, changed.board.id) is None


async def begin(
    surface: Surface, destination: Destination, *, title: str = "", text: str = ""
) -> None:
    """Let the reader write, if they may on that board. See `write`."""
    if await ready(surface, destination):
        narrowed = narrowed_at(surface.session, destination.board, destination.thread)
        note = narrowed.text if narrowed else describe_guards(surface.session, destination)
        await write(surface, destination, title=title, text=text, note=note)


async def write(
    surface: Surface, destination: Destination, *, title: str = "", text: str = "", note: str = ""
) -> None:
    """Let the reader write; a text refused there comes back first, with the reason.

    Args:
        surface: The reader's surface.
        destination: The destination.
        title: The title of the thread; empty for none.
        text: The beginning of the text if there is no draft.
        note: A note beside it; cleaned.

    Raises:
        MirrorUnwritable: If this device's disk cannot be written; the refused text stays in the
            outbox.
    """
    session = surface.session
    surface.keep_draft()
    refused = refused_for(session, destination)
    if refused is not None and session.drafts.load(destination.key) is None:
        back_to_draft(surface, destination, refused)
        note = f"refused: {refused.reason}"
    where = describe(session, destination)
    await surface.write(Composition(destination, where, title, text, note))


def back_to_draft(surface: Surface, destination: Destination, item: UnsentItem) -> None:
    """Make a draft of an item of the outbox, before newer text for its destination.

    Args:
        surface: The surface with the newer text.
        destination: The item's destination.
        item: The item; it leaves the outbox only after the draft is on disk.

    Raises:
        MirrorUnwritable: If this device's disk cannot be written; the item stays in the outbox.
    """
    session = surface.session
    surface.keep_draft()
    draft = session.drafts.load(destination.key)
    text = "\n\n".join(part for part in (item.body, draft.text if draft else "") if part)
    session.drafts.save(destination.key, text, {"title": item.title} if item.title else {})
    session.connection.discard(item.id)


def send(session: Session, destination: Destination, *, op: str, title: str, body: str) -> None:
    """Put a text into the outbox, and delete its draft, or set it aside (P12).

    Args:
        session: The session with the outbox.
        destination: The destination.
        op: The draft's op, so that the server applies a repetition only once.
        title: The title of the thread; empty if it has none.
        body: The text.

    Raises:
        MirrorUnwritable: If this device's disk cannot be written; the draft stays.
    """
    commands = _commands(session, destination, op, title, body)
    if commands and session.is_beside:
        session.drafts.set_aside(destination.key, op, title, body)
    for command in commands:
        session.connection.submit(command, destination.queue)
    session.drafts.clear(destination.key)
    note_step(session, "hello")


def _commands(
    session: Session, destination: Destination, op: str, title: str, body: str
) -> list[Command[Any]]:
    """Return the commands that send a text; none if nothing changed. Takes the arguments of `send`.

    Their ids come from the op, so that a draft that outlived its sending names the same post (P12).
    """

    def drawn(name: str) -> str:
        return str(uuid.uuid5(uuid.UUID(op), name))

    board, thread, post = destination.board, destination.thread or "", drawn("post")
    match destination.kind:
        case DestinationKind.LINE:
            return [Say(board=board, line=drawn("line"), body=body, op=op)]
        case DestinationKind.THREAD:
            thread = drawn("thread")
            return [
                StartThread(board=board, thread=thread, post=post, title=title, body=body, op=op)
            ]
        case DestinationKind.POST:
            parent = destination.post
            return [WritePost(thread=thread, post=post, parent=parent, body=body, op=op)]
    known = session.cache.post(destination.post or "")
    row = session.cache.thread(thread)
    changes: list[Command[Any]] = []
    if known is None or known.body != body:
        changes.append(EditPost(post=destination.post or "", body=body, op=op))
    if title and row is not None and row.thread.title != title:
        other = drawn("title") if changes else op
        changes.append(Retitle(thread=thread, title=title, op=other))
    return changes


def describe(session: Session, destination: Destination) -> str:
    """Return a destination for people; cleaned."""
    row = session.cache.board(destination.board)
    board = title_of(session, row.board) if row else "a board"
    post = session.cache.post(destination.post or "")
    address = session.address(post) if post else ""
    match destination.kind:
        case DestinationKind.LINE:
            return f"Say in {board}"
        case DestinationKind.THREAD:
            return f"New thread in {board}"
        case DestinationKind.POST:
            who = handle_of(post.author, session.members) if post else "a post"
            return f"Answer to {who} {address}".rstrip()
        case _ if post is not None and post.state is ContentState.HELD:
            return f"Edit {address or 'your held post'}, without a trace while it is held"
        case _:
            return f"Edit {address or 'your held post'}; the wording before stays readable"
