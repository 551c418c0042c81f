"""Verbs of lines alone: other words for actions, in one direction or with something to say."""

from bbs.errors import BadParams
from bbs.features.reading.views import Stance
from bbs_client.actions import personal, writing
from bbs_client.plain.places import Place
from bbs_client.plain.surface import PlainSurface


async def unfollow(plain: PlainSurface, _: str) -> None:
    """Follow what is here no longer; harmless if it was not followed."""
    if _stance(plain) is Stance.FOLLOW:
        await personal.follow(plain, "")
    else:
        plain.lines.tell("You do not follow this.")


async def unmute(plain: PlainSurface, _: str) -> None:
    """Mute what is here no longer; harmless if it was not muted."""
    if _stance(plain) is Stance.MUTE:
        await personal.mute(plain, "")
    else:
        plain.lines.tell("You do not mute this.")


async def unsave(plain: PlainSurface, _: str) -> None:
    """Remove the post that is here from the saved ones; harmless if it was not saved."""
    post = plain.post_here()
    if post is not None and plain.session.is_saved(post):
        await personal.save(plain, "")
    elif post is not None:
        plain.lines.tell("You did not save this.")


async def say(plain: PlainSurface, words: str) -> None:
    """Say a line in the lounge of the board that is open."""
    if not words:
        raise BadParams("words", "say takes words")
    plain.given = words
    with plain.aimed(Place(plain.board_here().board.id, in_lounge=True)):
        await writing.reply(plain, "")


def _stance(plain: PlainSurface) -> Stance:
    choices = plain.session.cache.choices()
    where = ("thread", plain.here.thread or "")
    if plain.at_board:
        where = ("board", plain.board_here().board.id)
    return getattr(choices.get(where), "stance", Stance.NONE)
