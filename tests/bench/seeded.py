"""Long threads, brought in by import, as a community that moves would."""

from datetime import timedelta

from bbs.clock import instant, system_clock
from bbs.features.threads.messages import ImportPosts
from bbs.features.threads.views import Mail
from bbs.ids import COMMONS, ThreadId, new_id
from tests.faults.people import Person, line
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


def mails(thread: ThreadId, posts: int, *, title: str) -> list[Mail]:
    """Return the posts of a thread: a few lines each."""
    began = instant(system_clock()) - timedelta(hours=posts // 60 + 1)
    found: list[Mail] = []
    for n in range(posts):
        turned = n % len(WORDS)
        words = " ".join(WORDS[turned:] + WORDS[:turned])
        body = f"Number {n}: {words}.\n\nAnd once more: {words}."
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
