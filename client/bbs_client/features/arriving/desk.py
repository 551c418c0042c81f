"""The posts that guards hold, at the moderators' desk: what they say, and the decision (protocol 21.3)."""

from collections.abc import Awaitable, Mapping
from typing import Any

from bbs import limits
from bbs.features.arriving.messages import DeclinePost, ListHeldPosts, PublishPost
from bbs.features.arriving.views import HeldPost
from bbs.features.threads.views import Approval, PostResult
from bbs.ids import COMMONS, new_id
from bbs.text import sanitize
from bbs_client.actions.desk import DeskItem, DeskSection, desks
from bbs_client.actions.forms import FormError, FormField, SettingsQuestion, send_form
from bbs_client.actions.surface import Confirm, Surface
from bbs_client.mirror.file import BoardRow
from bbs_client.safe_text import board_title, handle_of, safe_line
from bbs_client.session.session import Session

_NAME = "Posts of newcomers"
PUBLISH = "publish"
DECLINE = "decline"
_WHY = {
    Approval.FIRST_POSTS: "writes a first post",
    Approval.LINKS: "writes a post with a link",
    Approval.LOCKED_DOWN: "writes a first post in a lock-down",
    Approval.BEHIND: "answers in a thread that waits",
}
_WORD = FormField(
    name="word",
    label="a kind word",
    help="One line for the author: what would make it fit. All who read the note read it.",
    chars_max=limits.NOTE_LINE_CHARS_MAX,
    may_be_empty=True,
)
_NORM = FormField(
    name="norm",
    label="norm",
    help="Or the number of the clause of this board's norms by which you decline.",
    least=1,
    most=limits.NORMS_MAX,
)


class DeclineHeldForm(SettingsQuestion, frozen=True):
    """Asks why a post is declined: a kind word, a clause, or both."""

    def read(self, typed: Mapping[str, str]) -> dict[str, Any]:
        """Return what was typed.

        Raises:
            FormError: If neither was.
        """
        values = super().read(typed)
        if not values:
            says = "a kind word: type one, or the number of a norm; silence teaches nobody."
            raise FormError(_WORD.name, says)
        return values


async def _fetch(session: Session, row: BoardRow) -> tuple[DeskItem, ...]:
    """Ask for what waits at one desk; the commons' desk has what it is asked about on other boards."""
    board = None if row.board.id == COMMONS else row.board.id
    query = ListHeldPosts(board=board, limit=limits.PAGE_ITEMS_MAX)
    listed = await session.connection.call(query)
    own = {each.board.id for each in desks(session)}
    return tuple(
        _item(session, held)
        for held in listed.held
        if held.post.board == row.board.id
        or (row.board.id == COMMONS and held.post.board not in own)
    )


def _item(session: Session, held: HeldPost) -> DeskItem:
    post = held.post
    board = session.cache.board(post.board)
    where = board_title(board.board) if board is not None else "a board"
    why = _WHY.get(post.approval or Approval.FIRST_POSTS, _WHY[Approval.FIRST_POSTS])
    title = safe_line(held.thread.title) if held.thread is not None else ""
    body = sanitize(post.body or "", multiline=True).split("\n")
    return DeskItem(
        section=_NAME,
        id=post.id,
        board=post.board,
        heading=f"{handle_of(post.author, session.members)} {why} on {where}",
        since=post.at,
        rows=(*((title,) if title else ()), *body),
        then=f"Without a decision it is published {session.times.moment(post.visible_at)}.",
        words=(PUBLISH, DECLINE),
        revision=post.revision,
    )


async def _do(surface: Surface, item: DeskItem, word: str) -> None:
    call = surface.session.connection.call
    if word == PUBLISH:
        says = "Its board reads it then. The log names neither the post nor its author."
        if await surface.ask(Confirm(f"Publish: {item.heading}?", says, yes="publish")):
            publish = PublishPost(
                board=item.board, post=item.id, if_revision=item.revision, op=new_id()
            )
            await surface.wait(call(publish))
            surface.notify("Published.")
        return

    def send(values: dict[str, Any]) -> Awaitable[PostResult]:
        decline = DeclinePost(
            board=item.board, post=item.id, if_revision=item.revision, op=new_id(), **values
        )
        return call(decline)

    form = DeclineHeldForm(f"Decline: {item.heading}", (_WORD, _NORM), yes="decline")
    if await send_form(surface, form, send) is not None:
        surface.notify("Declined; the author reads why in the note, and can write it anew.")


SECTION = DeskSection(_NAME, _fetch, _do)
