"""Secrets planted everywhere a request has room for one: in no page, list of processes or report (P11)."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from bbs.cli.main import cli
from bbs.features.members.messages import Invite, IssueToken, Resume
from bbs.features.threads.messages import StartThread, WritePost
from bbs.ids import COMMONS, new_id
from bbs.powers import Power
from tests.faults.people import move_in
from tests.faults.server_process import BBS, ROOT, ServerProcess
from tests.server.ops_net.serving import http_get
from tests.support.people import Person, secret
from tests.support.raw import raw

pytestmark = pytest.mark.faults

CANARY = "the canary sang in the cellar"
SECRET_OPTIONS = {"password", "token", "secret", "code", "key"}


def _commands(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    """Yield every command below one, with its name."""
    yield name, command
    if isinstance(command, click.Group):
        with click.Context(command) as context:
            for part in command.list_commands(context):
                found = command.get_command(context, part)
                assert found is not None
                yield from _commands(found, f"{name} {part}")


def test_no_option_takes_a_secret_on_the_command_line() -> None:
    """What is typed as an option is in the list of processes: secrets come from files, prompts
    and the environment (P11).
    """
    takes = [
        f"{name} {option.opts[0]}"
        for name, command in _commands(cli, "bbs")
        for option in command.params
        if isinstance(option, click.Option) and not option.is_flag
        if option.opts[-1].strip("-") in SECRET_OPTIONS
    ]
    assert takes == []


async def _plant(server: ServerProcess, token: str) -> tuple[str, ...]:
    """Put secrets wherever a request has room for them; return them."""
    code, issued = secret("an invitation"), secret("a script's token")
    person = Person("planted")
    async with raw(server.url) as client:
        await client.hello()
        await client.ask(Resume(token=token))
        thread = new_id()
        label = {"label": CANARY, "powers": (Power.READ,)}
        for request in (
            Invite(invitation=new_id(), code=code, uses=1, note=CANARY),
            StartThread(board=COMMONS, thread=thread, post=new_id(), title=CANARY, body=CANARY),
            WritePost(thread=thread, post=new_id(), body=CANARY),
            IssueToken(session=new_id(), token=issued, **label),
        ):
            assert "result" in await client.ask(request)
    async with raw(server.url) as client:
        await client.hello()
        assert "result" in await client.ask(person.sign_up(code, device=CANARY))
    async with raw(server.url) as client:
        await client.hello()
        assert "error" in await client.ask(person.with_password(password=f"{CANARY}, wrong"))
        assert "error" in await client.ask(Resume(token=secret("no token at all")))
    refused = (secret("no token at all"),)
    return (CANARY, code, issued, person.password, secret(person.session), *person.codes, *refused)


def _said(*words: str) -> str:
    """Run a command beside the server; return all it says."""
    done = subprocess.run(
        [*BBS, *words], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    return done.stdout + done.stderr


async def test_planted_secrets_are_in_no_log_page_report_or_process_list(
    server: ServerProcess, tmp_path: Path
) -> None:
    """Passwords, tokens, codes and words stay where they belong: in no log, health page, metric,
    doctor's report, manifest or command line, and no token or code in the database (P11).
    """
    await server.start()
    [sysop] = await move_in(server.url, server.invitation, 1)
    planted = (*await _plant(server, sysop.token), sysop.token)
    pages = [await http_get(server.port, path) for path in ("/healthz", "/readyz", "/metrics")]
    backup = tmp_path / "backup"
    said = [
        _said("doctor", "--data", str(server.data), "--json"),
        _said("backup", "--data", str(server.data), str(backup)),
        (backup / "manifest.json").read_text(),
        server.log().replace(server.invitation, ""),
        server.command_line(),
        *(page.body.decode() for page in pages),
    ]
    assert json.loads(said[0])
    assert [one for one in planted for text in said if one in text] == []
    server.kill()
    files = b"".join(path.read_bytes() for path in server.data.iterdir())
    assert [one for one in planted[1:] if one.encode() in files] == []
