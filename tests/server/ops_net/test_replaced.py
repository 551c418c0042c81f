"""An upgrade replaces a program's files while it runs: what serves has read all it needs (P12)."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import bbs
from bbs.address import parse_invitation_link
from bbs.clock import system_clock
from bbs.errors import FolkmootError
from bbs.features.boards.messages import OpenBoard
from bbs.features.boards.seat_messages import TakeSeat
from bbs.features.cases.messages import GetCase, ListCases
from bbs.features.cases.reporting_messages import ReportPost
from bbs.features.members.messages import Invite
from bbs.features.reading.messages import Search
from bbs.features.threads.messages import Say, StartThread
from bbs.ids import BoardId, CaseId, new_id
from bbs.sdk.community import Community
from bbs.sdk.credentials import new_secret, sign_up
from tests.server.asking import ASKING
from tests.server.cast import Cast
from tests.server.ops_net.serving import (
    ROOT,
    Served,
    Start,
    http_get,
    served,
    trusting,
    write_certificate,
)
from tests.support.moot import NORMS

WATCHER = """
import os, sys
told = os.open(os.environ["TOLD"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
ours = tuple(os.environ["OURS"].split(":"))
def heard(event, args):
    writes = event == "open" and args[2] & (os.O_WRONLY | os.O_RDWR) and isinstance(args[0], str)
    if writes and not args[0].startswith((os.environ["DATA"], "/dev/null")):
        os.write(told, f"write {args[0]}\\n".encode())
    elif event == "import" or (event == "open" and str(args[0]).startswith(ours)):
        os.write(told, f"{event} {args[0]}\\n".encode())
sys.addaudithook(heard)
"""
"""Loaded by the interpreter before the program: tells each import, and each of our files opened."""


async def test_nothing_of_the_program_is_read_once_it_serves(tmp_path: Path) -> None:
    """Every request, a sign-up, pages, a hook, a reload and the end need no file of the program or
    of what it stands on: an upgrade in place breaks no running server, whatever is asked of it. And
    nothing is ever written outside the data folder, as the unit demands (`ProtectSystem=strict`)."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(WATCHER)
    told, hooked = tmp_path / "told", tmp_path / "hooked"
    certificate, key = write_certificate(tmp_path / "tls", "here")
    (tmp_path / "bbs.toml").write_text(
        f"disk_low_mb = 1000000000\nhook = \"/bin/sh -c 'cat > {hooked}'\"\n"
        f'tls_certificate = "{certificate}"\ntls_key = "{key}"\n'
    )
    environment = {
        "PYTHONPATH": str(tmp_path / "site"),
        "TOLD": str(told),
        "DATA": str(tmp_path / "data"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "OURS": ":".join(str(ROOT / name) for name in ("bbs/", "server/", ".venv/lib")),
    }
    options = ("--config", str(tmp_path / "bbs.toml"), "--log", "error", "--sample")
    async with served(Start(tmp_path, options, environment=environment)) as server:
        loaded = told.stat().st_size
        assert loaded > 0
        await _use(server)
        server.process.send_signal(signal.SIGHUP)
        assert await server.end(signal.SIGTERM, within_s=10) == 0
        assert hooked.exists()
        assert told.read_text()[loaded:].splitlines() == []
        assert "write " not in told.read_text()


async def _use(server: Served) -> None:
    """Ask for everything there is, in earnest or as a rehearsal; refusals are answers, too."""
    for page in ("/healthz", "/readyz", "/metrics", "/nothing"):
        await http_get(server.port, page, tls=trusting())
    async with _sysop(server) as ana:
        board, thread, post, line = (new_id() for _ in range(4))
        await ana.call(
            OpenBoard(board=board, slug="garden", title="G", charter="C", norms=NORMS, hold_s=0)
        )
        await ana.call(StartThread(board=board, thread=thread, post=post, title="T", body="@ana"))
        await ana.call(Say(board=board, line=line, body="**Héllo**"))
        await ana.call(Search(query="Überraschung from:ana"))
        somebody: Any = SimpleNamespace(id=new_id(), person=SimpleNamespace(session="x"))
        moot: Any = SimpleNamespace(clock=system_clock, code=new_secret())
        asked: Any = SimpleNamespace(
            **{"board": board, "slug": "garden", "whose": "own", "stream": f"board:{board}"},
            **{"member": new_id(), "invitation": new_id(), "person": somebody.person},
            **{"case": await _case(server, ana, board), "appeal": new_id()},
            things=SimpleNamespace(thread=thread, post=post, line=line),
            cast=Cast(moot, {"founder": somebody, "seated": somebody}, spare=new_id()),
        )
        for make in ASKING.values():
            with contextlib.suppress(FolkmootError):
                await ana.call(make(asked))
    _, writer = await asyncio.open_connection("127.0.0.1", server.port, ssl=trusting())
    writer.write(b"\x16\x03 this is no request\r\n\r\n")
    writer.close()


async def _case(server: Served, ana: Community, board: BoardId) -> CaseId:
    """Return a case about words of a newcomer, which the sysop, who moderates the board, opened."""
    post, code = new_id(), new_secret()
    await ana.call(Invite(invitation=new_id(), code=code))
    async with _joined(server, code, "ben") as ben:
        await ben.call(TakeSeat(board=board, norms_version=1))
        await ben.call(StartThread(board=board, thread=new_id(), post=post, title="T", body="Rude"))
    await ana.call(ReportPost(post=post, report=new_id(), norm=1, of_office=True))
    [case] = (await ana.call(ListCases(board=board))).cases
    await ana.call(GetCase(case=case.id))  # is answered, not refused
    return case.id


@contextlib.asynccontextmanager
async def _sysop(server: Served) -> AsyncIterator[Community]:
    """Join as the first member, as people do: their name and password are judged."""
    code = parse_invitation_link(server.ready["invitation"]).code
    async with _joined(server, code, "ana") as community:
        yield community


@contextlib.asynccontextmanager
async def _joined(server: Served, code: str, handle: str) -> AsyncIterator[Community]:
    """Join by an invitation."""
    pin = parse_invitation_link(server.ready["invitation"]).pin
    url = f"bbs://127.0.0.1:{server.port}"
    async with bbs.connect(url, pin=pin, listen=False) as community:
        password = "seven quiet herons on a wire"
        name = f"{handle} Núñez"
        await sign_up(community, code, handle, name, password, "here", norms_version=1)
        yield community
