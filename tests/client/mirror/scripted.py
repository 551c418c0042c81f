"""A community that answers from a model, as a script says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import msgspec

from bbs.errors import Disconnected
from bbs.features.members import views as members_views
from bbs.ids import new_id
from bbs.messages import Request, Result
from bbs.sdk.subscriptions import NO_TAGS
from bbs.sdk.updates import ConnectionChanged, StreamReset, Update
from bbs.wire.messages import NOTICES, StreamState, Welcome
from tests.client.mirror.model import Model


class Scripted:
    """A community that asks a model: what `bbs.sdk.community.Community` is to a link.

    Attributes:
        asked: Every request, in order.
        before: Called with each request before the model answers it; may raise or change things.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self.online = True
        self.motd = ""
        self.banner = ""
        self.features: tuple[str, ...] = ("proposals", NOTICES)
        self.asked: list[Request[Any]] = []
        self.tried = 0
        self.heard: dict[str, int] = {}
        self.happened: list[Update] = []
        self.ended: Exception | None = None
        self._news = asyncio.Event()
        self.before: Callable[[Request[Any]], None] = lambda request: None
        self.answers: dict[type, Callable[[Any], Result]] = {}

    @property
    def welcome(self) -> Welcome | None:
        return Welcome(
            version="1",
            server="s",
            community="c",
            epoch=self.model.epoch,
            features=self.features,
            limits={},
            motd=self.motd,
            banner=self.banner,
        )

    @property
    def me(self) -> members_views.SignInResult | None:
        return members_views.SignInResult(
            member=self.model.me, session=members_views.Session(id=new_id(), label="laptop")
        )

    async def call(self, request: Request[Any], **_: Any) -> Any:
        self.asked.append(request)
        if not self.online:
            raise Disconnected("offline")
        self.before(request)
        answer = self.answers.get(type(request), self.model.answer)
        # Through the wire's own form, as a real answer comes.
        result = answer(request)
        return msgspec.json.decode(msgspec.json.encode(result), type=type(result))

    def try_now(self) -> None:
        self.tried += 1

    async def listen(
        self, cursors: Mapping[str, int], tags: Mapping[str, str] = NO_TAGS
    ) -> dict[str, StreamState]:
        states = {}
        for stream, cursor in cursors.items():
            head = self.model.head(stream)
            if -1 < cursor < self.model.base.get(stream, 0):
                self.push(StreamReset(stream, head))
                cursor, state = head, "reset"
            else:
                state = "live"
            self.heard[stream] = head if cursor == -1 else cursor
            states[stream] = StreamState(state=state, seq=head)
        self.pump()
        return states

    def unlisten(self, *streams: str) -> None:
        for stream in streams:
            self.heard.pop(stream, None)

    def pump(self) -> None:
        """Bring every listened stream up to its head, as the server does by itself."""
        for stream, seq in self.heard.items():
            self.push(*self.model.log.get(stream, [])[seq:])
            self.heard[stream] = self.model.head(stream)

    def push(self, *happened: Update) -> None:
        """Let something happen."""
        self.happened.extend(happened)
        self._news.set()

    def turn(self, online: bool, reason: str = "") -> None:
        """Make or lose the connection."""
        self.online = online
        self.push(ConnectionChanged(online, reason))

    def end(self, error: Exception) -> None:
        """End for good."""
        self.ended = error
        self._news.set()

    async def events(self) -> AsyncIterator[Update]:
        while True:
            while self.happened:
                yield self.happened.pop(0)
            if self.ended is not None:
                raise self.ended
            self._news.clear()
            await self._news.wait()
