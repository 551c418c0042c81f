"""Whom the reader blocks from asking for letters, and reports of posts of a letter."""

from contextlib import suppress
from typing import Any

from bbs import limits
from bbs.errors import BadParams, Disconnected
from bbs.features.letters.messages import BlockMember, ListBlocks, ReportLetter, UnblockMember
from bbs.features.threads.views import ContentState, Post
from bbs.ids import COMMONS, BoardId, MemberId, PostId, new_id
from bbs.terminal.report_text import SENT
from bbs_client.actions.forms import FormField, SettingsQuestion, send_form
from bbs_client.actions.letter_here import letter_here
from bbs_client.actions.surface import Confirm, NothingHere, Question, Surface
from bbs_client.safe_text import safe_line
from bbs_client.session.addresses import PlaceKind, locate

BLOCKS_ABOUT = (
    "No request of theirs for a letter reaches you. It is for you alone: they see no difference."
    " Letters that you are both in go on; leave them, or mute the person."
)
NO_BLOCKS = "You block nobody."
REPORT_ABOUT = (
    f"Choose 1 to {limits.REPORT_POSTS_MAX} posts. The moderators of the commons get copies of these"
    f" and of nothing else, until {limits.EVIDENCE_DAYS} days after the case is over."
)
OF_TWO = "You are two in this letter: the other will guess who reported."


class BlocksQuestion(Question[MemberId], frozen=True):
    """Shows whom the reader blocks, and asks whom to unblock."""


class ReportQuestion(Question[tuple[PostId, ...]], frozen=True):
    """Shows the posts of a letter, and asks which to report.

    Attributes:
        letter: The letter.
        posts: Its posts that have words, oldest first.
        chosen: The post under the cursor; empty for none.
        about: What a report hands over, and who will guess that it was made.
    """

    letter: BoardId
    posts: tuple[Post, ...]
    chosen: PostId
    about: str


async def block(surface: Surface, handle: str) -> None:
    """Block a member, or unblock them; without a handle, show whom the reader blocks.

    Raises:
        BadParams: If what was typed is no member's handle.
        FolkmootError: What the server answered.
    """
    if not handle:
        await show_blocks(surface)
        return
    session = surface.session
    typed = handle if handle.startswith("@") else f"@{handle}"
    place = await surface.wait(locate(session, typed))
    if place.kind is not PlaceKind.MEMBER:
        raise BadParams("address", "name a member, as in @ana")
    if place.id == session.cache.reader:
        raise BadParams("address", "you cannot block yourself; name somebody else")
    if place.id in session.cache.blocks():
        await _unblock(surface, place.id)
        return
    if await surface.ask(Confirm(f"Block {place.label}?", BLOCKS_ABOUT, yes="block")):
        command = BlockMember(member=place.id, op=new_id())
        await surface.wait(session.connection.call(command))
        surface.refresh()
        surface.notify(f"{place.label} is blocked, for you alone.")


async def show_blocks(surface: Surface) -> None:
    """Show whom the reader blocks, as the server knows it if it answers; let them unblock."""
    session = surface.session
    with suppress(Disconnected):  # then this device tells what it knows
        await surface.wait(session.connection.call(ListBlocks()))
    while (member := await surface.ask(BlocksQuestion())) is not None:
        await _unblock(surface, member)


async def _unblock(surface: Surface, member: MemberId) -> None:
    session = surface.session
    known = session.members.get(member)
    name = f"@{safe_line(known.handle, '?')}" if known is not None else "This member"
    says = "They may ask you for letters again. What they asked meanwhile is gone."
    if await surface.ask(Confirm(f"Unblock {name}?", says, yes="unblock")):
        await surface.wait(session.connection.call(UnblockMember(member=member, op=new_id())))
        surface.refresh()
        surface.notify(f"{name} is not blocked any more.")


async def report(surface: Surface, _: str) -> None:
    """Report posts of the letter that is here to the moderators of the commons.

    Raises:
        FolkmootError: What the server answered; what was typed is offered again in the form.
    """
    session, letter = surface.session, letter_here(surface)
    if letter is None:
        surface.notify("Posts of letters are reported here; of a board, write to its moderators.")
        return
    row = session.cache.letter(letter)
    if row is None or row.letter.thread is None:
        raise NothingHere
    numbers = session.cache.tree(row.letter.thread).numbers
    posts = session.cache.posts(row.letter.thread, sorted(numbers))
    readable = tuple(
        post for post in posts if post.state is ContentState.PUBLISHED and post.body is not None
    )
    if not readable:
        surface.notify("This letter has no post with words that could be reported.")
        return
    here = surface.thing_here()
    about = f"{REPORT_ABOUT} {OF_TWO}" if len(row.letter.members) == 2 else REPORT_ABOUT
    chosen = await surface.ask(
        ReportQuestion(letter, readable, here.id if isinstance(here, Post) else "", about)
    )
    if chosen:
        await _send(surface, letter, chosen, len(row.letter.members) == 2)


async def _send(
    surface: Surface, letter: BoardId, posts: tuple[PostId, ...], is_of_two: bool
) -> None:
    session = surface.session
    norms = session.cache.norms(COMMONS)
    last = len(norms.clauses) if norms is not None else limits.NORMS_MAX
    clause = FormField(
        name="clause",
        label="clause",
        help=f"Which clause of the commons' norms it goes against: a number, 1 to {last}.",
        least=1,
        most=last,
        is_required=True,
        choices=tuple(str(number) for number in range(1, last + 1)),
    )
    words = FormField(
        name="words",
        label="words",
        help=f"What the moderators should know besides; may be empty.{f' {OF_TWO}' * is_of_two}",
        chars_max=limits.REASON_CHARS_MAX,
    )
    form = SettingsQuestion(
        "Report to the moderators of the commons", (clause, words), yes="report"
    )

    async def send(values: dict[str, Any]) -> Any:
        command = ReportLetter(
            letter=letter,
            report=new_id(),
            posts=posts,
            clause=values["clause"],
            words=values.get("words") or None,
            op=new_id(),
        )
        return await session.connection.call(command)

    done = await send_form(surface, form, send)
    if done is not None:
        surface.notify(SENT)
