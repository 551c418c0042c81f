"""Fill the sample community through the public protocol, on a connection for each author."""

import asyncio
import tomllib
from collections.abc import Mapping
from contextlib import AsyncExitStack
from importlib.resources import files
from typing import Any

import msgspec

from bbs.address import InvitationLink, parse_invitation_link
from bbs.cli.account.save_profile import save_credentials, url_of
from bbs.cli.demo.sample.script import (
    CHATTED_MS,
    JOINED_MS,
    BackdatedClock,
    SampleLine,
    SampleThread,
    parents,
    read_lines,
    read_threads,
    timeline,
)
from bbs.features.boards.messages import Board, ConfigureBoard, OpenBoard, Visibility
from bbs.features.boards.seat_messages import OfferSeat, TakeSeat
from bbs.features.members.messages import Invite
from bbs.features.norms.messages import GetCommonsNorms
from bbs.features.presence.messages import SetPresence
from bbs.features.threads.messages import Say, StartThread, WritePost
from bbs.ids import new_id
from bbs.profiles import Profile
from bbs.sdk.community import Community, connect
from bbs.sdk.credentials import Credentials, new_secret, sign_up
from bbs.sdk.lookup import find_address, find_board

CLIENT = "bbs-demo"
COMMONS_SLUG = "commons"


def sample_text(name: str) -> str:
    """Return the text of a file of the sample."""
    return (files("bbs.cli.demo.sample") / name).read_text("utf-8")


