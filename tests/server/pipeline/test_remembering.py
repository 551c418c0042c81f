"""What is remembered of a command: enough to answer it again, nothing to test a guess on."""

from pathlib import Path

import msgspec
import pytest

from bbs.features.boards.messages import OpenBoard
from bbs.features.norms.messages import Clause
from bbs.features.threads.messages import StartThread, WithdrawPost
from bbs.ids import new_id
from bbs.refusals import OpConflict
from tests.support.moot import open_moot


async def test_a_withdrawn_posts_op_proves_no_guess(tmp_path: Path) -> None:
    """The stored hash is salted with a text's own salt, so it proves nothing once words are gone (P10)."""
    async with open_moot(tmp_path) as moot:
        line = moot.sysop
        board, thread, post, op = new_id(), new_id(), new_id(), new_id()
        norms = (Clause(text="Be kind.", why="It helps."),)
        await line.ask(OpenBoard(board=board, slug="garden", title="G", charter="C", norms=norms))
        start = StartThread(op=op, board=board, thread=thread, post=post, title="T", body="secret")
        await line.ask(start)
        assert (await line.ask(start)).post.id == post
        other = msgspec.structs.replace(start, body="another guess")
        with pytest.raises(OpConflict):
            await line.ask(other)
        await line.ask(WithdrawPost(post=post))
        assert (await line.ask(start)).post.body is None
        assert (await line.ask(other)).post.body is None


async def test_one_text_gone_is_enough(tmp_path: Path) -> None:
    """The hash needs the salts of all its texts: a title that stays proves no guess at a body (P10)."""
    async with open_moot(tmp_path) as moot:
        line = moot.sysop
        board = await moot.board(line, "garden")
        for n in range(8):
            post = new_id()
            start = StartThread(
                op=new_id(), board=board, thread=new_id(), post=post, title=f"T{n}", body=f"B{n}"
            )
            await line.ask(start)
            other = msgspec.structs.replace(start, body="a guess")
            with pytest.raises(OpConflict):
                await line.ask(other)
            await line.ask(WithdrawPost(post=post))
            assert (await line.ask(other)).post.id == post
