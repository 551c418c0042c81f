"""Verbs of what is one's own business alone: follow, mute, put aside, thank, the inbox (P2)."""

from collections.abc import Awaitable, Callable

from bbs.errors import BadParams
from bbs.features.reading.messages import GetInbox, ListSaved, SavePost
from bbs.features.reading.views import Stance
from bbs.features.threads.messages import Thank
from bbs.features.threads.views import Post
from bbs.sdk import lookup
from bbs.terminal.choices import set_choice
from bbs.terminal.inbox_text import inbox_lines
from bbs_client.plain.reading import FOUND, tell_found
from bbs_client.plain.surface import PlainSurface


def _stance(
    stance: Stance, undoes: Stance = Stance.NONE
) -> Callable[[PlainSurface, str], Awaitable[None]]:
    """Return a verb that takes a stance to an address, or to the open place, or gives it up."""

    async def verb(plain: PlainSurface, argument: str) -> None:
        address = argument or plain.place
        if not address:
            raise BadParams(
                "address", "name a thread, a board or a member: garden/42, garden, @ana"
            )
        stood = await set_choice(plain.community, address, stance, undoes)
        if stance is Stance.MUTE:
            match stood.kind:
                case "thread":
                    plain.drop_from_round(thread=stood.key)
                case "board":
                    plain.drop_from_round(board=stood.key)
                case _:
                    plain.drop_from_round(author=stood.key)
        plain.print_lines(stood.told)

    return verb


follow = _stance(Stance.FOLLOW)
unfollow = _stance(Stance.NONE, Stance.FOLLOW)
mute = _stance(Stance.MUTE)
unmute = _stance(Stance.NONE, Stance.MUTE)


async def save(plain: PlainSurface, argument: str) -> None:
    """Put a post aside: the one shown last, or the one that is named."""
    post, address = await _post(plain, argument)
    await plain.community.call(SavePost(post=post.id))
    plain.print_lines(f"{address} is put aside.")


async def unsave(plain: PlainSurface, argument: str) -> None:
    """Let a post go that was put aside."""
    post, address = await _post(plain, argument)
    await plain.community.call(SavePost(post=post.id, saved=False))
    plain.print_lines(f"{address} is no longer saved.")


async def saved(plain: PlainSurface, _: str) -> None:
    """List what one put aside, published last first."""
    page = await plain.community.call(ListSaved(limit=FOUND))
    tell_found(plain, page.found, "You put nothing aside; save puts the post shown last aside.")


async def thank(plain: PlainSurface, argument: str) -> None:
    """Thank the author of a post; nobody else ever sees it."""
    post, _ = await _post(plain, argument)
    await plain.community.call(Thank(post=post.id))
    plain.print_lines("They will see that you thanked them.")


async def inbox(plain: PlainSurface, _: str) -> None:
    """List what answers or mentions one, thanks and notices, newest first. Marks nothing."""
    page = await plain.community.call(GetInbox(limit=FOUND))
    for item in page.items:
        plain.tell_all(inbox_lines(item, plain.news.boards, plain.news.members))
    if not page.items:
        plain.print_lines("Nothing here yet.")


async def _post(plain: PlainSurface, argument: str) -> tuple[Post, str]:
    """Return the post that is meant, and its address.

    Raises:
        BadParams: If none was shown and none is named.
        NotFound: If there is no such post.
    """
    address = argument
    if argument.isdecimal() and plain.thread is not None:
        address = f"{plain.place}/{argument}"
    elif not argument and plain.thread is not None and plain.post is not None and plain.post.number:
        address = f"{plain.place}/{plain.post.number}"
    if not address:
        raise BadParams("address", "read a post first, or name one, like garden/42/7")
    return await lookup.find_post(plain.community, address), address