class SampleCommunity:
    """The people of the sample, each on a connection of their own, and the boards they opened.

    Attributes:
        people: Their connections by handle, the sysop first.
        boards: By slug.
    """

    def __init__(self, invitation: str, stack: AsyncExitStack, clock: BackdatedClock) -> None:
        """Prepare the sample; `fill` fills it.

        Args:
            invitation: The link of the invitation with which the sysop joins.
            stack: Closes the connections in the end.
            clock: The server's; `fill` moves it on to the true time.
        """
        self.people: dict[str, Community] = {}
        self.boards: dict[str, Board] = {}
        self._scene: dict[str, Any] = tomllib.loads(sample_text("boards.toml"))
        self._invitation: InvitationLink = parse_invitation_link(invitation)
        self._stack = stack
        self._clock = clock

    async def fill(self) -> Profile:
        """Let everybody join, open the boards and talk; return the visitor's profile.

        The visitor comes in between, so that the newest threads are new to them and the rest is
        there to be found.

        Raises:
            FolkmootError: If the server refuses something, which a sample server does not.
        """
        handles = list(self._scene["people"])
        code = await self._first(handles[0])
        for handle in handles[1:]:
            await self._join(handle, self._scene["people"][handle], code)
        await self._open_boards()
        threads = {slug: read_threads(sample_text(f"{slug}.txt")) for slug in self.boards}
        await self._talk(threads, fresh=False)
        self._clock.go(JOINED_MS)
        profile = await self._visitor(code)
        await self._talk(threads, fresh=True)
        host = self._host
        for settings in self._scene["boards"]:
            board = self.boards[settings["slug"]].id
            await host.call(ConfigureBoard(board=board, hold_s=self._scene["hold_s"]))
        lines = read_lines(sample_text("lounges.txt"))
        for nth, line in enumerate(lines):
            self._clock.go(CHATTED_MS * (len(lines) - nth) // len(lines))
            await self.speak(line)
        self._clock.go(0)
        for handle in handles[:5]:
            await self.people[handle].call(SetPresence(visible=True))
        return profile

    async def keep_talking(self) -> None:
        """Say the lines of the voices, with their pauses, then return. Cancelling is safe."""
        for line in read_lines(sample_text("voices.txt")):
            await asyncio.sleep(line.pause_s)
            await self.speak(line)

    async def speak(self, line: SampleLine) -> None:
        """Say a line in a lounge, or answer the post it names."""
        community = self.people[line.by]
        if "/" not in line.place:
            board = self.boards[line.place]
            await community.call(Say(board=board.id, line=new_id(), body=line.text))
            return
        found = await find_address(community, line.place)
        assert found.thread is not None
        assert found.post is not None
        await community.call(
            WritePost(thread=found.thread.id, post=new_id(), parent=found.post.id, body=line.text)
        )

    @property
    def _host(self) -> Community:
        return next(iter(self.people.values()))

    async def _first(self, handle: str) -> str:
        """Let the sysop join; return the code of an invitation for the others."""
        await self._join(handle, self._scene["people"][handle], self._invitation.code)
        code = new_secret()
        uses = len(self._scene["people"])
        await self.people[handle].call(Invite(invitation=new_id(), code=code, uses=uses))
        return code

    async def _join(self, handle: str, name: str, code: str) -> Credentials:
        url = url_of(self._invitation)
        community = await self._stack.enter_async_context(connect(url, client=CLIENT, listen=False))
        norms = await community.call(GetCommonsNorms())
        credentials = await sign_up(
            community,
            code,
            handle,
            name,
            self._scene["password"],
            "sample",
            norms_version=norms.version,
        )
        self.people[handle] = community
        return credentials

    async def _open_boards(self) -> None:
        host = self._host
        self.boards[COMMONS_SLUG] = await find_board(host, COMMONS_SLUG)
        for settings in self._scene["boards"]:
            # The server publishes at once, so that every post is there before the visit.
            opening = {**settings, "board": new_id(), "hold_s": 0}
            shown = await host.call(msgspec.convert(opening, OpenBoard))
            slug = settings["slug"]
            board = self.boards[slug] = shown.board
            for handle, community in self.people.items():
                if community is host:
                    continue
                if board.visibility is Visibility.PRIVATE:
                    if handle not in _writers(slug):
                        continue
                    await self._offer(board, community)
                await community.call(TakeSeat(board=board.id, norms_version=1))

    async def _offer(self, board: Board, community: Community) -> None:
        assert community.me is not None
        await self._host.call(OfferSeat(board=board.id, member=community.me.member.id))

    async def _visitor(self, code: str) -> Profile:
        visitor: Mapping[str, Any] = self._scene["visitor"]
        credentials = await self._join(visitor["handle"], visitor["name"], code)
        community = self.people.pop(visitor["handle"])
        for slug in visitor["sits"]:
            await community.call(TakeSeat(board=self.boards[slug].id, norms_version=1))
        for slug in visitor["offered"]:
            await self._offer(self.boards[slug], community)
        return save_credentials(credentials, host=self._invitation.host, pin=None, name="demo")

    async def _talk(self, threads: Mapping[str, list[SampleThread]], *, fresh: bool) -> None:
        ids: dict[str, list[str]] = {}
        for behind_ms, slug, thread, place in timeline(threads, fresh=fresh):
            self._clock.go(behind_ms)
            known = ids.setdefault(f"{slug}/{thread.title}", [new_id()])
            known.append(new_id())
            await self._write(self.boards[slug], thread, place, known)

    async def _write(self, board: Board, thread: SampleThread, place: int, ids: list[str]) -> None:
        """Write a post of a thread; `ids` are that of the thread and those of its posts up to this."""
        post = thread.posts[place]
        community = self.people[post.by]
        if place == 0:
            await community.call(
                StartThread(
                    board=board.id, thread=ids[0], post=ids[1], title=thread.title, body=post.body
                )
            )
            return
        parent = parents(thread.posts)[place]
        await community.call(
            WritePost(
                thread=ids[0],
                post=ids[-1],
                parent=None if parent is None else ids[parent + 1],
                body=post.body,
            )
        )


def _writers(slug: str) -> set[str]:
    return {post.by for thread in read_threads(sample_text(f"{slug}.txt")) for post in thread.posts}
