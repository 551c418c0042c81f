"""The reader's own text: editing, withdrawing, and unsent items (P9, P12)."""

from typing import Any, ClassVar

from bbs.features.threads.messages import Unsay, WithdrawPost
from bbs.features.threads.views import Approval, ContentState, Line, Post
from bbs.ids import new_id
from bbs.messages import Command
from bbs.streams import lounge_stream
from bbs_client.actions.surface import Confirm, Question, Surface
from bbs_client.actions.writing import back_to_draft, begin, write
from bbs_client.session.destination import Destination, DestinationKind, parse
from bbs_client.session.orders import edit_destination, find_destination

_ERASES = (
    "Every wording of it is erased for everybody; a marker stays. This cannot be undone.",
    "It was not published yet, and nothing of it stays. This cannot be undone.",
)
"""The consequence of withdrawing a text, by whether it is held."""

_SENDING = "This is being sent. You can edit it or take it back as soon as the server has it."


class OutboxQuestion(Question[int], frozen=True):
    """Shows the waiting and refused items, and asks which one to write on, by its id.

    There the reader can also send an item again or discard it.
    """

    destructive: ClassVar[bool] = True  # the reader sees an item before discarding it


async def edit(surface: Surface, _: str) -> None:
    """Let the reader edit their own post, or an item that has not left this device yet."""
    waiting = surface.unsent_here()
    if waiting is not None:
        await take_back(surface, waiting.id)
        return
    post = surface.post_here(held=True)
    await _edit(surface, post, edit_destination(surface.session, post))


async def _edit(surface: Surface, post: Post, destination: Destination) -> None:
    session = surface.session
    if not session.is_mine(post) or post.body is None:
        surface.notify("Only your own posts can be edited, while their words are there.")
        return
    if post.approval is Approval.DECLINED:
        key = surface.key_of("copy")
        surface.notify(
            f"A moderator declined this post: {key} copies its words, to write them anew."
        )
        return
    row = session.cache.thread(post.thread)
    title = row.thread.title if row is not None else None
    await begin(surface, destination, title=title or "", text=post.body)


async def withdraw(surface: Surface, _: str) -> None:
    """Withdraw the reader's own post or line, after asking."""
    waiting = surface.unsent_here()
    if waiting is not None:
        back = f"It was not sent yet: {surface.key_of('edit')} puts it back into the composer."
        surface.notify(back if waiting.may_come_back else _SENDING)
        return
    thing: Post | Line | None
    thing = surface.line_here() if surface.in_lounge else surface.post_here(held=True)
    if thing is None:
        return
    if not surface.session.is_mine(thing) or thing.body is None:
        surface.notify("You can withdraw only your own text, and only while it is there.")
        return
    what, is_held = "line", False
    if isinstance(thing, Post):
        what, is_held = "post", thing.state is ContentState.HELD
        command: Command[Any] = WithdrawPost(post=thing.id, op=new_id())
        queue = f"thread:{thing.thread}"
    else:
        command, queue = Unsay(line=thing.id, op=new_id()), lounge_stream(thing.board)
    question = Confirm(
        f"Take this {what} back?", _ERASES[is_held], yes="take back", destructive=True
    )
    if await surface.ask(question):
        surface.session.connection.submit(command, queue)
        surface.refresh()
        surface.notify("Taken back as soon as the server has it.")


async def outbox(surface: Surface, _: str) -> None:
    """Show the waiting and refused items."""
    chosen = await surface.ask(OutboxQuestion())
    surface.refresh()
    if chosen is not None:
        await take_back(surface, chosen)


async def take_back(surface: Surface, number: int) -> None:
    """Let the reader write on an item that is not being sent, with the reason of a refusal.

    Args:
        surface: The reader's surface.
        number: The item's id in the outbox. Its present state counts, which may not be drawn yet.

    Raises:
        MirrorUnwritable: If this device's disk cannot be written; the item stays in the outbox.
    """
    session = surface.session
    item = next((item for item in session.pending() if item.id == number), None)
    destination = find_destination(session, item) if item else None
    if item is None or destination is None:
        return
    if not item.may_come_back:
        surface.notify(_SENDING)
        return
    back_to_draft(surface, destination, item)
    note = f"refused: {item.reason}" if item.reason else "It was not sent yet."
    await write(surface, destination, note=note)


async def resume(surface: Surface, draft: str) -> None:
    """Go to a draft's destination, and let the reader write on.

    Args:
        surface: The reader's surface.
        draft: The key of its destination.
    """
    destination = parse(draft)
    if destination is None:
        return
    post = surface.session.cache.post(destination.post or "")
    if destination.is_line:
        surface.show_lounge(destination.board)
    elif destination.kind is DestinationKind.THREAD:
        surface.show_board(destination.board)
    elif post is None:
        surface.notify("The post that this draft answers is no longer on this device.")
        return
    else:
        surface.show_thread(post.thread, post.id)
        if destination.is_edit:
            await _edit(surface, post, destination)
            return
    await begin(surface, destination)
