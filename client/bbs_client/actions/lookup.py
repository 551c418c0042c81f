"""Looking things up: search, inbox, saved posts, members, presence, the log; and copying."""

from enum import StrEnum

from bbs.errors import BadParams
from bbs.features.boards.kinds import BoardKind
from bbs.features.members.views import Author, MemberAuthor
from bbs.features.reading.messages import PostInThread
from bbs.features.reading.views import Notice, SavedChoice, Stance
from bbs.features.threads.views import Line, Post, Thread
from bbs.ids import MemberId
from bbs_client.actions import about
from bbs_client.actions.personal import stand_to
from bbs_client.actions.surface import NothingHere, Question, Surface
from bbs_client.actions.table import BY_ID
from bbs_client.actions.verbs import find_run
from bbs_client.safe_text import handle_of
from bbs_client.session.addresses import Place, PlaceKind, locate
from bbs_client.session.first_steps import note_step
from bbs_client.session.session import Session


class SearchQuestion(Question[Post | Line | Notice], frozen=True):
    """Asks for a search, and for the post to go to.

    Attributes:
        words: The query; empty to begin with the last one.
        here: The slug of the board where the reader is, to search there alone; empty for none.
    """

    words: str
    here: str = ""


class InboxQuestion(Question[Post | Line | Notice], frozen=True):
    """Shows the reader's inbox, and asks for the item to go to."""


class SavedQuestion(Question[Post | Line | Notice], frozen=True):
    """Shows the reader's saved posts, and asks for the post to go to."""


class PostQuestion(Question[None], frozen=True):
    """Shows the facts about a post besides its text."""

    post: Post


class OwnWords(StrEnum):
    """What a member says of themselves, to be changed on their own page."""

    AWAY = "away"
    PROFILE = "profile"


class ToMember(StrEnum):
    """The actions towards another member on their page, besides following and muting, by id."""

    LETTER = "letter"


class MemberQuestion(Question[Stance | OwnWords | ToMember], frozen=True):
    """Shows the author of a text; asks whether to follow, mute or write to them, or what of oneself to say."""

    author: Author


class WhoQuestion(Question[MemberId], frozen=True):
    """Shows the members who are here, and asks whose page to open."""


class MembersQuestion(Question[MemberId], frozen=True):
    """Shows all members by their handles, and asks whose page to open.

    Attributes:
        at: The member to begin at, by id; empty for the first.
    """

    at: str = ""


async def search(surface: Surface, words: str) -> None:
    """Search for words, or ask for them; go to the post that the reader chooses."""
    try:
        board = surface.board_here().board
        here = "" if board.kind is BoardKind.LETTER else surface.session.slug(board.id)
    except (NothingHere, BadParams):
        here = ""  # plain mode needs no open board to search
    await _go_to_chosen(surface, SearchQuestion(words, here), "search")


async def next_hit(surface: Surface, _: str) -> None:
    """Go to the next hit of the last search."""
    await _go_to_hit(surface, 1)


async def previous_hit(surface: Surface, _: str) -> None:
    """Go to the hit before."""
    await _go_to_hit(surface, -1)


async def _go_to_hit(surface: Surface, step: int) -> None:
    hits = surface.session.trail.hits
    if not hits.found:
        surface.notify(f"There are no hits yet: {surface.key_of('search')} searches.")
        return
    hit = hits.step(step)
    if hit is None:
        surface.notify(f"No hit {'after' if step > 0 else 'before'} this: {hits.describe()}.")
        return
    await go_to_post(surface, hit.post.thread, hit.post.id)
    surface.session.trail.lead("search", hit.post.thread, hit.post.id)
    surface.notify(f"{hits.describe().capitalize()}.")


async def inbox(surface: Surface, _: str) -> None:
    """Show the inbox: answers, mentions, thanks and notices; go to the post or line chosen."""
    await _go_to_chosen(surface, InboxQuestion(), "inbox")


async def saved(surface: Surface, _: str) -> None:
    """Show the reader's saved posts."""
    await _go_to_chosen(surface, SavedQuestion(), "saved")


