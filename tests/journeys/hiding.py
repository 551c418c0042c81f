"""Words that a moderator hides by a clause, restores and lets end, for the machine of `test_mirror_truth`."""

import contextlib
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from bbs.features.threads.hiding_messages import HideLine, HidePost, RestoreLine, RestorePost
from bbs.messages import Command
from bbs.refusals import Refused
from tests.journeys.purging import PICK, Purging

THEN = st.sampled_from(["stays", "restored", "ended"])


class Hiding(Purging):
    """The part of the machine in which ana hides what others wrote; of her own she is refused."""

    @precondition(lambda self: self.posts)
    @rule(pick=PICK, then=THEN)
    def hide_post(self, pick: int, then: str) -> None:
        """Hidden, restored or at its end, a post reads the same in mirrors and pages (P10)."""
        post = self.posts[pick % len(self.posts)][0]
        hide = HidePost(post=post, norm=1, reason="Why")
        self._hide(hide, RestorePost(post=post, reason="Why"), then)

    @precondition(lambda self: self.lines)
    @rule(pick=PICK, then=THEN)
    def hide_line(self, pick: int, then: str) -> None:
        line = self.lines[pick % len(self.lines)]
        hide = HideLine(line=line, norm=1, reason="Why")
        self._hide(hide, RestoreLine(line=line, reason="Why"), then)

    def _hide(self, hide: Command[Any], restore: Command[Any], then: str) -> None:
        async def move() -> None:
            with contextlib.suppress(Refused):
                await self.house.voices["ana"].call(hide)
            if then == "restored":
                with contextlib.suppress(Refused):
                    await self.house.voices["ana"].call(restore)
            elif then == "ended":
                store = self.house.running.dispatcher.store
                await store.write(
                    lambda tx: tx.execute("UPDATE hidings SET goes_at = 0 WHERE norm > 0")
                )
                await self.house.do_jobs("erase hidden words")

        self.runner.run(move())
