"""Houses with many posts: brought in by import, as a community that moves would."""

from dataclasses import dataclass
from datetime import timedelta

from bbs.clock import instant, system_clock
from bbs.features.threads.messages import ImportPosts
from bbs.features.threads.views import Mail
from bbs.ids import COMMONS, ThreadId, new_id
from tests.faults.people import Person, line, move_in
from tests.faults.server_process import ServerProcess

IMPORT_POSTS = 100
WORDS = [
    "the",
    "garden",
    "grows",
    "slowly",
    "and",
    "whoever",
    "waters",
    "it",
    "in",
    "the",
    "evening",
    "sees",
    "more",
    "of",
    "it",
]
RARE = "quincunx"


@dataclass(frozen=True)
class Seeded:
    """A running server with one long thread, and the sysop."""

    server: ServerProcess
    person: Person
    thread: ThreadId
    posts: int


def mails(thread: ThreadId, posts: int, *, title: str) -> list[Mail]:
    """Return the posts of a thread: a few lines each, one rare word in the middle of all."""
    began = instant(system_clock()) - timedelta(hours=posts // 60 + 1)
    found: list[Mail] = []
    for n in range(posts):
        turned = n % len(WORDS)
        words = " ".join(WORDS[turned:] + WORDS[:turned])
        rare = f" {RARE}" if n == posts // 2 else ""
        body = f"Number {n}: {words}.\n\nAnd once more: {words}{rare}."
        # Every tenth begins a branch, the others answer the post before: a tree, not a list.
        parent = found[n - 1 - n % 10].id if n else None
        mail = Mail(
            id=new_id(),
            thread=thread,
            parent=parent,
            title="" if n else title,
            author=f"Writer {n % 50}",
            at=began + timedelta(minutes=n),
            body=body,
        )
        found.append(mail)
    return found


async def seed(server: ServerProcess, posts: int) -> Seeded:
    """Start a server and bring in one thread of so many posts."""
    await server.start()
    [person] = await move_in(server.url, server.invitation, 1)
    thread = await add_thread(server, person, posts)
    return Seeded(server, person, thread, posts)


async def add_thread(
    server: ServerProcess, person: Person, posts: int, *, title: str = "A long thread"
) -> ThreadId:
    """Bring in one more thread."""
    thread = new_id()
    brought = mails(thread, posts, title=title)
    async with line(server.url, person) as community:
        for n in range(0, posts, IMPORT_POSTS):
            part = tuple(brought[n : n + IMPORT_POSTS])
            await community.call(ImportPosts(board=COMMONS, posts=part))
    return thread
