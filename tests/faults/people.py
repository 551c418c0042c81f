"""Members for the fault tests: how they move in, connect, read, and hurry."""

import asyncio
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from random import Random
from typing import Any

import bbs
from bbs.address import parse_invitation_link
from bbs.features.members.messages import Invite
from bbs.features.norms.messages import GetCommonsNorms
from bbs.features.threads.messages import ListPosts, StartThread
from bbs.features.threads.views import Post
from bbs.ids import COMMONS, ThreadId, new_id
from bbs.sdk import credentials
from bbs.sdk.community import Community
from bbs.sdk.updates import ConnectionChanged, EventHappened, StreamGone, StreamReset

WORDS = (
    *("alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india"),
    *("juliett", "kilo", "lima", "mike", "november", "oscar", "papa", "quebec", "romeo"),
    *("sierra", "tango", "uniform", "victor", "whiskey", "yankee", "zulu"),
)
PASSWORD = "six brown hens in the attic"


@dataclass(frozen=True)
class Person:
    """A member and what their device keeps."""

    handle: str
    id: str
    token: str


async def hurried(seconds: float) -> None:
    """Wait as the SDK asks, but never long: nobody else is coming back at the same moment."""
    await asyncio.sleep(min(seconds, 0.05))


def line(url: str, person: Person, **options: Any) -> AbstractAsyncContextManager[Community]:
    """Connect as somebody, coming back quickly after a loss."""
    given: dict[str, Any] = {"token": person.token, "sleep": hurried, "listen": False}
    return bbs.connect(url, rng=Random(person.handle), **{**given, **options})


async def move_in(url: str, invitation: str, count: int) -> list[Person]:
    """Let people join; the first, who holds the sysop's invitation, invites the others."""
    first = await _join(url, parse_invitation_link(invitation).code, WORDS[0])
    return [first, *await bring_in(url, first, count - 1)]


async def bring_in(url: str, sysop: Person, count: int) -> list[Person]:
    """Let the sysop, who was the first to move in, invite people, and these join."""
    if count == 0:
        return []
    code = credentials.new_secret()
    async with line(url, sysop) as community:
        await community.call(Invite(invitation=new_id(), code=code, uses=count))
    return [await _join(url, code, word) for word in WORDS[1 : count + 1]]


async def _join(url: str, code: str, word: str) -> Person:
    async with bbs.connect(url, listen=False) as community:
        norms = await community.call(GetCommonsNorms())
        found = await credentials.sign_up(
            community,
            code,
            word,
            word.capitalize(),
            PASSWORD,
            "laptop",
            norms_version=norms.version,
        )
    return Person(word, found.member, found.token)


async def come_back(url: str, handle: str) -> Person:
    """Sign somebody in anew with the password: after a restore, old sessions are dead."""
    async with bbs.connect(url, listen=False) as community:
        found = await credentials.sign_in_password(
            community, handle, PASSWORD, "again", with_key=False
        )
    return Person(handle, found.member, found.token)


async def open_thread(url: str, person: Person) -> ThreadId:
    """Start a thread on the commons, where everybody has a seat."""
    thread = new_id()
    async with line(url, person) as community:
        await community.call(
            StartThread(board=COMMONS, thread=thread, post=new_id(), title="Talk", body="Begin.")
        )
    return thread


async def all_posts(community: Community, thread: ThreadId) -> list[Post]:
    """Return every post of a thread, page by page, as any client would."""
    found: list[Post] = []
    while True:
        after = found[-1].number or 0 if found else 0
        page = await community.call(ListPosts(thread=thread, after=after, limit=200))
        found += page.posts
        if not page.more_after:
            return found


@dataclass
class Reader:
    """What one program was told, in the order it was told.

    Attributes:
        seen: For each stream, its events.
        broken: What a resume must not need: resets and ended streams.
        reasons: Why the connection was lost, each time.
    """

    seen: dict[str, list[EventHappened]] = field(default_factory=dict)
    broken: list[object] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def lost(self) -> int:
        """How often the connection was lost."""
        return len(self.reasons)

    async def read(self, community: Community) -> None:
        """Take what happens until the community is left. Cancelling loses nothing."""
        async for happened in community.events():
            async with self._news:
                match happened:
                    case EventHappened(stream=stream):
                        self.seen.setdefault(stream, []).append(happened)
                    case StreamReset() | StreamGone():
                        self.broken.append(happened)
                    case ConnectionChanged(online=False, reason=reason):
                        self.reasons.append(reason)
                self._news.notify_all()

    async def reaches(self, stream: str, seq: int) -> None:
        """Wait until a stream was read up to a seq."""
        async with self._news:
            await self._news.wait_for(lambda: self.last(stream) >= seq or bool(self.broken))

    def last(self, stream: str) -> int:
        """Return the last seq read of a stream; 0 for none."""
        return self.seen[stream][-1].seq if stream in self.seen else 0

    def order(self, stream: str) -> list[tuple[int, str, str]]:
        """Return seq, kind and subject of everything read of a stream."""
        return [(event.seq, event.kind, event.subject) for event in self.seen.get(stream, [])]
