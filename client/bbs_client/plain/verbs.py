"""The table of verbs: what can be typed at the prompt, and what help says about it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bbs_client.plain import own, people, reading, round, writing
from bbs_client.plain.surface import PlainSurface, QuitRequested

Run = Callable[[PlainSurface, str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Verb:
    """One thing that can be typed.

    Attributes:
        name: The word.
        short: Other words for it.
        takes: What may follow, as help shows it.
        help: A sentence.
        run: Does it, given the visit and what followed the word.
    """

    name: str
    short: tuple[str, ...]
    takes: str
    help: str
    run: Run


async def quit_visit(_plain: PlainSurface, _argument: str) -> None:
    """End the visit. Raises `QuitRequested`."""
    raise QuitRequested


async def show_help(plain: PlainSurface, argument: str) -> None:
    """List the verbs, or explain VERB."""
    verb = find_verb(argument) if argument else None
    if argument and verb is None:
        plain.print_lines(f"There is no verb {argument!r}.")
        return
    for each in (verb,) if verb else VERBS:
        also = f" (also: {', '.join(each.short)})" if each.short else ""
        plain.print_lines(f"{' '.join([each.name, each.takes]).strip()}: {each.help}{also}")
    if not verb:
        plain.print_lines("An address alone opens it. Enter alone is next.")


VERBS: tuple[Verb, ...] = (
    Verb("boards", ("b",), "", "List the boards and what is unread on them.", reading.boards),
    Verb(
        "open",
        ("o", "go"),
        "ADDRESS",
        "Go to a board, thread, post, lounge or @member.",
        reading.open_place,
    ),
    Verb("back", (), "", "Go one step up.", reading.back),
    Verb("threads", ("t",), "", "List the threads of this board, newest first.", reading.threads),
    Verb("home", (), "", "Show what is new for you, and how much it is.", round.home),
    Verb(
        "next", ("n",), "", "Read the next post of the round: all that is new.", round.next_unread
    ),
    Verb("skip", (), "", "Leave this thread for the next round.", round.skip),
    Verb("read", ("r",), "[NUMBER]", "Read this thread, from post NUMBER on.", reading.read),
    Verb("flat", (), "[NUMBER]", "Read this thread in the order of time.", reading.read_flat),
    Verb(
        "parent",
        ("^",),
        "",
        "Read the post to which the last shown post is an answer.",
        round.parent,
    ),
    Verb("lounge", ("l",), "", "Read the newest lines of this board's lounge.", reading.lounge),
    Verb("search", ("/",), "WORDS", "Search the posts you may read.", reading.search),
    Verb("mentions", (), "", "List the posts that mention you.", reading.mentions),
    Verb("inbox", (), "", "List answers, mentions, thanks and notices to you.", own.inbox),
    Verb("follow", (), "[ADDRESS]", "Follow this: it comes early in your rounds.", own.follow),
    Verb("unfollow", (), "[ADDRESS]", "Stop following this.", own.unfollow),
    Verb("mute", (), "[ADDRESS]", "Mute this: it leaves your rounds.", own.mute),
    Verb("unmute", (), "[ADDRESS]", "Stop muting this.", own.unmute),
    Verb("save", (), "[NUMBER]", "Save the last shown post, or post NUMBER.", own.save),
    Verb("unsave", (), "[NUMBER]", "Remove a post from your saved posts.", own.unsave),
    Verb("saved", (), "", "List your saved posts.", own.saved),
    Verb(
        "thank",
        (),
        "[NUMBER]",
        "Thank the author of the last shown post, or of post NUMBER.",
        own.thank,
    ),
    Verb("mark", (), "[board]", "Mark this thread as read, or the whole board.", reading.mark),
    Verb("unread", (), "NUMBER", "Make this thread unread from post NUMBER on.", reading.unread),
    Verb("post", (), "TITLE", "Start a thread on this board.", writing.post),
    Verb(
        "reply",
        ("a", "answer"),
        "[NUMBER] [WORDS]",
        "Answer the last shown post, or post NUMBER.",
        writing.reply,
    ),
    Verb("say", ("s",), "WORDS", "Say a line in this board's lounge.", writing.say),
    Verb("edit", (), "NUMBER", "Change the text of your post.", writing.edit),
    Verb("withdraw", (), "NUMBER", "Withdraw your post; its text is erased.", writing.withdraw),
    Verb(
        "who", ("w",), "[seen|hidden]", "List who is here; choose whether you are seen.", people.who
    ),
    Verb("members", (), "", "List the members.", people.members),
    Verb("norms", (), "", "Read the norms of this board.", people.norms),
    Verb("seat", (), "[leave]", "Take a seat on this board, or leave it.", people.seat),
    Verb("help", ("h", "?"), "[VERB]", "List the verbs, or explain VERB.", show_help),
    Verb("quit", ("q", "exit", "bye"), "", "End the visit.", quit_visit),
)

_BY_WORD = {word: verb for verb in VERBS for word in (verb.name, *verb.short)}


def find_verb(word: str) -> Verb | None:
    """Return the verb a word stands for, or None."""
    return _BY_WORD.get(word)