async def info(surface: Surface, _: str) -> None:
    """Show the facts about the post here."""
    await surface.ask(PostQuestion(surface.post_here(held=True)))


async def member(surface: Surface, handle: str) -> None:
    """Show the member with that handle, or the author of the thing here."""
    if handle:
        place = await surface.wait(locate(surface.session, handle))
        await show_member(surface, MemberAuthor(id=place.id))
    elif (thing := surface.thing_here()) is not None:
        await show_member(surface, thing.author)
    else:
        surface.notify("Name a member, as in @ana, or go first to what they wrote.")


async def who(surface: Surface, _: str) -> None:
    """Show the members who are here, and whether the reader is seen."""
    chosen = await surface.ask(WhoQuestion())
    note_step(surface.session, "seen")
    if chosen is not None:
        await show_member(surface, MemberAuthor(id=chosen))


async def members(surface: Surface, _: str) -> None:
    """Show all members; from the page of one the reader comes back to the list, at the same place."""
    at = ""
    while (chosen := await surface.ask(MembersQuestion(at))) is not None:
        await show_member(surface, MemberAuthor(id=chosen))
        at = chosen


async def copy(surface: Surface, _: str) -> None:
    """Copy the selection, else the address of the thing here; when repeated, its text."""
    if surface.copy_selection():
        return
    thing, session = surface.thing_here(), surface.session
    if thing is None:
        surface.notify("There is nothing to copy under the cursor.")
        return
    address = session.address(thing)
    if surface.copied == address != "":
        whole = surface.copy((thing.title if isinstance(thing, Thread) else thing.body) or "")
        surface.notify("Text copied." if whole else "The beginning of the text is copied.")
    elif address:
        surface.copy(address)
        surface.notify(f"{address} copied; {surface.key_of('copy')} again copies the text.")


async def show_member(surface: Surface, author: Author) -> None:
    """Show an author; let the reader follow or mute them, or open a letter with them.

    Raises:
        FolkmootError: What the server answered to a request for a letter.
        MirrorUnwritable: If this device's disk cannot be written.
    """
    wanted = await surface.ask(MemberQuestion(author))
    if isinstance(wanted, OwnWords):
        await (about.away if wanted is OwnWords.AWAY else about.profile)(surface, "")
    elif isinstance(wanted, ToMember):
        handle = handle_of(author, surface.session.members)
        await find_run(BY_ID[wanted.value])(surface, handle)
    elif wanted is not None and isinstance(author, MemberAuthor):
        name = handle_of(author, surface.session.members)
        stand_to(surface, Place(PlaceKind.MEMBER, author.id, f"@{name}", ""), wanted)


def saved_on_device(session: Session) -> list[PostInThread]:
    """Return those of the saved posts that the mirror holds, in no order."""
    cache = session.cache
    choices = (choice for choice in cache.choices().values() if isinstance(choice, SavedChoice))
    posts = [cache.post(choice.post) for choice in choices if choice.saved]
    found = [(post, cache.thread(post.thread)) for post in posts if post is not None]
    return [PostInThread(post=post, thread=row.thread) for post, row in found if row is not None]


async def go_to_post(surface: Surface, thread: str, post: str | None) -> None:
    """Go to a thread, and to a post in it; fetch them first if they are not in the mirror.

    Raises:
        FolkmootError: The server's error, except that it is busy now.
    """
    cache = surface.session.cache
    if cache.thread(thread) is None or (post is not None and cache.post(post) is None):
        await surface.wait(surface.session.connection.open_thread(thread))
    surface.show_thread(thread, post)


async def _go_to_chosen(
    surface: Surface, question: Question[Post | Line | Notice], page: str
) -> None:
    """Go to what the reader chooses on a page, and remember the page by its action's id."""
    found = await surface.ask(question)
    if isinstance(found, Notice):
        is_report = found.case is not None and found.case.report is not None
        await find_run(BY_ID["reports" if is_report else "cases"])(surface, "")
    elif isinstance(found, Line):
        surface.show_lounge(found.board, found.id)
        surface.session.trail.lead(page, found.board)
    elif found is not None:
        await go_to_post(surface, found.thread, found.id)
        surface.session.trail.lead(page, found.thread)
