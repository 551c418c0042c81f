"""Reading: marking posts as read (P2), and ways from a post to others."""

from bbs.plural import counted
from bbs_client.actions.surface import Confirm, Question, Step, Surface
from bbs_client.safe_text import safe_line


class ChainQuestion(Question[int], frozen=True):
    """Asks which of the posts above a post to go to, by its number.

    Attributes:
        thread: Their thread.
        numbers: The numbers of the posts, the beginning first and that post last.
    """

    thread: str
    numbers: tuple[int, ...]


class LinksQuestion(Question[tuple[str, bool]], frozen=True):
    """Asks which link of a post to follow, and whether to open or copy it.

    Attributes:
        targets: The targets of the links, in the order of their numbers. Foreign text.
    """

    targets: tuple[str, ...]


async def previous_unread(surface: Surface, _: str) -> None:
    """Go to the unread post before this one."""
    if not surface.step(Step.BACK):
        surface.notify("Nothing unread before this.")


async def catch_up(surface: Surface, _: str) -> None:
    """Mark the whole thread as read."""
    row = surface.session.cache.thread(surface.thread_here())
    if row is None:
        return
    if row.thread.posts:
        surface.session.connection.mark(row.thread.id, 1, row.thread.posts)
    surface.refresh()
    surface.notify("Thread marked as read.")


async def catch_up_board(surface: Surface, _: str) -> None:
    """Mark the whole board as read, after asking."""
    row = surface.board_here()
    question = Confirm(
        f"{safe_line(row.board.title)} · mark everything here as read?",
        f"{counted(row.unread, 'unread post')}, marked for you alone.",
        yes="mark as read",
    )
    if await surface.ask(question):
        session = surface.session
        for thread, unread in session.cache.threads(row.board.id):
            if unread:
                session.connection.mark(thread.id, 1, thread.posts)
        surface.refresh()


async def unread_from(surface: Surface, _: str) -> None:
    """Mark this post and all after it as unread again."""
    session, post = surface.session, surface.post_here()
    row = session.cache.thread(post.thread)
    if post.number is not None and row is not None:
        session.connection.mark(post.thread, post.number, row.thread.posts, read=False)
        surface.refresh()
        surface.notify("Unread from here on.")


async def chain(surface: Surface, _: str) -> None:
    """Show a post below all posts above it, to go to one of them."""
    post = surface.post_here()
    if post is None or post.number is None:
        return
    cache = surface.session.cache
    above = cache.tree(post.thread).ancestors(post.number)
    if not above:
        surface.notify("This post answers none that is here.")
        return
    number = await surface.ask(ChainQuestion(post.thread, (*above, post.number)))
    for chosen in cache.posts(post.thread, () if number is None else (number,)):
        surface.show_thread(chosen.thread, chosen.id)


async def links(surface: Surface, _: str) -> None:
    """Show the targets of a post's links, to open or copy one."""
    targets = surface.links_here()
    if not targets:
        if targets is not None:
            surface.notify("This post has no links.")
        return
    answer = await surface.ask(LinksQuestion(tuple(targets)))
    if answer is None:
        return
    target, opens = answer
    if opens:
        surface.notify(await surface.open_link(target))
    else:
        whole = surface.copy(target)
        surface.notify("Link copied." if whole else "The beginning of the link is copied.")
