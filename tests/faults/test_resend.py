"""One op sent many times, over many lines, cut anywhere: it happens once (P12)."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from msgspec.structs import replace

from bbs.errors import Disconnected
from bbs.features.members.messages import EndSession
from bbs.features.threads.messages import Say, WithdrawPost, WritePost
from bbs.features.threads.views import Post, PostResult
from bbs.ids import COMMONS, ThreadId, new_id
from bbs.refusals import OpConflict
from bbs.sdk.community import Community
from tests.faults.chaosproxy import ChaosProxy, Harm
from tests.faults.people import Person, all_posts, line, move_in, open_thread
from tests.faults.rounds import DEEP, chance, rounds
from tests.faults.server_process import ServerProcess
from tests.faults.weakened import weakened

pytestmark = [pytest.mark.faults, pytest.mark.timeout(rounds(60, 900))]

LINES = 20


def _post(thread: ThreadId, body: str) -> WritePost:
    return WritePost(op=new_id(), thread=thread, post=new_id(), body=body)


async def _bodies(community: Community, thread: ThreadId) -> list[str | None]:
    """Return the words of all posts but the first."""
    return [post.body for post in (await all_posts(community, thread))[1:]]


async def _storm(url: str, person: Person, command: WritePost) -> list[PostResult | BaseException]:
    """Send one command over many connections at once; return what each was told."""
    async with AsyncExitStack() as stack:
        lines = [await stack.enter_async_context(line(url, person)) for _ in range(LINES)]
        return await asyncio.gather(
            *(community.call(command) for community in lines), return_exceptions=True
        )


async def test_twenty_connections_that_send_one_op_at_once_make_one_post(
    server: ServerProcess,
) -> None:
    """Everybody gets the same answer, there is one post, also after a kill (P12).

    A build that looks up no op answers all but one with an error: see below.
    """
    await server.start()
    [person] = await move_in(server.url, server.invitation, 1)
    thread = await open_thread(server.url, person)
    commands = [_post(thread, f"storm {n}") for n in range(rounds(10, 100))]
    for command in commands:
        told = await _storm(server.url, person, command)
        assert [answer for answer in told if answer != told[0]] == []
        assert isinstance(told[0], PostResult)
    server.kill()
    await server.start()
    again = await _storm(server.url, person, commands[0])
    assert isinstance(again[0], PostResult)
    assert again == again[:1] * LINES
    async with line(server.url, person) as community:
        assert await _bodies(community, thread) == [command.body for command in commands]


@pytest.mark.skipif(not DEEP, reason="proofs that the tests see belong to the deep run")
async def test_a_server_that_looks_up_no_op_is_noticed(tmp_path: Path) -> None:
    """The storm tells a server that forgets ops from one that keeps them (P12)."""
    with ServerProcess(tmp_path, program=weakened("forgets-ops")) as forgetful:
        await forgetful.start()
        [person] = await move_in(forgetful.url, forgetful.invitation, 1)
        thread = await open_thread(forgetful.url, person)
        told = await _storm(forgetful.url, person, _post(thread, "storm"))
    assert any(isinstance(answer, Exception) for answer in told)


async def test_an_op_sent_with_other_words_is_refused(server: ServerProcess) -> None:
    """The same op with other content is a conflict and changes nothing (P12)."""
    await server.start()
    [person] = await move_in(server.url, server.invitation, 1)
    thread = await open_thread(server.url, person)
    command = _post(thread, "These words.")
    async with line(server.url, person) as community:
        await community.call(command)
        for other in (
            replace(command, body="Other words."),
            replace(command, post=new_id()),
            replace(command, dry_run=True),
        ):
            with pytest.raises(OpConflict):
                await community.call(other)
        assert await _bodies(community, thread) == ["These words."]


async def test_the_op_of_a_withdrawn_post_names_no_other_command(server: ServerProcess) -> None:
    """Its text is gone, and still it is that post's op alone, also after a kill (P12, protocol 5.2).

    A build that keeps no method with an op says that a session ended which goes on.
    """
    await server.start()
    [person] = await move_in(server.url, server.invitation, 1)
    thread = await open_thread(server.url, person)
    command = _post(thread, "These words.")
    async with line(server.url, person) as community:
        await community.call(command)
        await community.call(WithdrawPost(post=command.post))
        server.kill()
        await server.start()
        assert community.me is not None
        session = community.me.session.id
        for other in (
            EndSession(op=command.op, session=session),
            Say(op=command.op, board=COMMONS, line=new_id(), body="Other words."),
        ):
            with pytest.raises(OpConflict):
                await community.call(other)
        assert (await community.call(command)).post.body is None


async def _measure(proxy: ChaosProxy, harm: Harm, person: Person, thread: ThreadId) -> int:
    """Return how many bytes one post is in that direction; the later ones are as long."""
    async with line(proxy.url, person) as community:
        before = harm.passed
        await community.call(_post(thread, f"cut {0:05}"))
        return harm.passed - before


@pytest.mark.parametrize("direction", ["request", "answer"])
@pytest.mark.parametrize("reset", [False, True], ids=["end", "reset"])
async def test_a_line_cut_at_any_byte_makes_one_post(
    server: ServerProcess, direction: str, reset: bool
) -> None:
    """Wherever between request and answer the line is cut, the resent post is there once (P12).

    Fails where an op is kept apart from its act, or is not sent again.
    """
    await server.start()
    [person] = await move_in(server.url, server.invitation, 1)
    thread = await open_thread(server.url, person)
    async with ChaosProxy(server.port) as proxy:
        harm = proxy.up if direction == "request" else proxy.down
        size = await _measure(proxy, harm, person, thread)
        some = range(chance(direction).randrange(size // 20), size + 1, max(1, size // 20))
        # The two ways to end take turns, and between them have every byte.
        offsets = range(reset, size + 1, 2) if DEEP else some
        for n in offsets:
            async with line(proxy.url, person) as community:
                harm.cut_after, harm.reset = n, reset
                await community.call(_post(thread, f"cut {n:05}"))
                harm.cut_after = None
        assert proxy.cuts >= len(offsets) - 1
    async with line(server.url, person) as community:
        expected = ["cut 00000", *(f"cut {n:05}" for n in offsets)]
        assert await _bodies(community, thread) == expected


async def test_a_post_sent_into_a_silent_line_is_there_once(server: ServerProcess) -> None:
    """A line that takes everything and answers nothing: sent again elsewhere, it is one post (protocol 1.5)."""
    await server.start()
    [person] = await move_in(server.url, server.invitation, 1)
    thread = await open_thread(server.url, person)
    async with ChaosProxy(server.port) as proxy:
        for n, harm in enumerate((proxy.up, proxy.down)):
            command = _post(thread, f"silence {n}")
            async with line(proxy.url, person) as community:
                harm.silent = True
                with pytest.raises(Disconnected):
                    await community.call(command, timeout_s=0.3)
                async with line(server.url, person) as another:
                    shown = await another.call(command)
                harm.silent = False
                assert await community.call(command) == shown
    async with line(server.url, person) as community:
        assert await _bodies(community, thread) == ["silence 0", "silence 1"]


async def test_slow_and_torn_lines_change_nothing(server: ServerProcess) -> None:
    """Delayed, in slices of a few bytes, cut now and then: every post once, in its order (P12)."""
    await server.start()
    rng = chance("torn")
    [person] = await move_in(server.url, server.invitation, 1)
    thread = await open_thread(server.url, person)
    sent: list[Post] = []
    async with ChaosProxy(server.port) as proxy, line(proxy.url, person) as community:
        for n in range(rounds(40, 400)):
            for harm in (proxy.up, proxy.down):
                harm.delay_s = rng.uniform(0.0, 0.001)
                harm.slice_bytes = rng.randrange(50, 2_000)
                harm.cut_after = rng.randrange(4_000) if rng.random() < 0.3 else None
                harm.reset = rng.random() < 0.5
            sent.append((await community.call(_post(thread, f"torn {n}"))).post)
        print(f"{proxy.cuts} cuts")
    async with line(server.url, person) as community:
        assert (await all_posts(community, thread))[1:] == sent
