"""The least a server could do: decode, insert, commit in groups, answer; or tell everybody.

    python -m tests.bench.bare serve --data DIR --listen HOST:PORT --ready-fd N [...]

Speaks enough for the benches and no more: a frame whose method is `tell` is broadcast as it is, one
whose method is `send` is answered with so many frames of so many bytes, any other is a post. The same websockets, msgspec, SQLite settings, event loop and group commit as
the real one, without people, powers, streams, texts, ops, search and bounds.
"""

import argparse
import asyncio
import json
import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import uvloop
from websockets.asyncio.server import ServerConnection, broadcast, serve

GROUP_MAX = 128


class Params(msgspec.Struct):
    """What a post says; or what is to be sent."""

    post: str = ""
    thread: str = ""
    body: str = ""
    frames: int = 0
    bytes: int = 0


class Frame(msgspec.Struct):
    """What a client sends."""

    id: int
    method: str
    params: Params


class Bare:
    """One table, one writer thread, and everybody who is connected."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._decoder = msgspec.json.Decoder(Frame)
        self._queue: asyncio.Queue[tuple[Frame, ServerConnection]] = asyncio.Queue()
        self._thread = ThreadPoolExecutor(1)
        self._db = sqlite3.connect(
            folder / "bare.db", isolation_level=None, check_same_thread=False
        )
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS posts (id TEXT PRIMARY KEY, thread TEXT, body TEXT)"
        )
        self._everybody: set[ServerConnection] = set()

    async def serve(self, socket: ServerConnection) -> None:
        """Take what one client sends."""
        self._everybody.add(socket)
        try:
            async for message in socket:
                frame = self._decoder.decode(message)
                if frame.method == "tell":
                    broadcast(self._everybody, message)
                elif frame.method == "send":
                    for _ in range(frame.params.frames):
                        await socket.send("x" * frame.params.bytes)
                    await socket.send(_answer(frame), text=True)
                else:
                    self._queue.put_nowait((frame, socket))
        finally:
            self._everybody.discard(socket)

    async def write_for_ever(self) -> None:
        """Commit what waits as one group, then answer it."""
        loop = asyncio.get_running_loop()
        while True:
            group = [await self._queue.get()]
            while len(group) < GROUP_MAX and not self._queue.empty():
                group.append(self._queue.get_nowait())
            await loop.run_in_executor(self._thread, self._commit, [frame for frame, _ in group])
            for frame, socket in group:
                await socket.send(_answer(frame), text=True)

    def _commit(self, frames: list[Frame]) -> None:
        self._db.execute("BEGIN IMMEDIATE")
        self._db.executemany(
            "INSERT INTO posts VALUES (?, ?, ?)",
            [(frame.params.post, frame.params.thread, frame.params.body) for frame in frames],
        )
        self._db.execute("COMMIT")


def _answer(frame: Frame) -> bytes:
    return msgspec.json.encode({"jsonrpc": "2.0", "id": frame.id, "result": {}})


async def run(folder: Path, host: str, port: int, ready_fd: int) -> None:
    """Serve until killed."""
    bare = Bare(folder)
    async with serve(bare.serve, host, port, compression=None) as server:
        told = {"listening": f"{host}:{server.sockets[0].getsockname()[1]}", "invitation": None}
        with os.fdopen(ready_fd, "w") as pipe:
            pipe.write(json.dumps(told) + "\n")
        await bare.write_for_ever()


def main() -> None:
    """Read the options that `bbs serve` takes, as far as they matter here."""
    parser = argparse.ArgumentParser()
    parser.add_argument("command")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--listen")
    parser.add_argument("--ready-fd", type=int)
    found, _ = parser.parse_known_args()
    host, _, port = found.listen.rpartition(":")
    uvloop.run(run(found.data, host, int(port), found.ready_fd))


if __name__ == "__main__":
    main()
