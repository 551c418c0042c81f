"""A plan in lines, against a real server: looked at, applied, found in the log, undone (protocol 26)."""

import asyncio
from pathlib import Path

from bbs.features.batches.applying import rehearse_items
from bbs.features.batches.plan_file import make_plan, write_plan
from bbs.features.batches.views import PlanItem
from bbs.features.threads.hiding_messages import HidePost
from bbs.features.threads.messages import ListPosts
from bbs.profiles import load_profile
from bbs.sdk import lookup
from bbs.sdk.community import connect
from tests.cli.house import House
from tests.client.plain.conftest import bodies, visit

REASON = "A flood, on Monday."


def a_plan(house: House, address: str) -> bytes:
    """Return a plan that hides all posts of a thread of the garden by norm 1, as ana rehearsed it."""

    async def made() -> bytes:
        profile = load_profile("ana")
        async with connect(profile.url, token=profile.token) as community:
            board = await lookup.find_board(community, "garden")
            first = await lookup.find_post(community, f"{address}/1")
            posts = (await community.call(ListPosts(thread=first.thread))).posts
            items = tuple(
                PlanItem(
                    method=HidePost.method,
                    params={"post": post.id, "norm": 1, "of_commons": True, "reason": REASON},
                )
                for post in posts
            )
            items = await rehearse_items(community.call, board.id, items)
            assert community.welcome is not None
            plan = make_plan(
                epoch=community.welcome.epoch,
                board=board.id,
                slug="garden",
                reason=REASON,
                items=items,
                made_at=posts[0].at,
                nonce=posts[0].id,
            )
            return b"".join(write_plan(plan))

    return asyncio.run(made())


def test_a_plan_is_applied_found_in_the_log_and_undone(house: House, tmp_path: Path) -> None:
    """Each step is asked for; the log has a line for the batch, which leads to its acts (P8)."""
    house.ok("bo", "seat", "garden", "--accept-norms", "1")
    address = house.ok("bo", "write", "garden", "--title", "Buy now", "-m", "Spam 1.").strip()
    house.ok("bo", "write", address, "-m", "Spam 2.")
    house.ok("bo", "write", address, "-m", "Spam 3.")
    file = tmp_path / "flood.jsonl"
    file.write_bytes(a_plan(house, address))
    told = visit("ana", f"plan {file}", "2", "no", "1", "2", "yes", "", "quit")
    assert "Hide 3 posts." in told
    assert f"hide the post {address}/2 of @bo, by norm 1 of the commons" in told
    assert "Nothing was changed." in told
    assert "Rehearsed now: nothing has moved since the plan was made." in told
    assert "3 of 3 items done." in told
    assert bodies(house, address) == [None] * 3
    told = visit("ana", "garden", "log", "", "batches", "2", "", "", "quit")
    assert told.count("applied a plan of 3 items: hide 3 posts") == 1
    assert f"hid the post {address}/2" not in told
    (behind,) = {line.strip() for line in told.splitlines() if "its acts: batch:" in line}
    narrowed = visit("ana", "garden", "log", behind.removeprefix("its acts: "), "", "quit")
    assert narrowed.count(f"hid the post {address}/") == 3
    told = visit(
        "ana", "garden", "batches", "2", "1", "Wrong flood.", "", "2", "yes", "", "", "quit"
    )
    assert "Show 3 posts again." in told
    assert bodies(house, address) == ["Spam 1.", "Spam 2.", "Spam 3."]
    assert "“Wrong flood.”" in told
