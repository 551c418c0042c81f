"""The cheapest client there is, for both servers: frames made before, sent, and waited for."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from bbs.features.members.messages import Resume
from bbs.features.threads.messages import WritePost
from bbs.ids import ThreadId, new_id
from bbs.wire.codec import encode_call
from bbs.wire.messages import PROTOCOL, Hello, Sync
from tests.faults.people import COMMONS_STREAM

CLOSE_S = 0.2  # whoever has stopped reading does not say goodbye
BODY = "A post of a usual length, in two sentences. It says what there is to say. " * 4


def post_frame(thread: ThreadId, *, body: str = BODY) -> str:
    """Return a new post as a frame."""
    command = WritePost(op=new_id(), thread=thread, post=new_id(), body=body)
    return encode_call(1, command).decode()


async def answer(socket: ClientConnection) -> None:
    """Take frames until the answer to the call under way.

    Raises:
        AssertionError: If it is an error.
    """
    while True:
        frame = await socket.recv()
        if '"id":' in frame[:40]:
            assert '"error"' not in frame[:60], frame
            return


@asynccontextmanager
async def sockets(
    port: int, count: int, *, token: str | None = None, listen: bool = False
) -> AsyncIterator[list[ClientConnection]]:
    """Open connections; with a token they say hello and go on as a member, as the house asks."""
    async with AsyncExitStack() as stack:
        found = []
        for _ in range(count):
            socket = await stack.enter_async_context(
                connect(
                    f"ws://127.0.0.1:{port}/",
                    subprotocols=[Subprotocol(PROTOCOL)] if token else None,
                    compression=None,
                    proxy=None,
                    ping_interval=None,
                    close_timeout=CLOSE_S,
                )
            )
            found.append(socket)
            if token:
                await socket.send(encode_call(1, Hello(versions=(PROTOCOL,))).decode())
                await answer(socket)
                await socket.send(encode_call(1, Resume(token=token)).decode())
                await answer(socket)
            if token and listen:
                await socket.send(encode_call(1, Sync(cursors={COMMONS_STREAM: -1})).decode())
                await answer(socket)
        yield found


async def post_all(socket: ClientConnection, frames: list[str]) -> None:
    """Send frames one after the other, each once the one before is answered."""
    for frame in frames:
        await socket.send(frame)
        await answer(socket)


async def post_together(open_sockets: list[ClientConnection], frames: list[list[str]]) -> None:
    """Let every socket send its frames, all at the same time."""
    await asyncio.gather(
        *(post_all(socket, mine) for socket, mine in zip(open_sockets, frames, strict=True))
    )
