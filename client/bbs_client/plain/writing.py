"""Verbs of writing: threads, answers, lines, edits; nothing is sent that was not seen as sent."""

from bbs import limits
from bbs.errors import BadParams
from bbs.features.boards.messages import Board
from bbs.features.threads.messages import EditPost, Say, StartThread, WithdrawPost, WritePost
from bbs.features.threads.views import Post, Thread
from bbs.ids import new_id
from bbs.refusals import NotFound
from bbs.sdk import lookup
from bbs.terminal.input_text import normalize_chat_line
from bbs.terminal.output import local_time
from bbs.text import check_body, check_line, normalize_body, normalize_line
from bbs_client.plain.surface import PlainSurface

_ANY_LENGTH = 2**31


async def post(plain: PlainSurface, argument: str) -> None:
    """Start a thread on the board one is on."""
    board = _board(plain)
    if not argument:
        raise BadParams("title", "post takes a title, like: post Frost tonight")
    title, _ = normalize_line(argument, chars_max=_ANY_LENGTH)
    check_line(title, field="title", chars_max=limits.TITLE_CHARS_MAX)
    body = await _words(plain, "")
    if not body:
        return
    started = await plain.community.call(
        StartThread(board=board.id, thread=new_id(), post=new_id(), title=title, body=body)
    )
    if started.post.number is None:
        plain.print_lines(f"Held until {local_time(started.post.visible_at)}, then published.")
        return
    plain.thread, plain.in_lounge, plain.post = started.thread, False, started.post
    plain.print_lines(f"Posted as {plain.place}.")


async def reply(plain: PlainSurface, argument: str) -> None:
    """Answer the post shown last, or the one whose number is given."""
    thread = _thread(plain)
    number, words = _number_and_words(argument)
    answered = await _post(plain, number) if number else plain.post
    body = await _words(plain, words)
    if not body:
        return
    shown = await plain.community.call(
        WritePost(
            thread=thread.id,
            post=new_id(),
            parent=answered.id if answered else None,
            body=body,
        )
    )
    _tell_written(plain, shown.post, "Posted as")


async def say(plain: PlainSurface, argument: str) -> None:
    """Say a line in the lounge of the board one is on."""
    board = _board(plain)
    body = normalize_chat_line(argument)
    if not body:
        raise BadParams("words", "say takes words")
    shown = await plain.community.call(Say(board=board.id, line=new_id(), body=body))
    plain.print_lines(f"Said as {board.label}/lounge/{shown.line.number}.")


async def edit(plain: PlainSurface, argument: str) -> None:
    """Put one's own post in other words."""
    number, words = _number_and_words(argument)
    old = await _post(plain, number)
    body = await _words(plain, words)
    if not body:
        return
    shown = await plain.community.call(EditPost(post=old.id, body=body, if_revision=old.revision))
    _tell_written(plain, shown.post, "Edited:")


async def withdraw(plain: PlainSurface, argument: str) -> None:
    """Take one's own post back, after asking."""
    number, _ = _number_and_words(argument)
    old = await _post(plain, number)
    answer = await plain.ask(f"Erase every wording of {plain.place}/{old.number}? (yes or no)")
    if (answer or "").strip().lower() not in ("y", "yes"):
        plain.print_lines("Nothing was changed.")
        return
    shown = await plain.community.call(WithdrawPost(post=old.id))
    _tell_written(plain, shown.post, "Withdrawn:")


async def _words(plain: PlainSurface, words: str) -> str:
    """Return mended words: those on the line, or asked for. Empty: the visitor thought again."""
    text = words or await plain.ask_words()
    body, changes = normalize_body(
        text.strip("\n"), chars_max=_ANY_LENGTH, bytes_max=_ANY_LENGTH, lines_max=_ANY_LENGTH
    )
    if changes:
        plain.print_lines(f"The text was changed: {', '.join(sorted(changes)).replace('_', ' ')}.")
    if not body.strip():
        plain.print_lines("Nothing was sent.")
        return ""
    check_body(body)
    return body


async def _post(plain: PlainSurface, number: int | None) -> Post:
    if number is None:
        raise BadParams("number", "say which post: its number in this thread")
    thread = _thread(plain)
    posts = await lookup.list_posts(plain.community, thread, after=number - 1)
    if not posts or posts[0].number != number:
        raise NotFound("post")
    return posts[0]


def _board(plain: PlainSurface) -> Board:
    if plain.board is None:
        raise BadParams("address", "open a board first; boards lists them")
    return plain.board


def _thread(plain: PlainSurface) -> Thread:
    if plain.thread is None:
        raise BadParams("address", "open a thread first, like garden/42")
    return plain.thread


def _number_and_words(argument: str) -> tuple[int | None, str]:
    first, _, rest = argument.partition(" ")
    if first.isdecimal() and int(first) > 0:
        return int(first), rest.strip()
    return None, argument


def _tell_written(plain: PlainSurface, post: Post, verb: str) -> None:
    plain.post = post
    if post.number is None:
        plain.print_lines(f"Held until {local_time(post.visible_at)}, then published.")
    else:
        plain.print_lines(f"{verb} {plain.place}/{post.number}.")
