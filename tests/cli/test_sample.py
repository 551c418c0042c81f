"""`bbs demo`: a living place within seconds, and nothing left of it."""

import os
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from bbs.cli.demo.sample.script import (
    FRESH_MS,
    OLD_MS,
    parents,
    read_lines,
    read_threads,
    timeline,
)
from bbs.cli.demo.sample.seed import sample_text
from bbs.clock import DAY_MS
from bbs.features.members.rules import check_display_name, check_handle
from bbs.features.threads.rules import check_line_body, check_post_body, check_title
from tests.support.programs import take_interrupts

SCENE = tomllib.loads(sample_text("boards.toml"))
SLUGS = ["commons", *(board["slug"] for board in SCENE["boards"])]


@pytest.mark.parametrize("slug", SLUGS)
def test_the_samples_talk_is_sound(slug: str) -> None:
    """Every thread of the sample has a title, words by known people, and a tree that holds."""
    for thread in read_threads(sample_text(f"{slug}.txt")):
        check_title(thread.title)
        for post, parent in zip(thread.posts, parents(thread.posts), strict=True):
            check_post_body(post.body)
            assert post.by in SCENE["people"]
            assert (parent is None) == (post.depth == 0)


def test_the_samples_people_and_lines_are_sound() -> None:
    """Handles, names and lines of the sample pass the rules of the house; voices find places."""
    people = {**SCENE["people"], SCENE["visitor"]["handle"]: SCENE["visitor"]["name"]}
    for handle, name in people.items():
        check_handle(handle)
        check_display_name(name)
    for line in read_lines(sample_text("lounges.txt")) + read_lines(sample_text("voices.txt")):
        check_line_body(line.text)
        assert line.by in people
        slug, *numbers = line.place.split("/")
        assert slug in SLUGS
        if numbers:
            assert len(read_threads(sample_text(f"{slug}.txt"))) >= int(numbers[0])


@pytest.mark.parametrize("fresh", [False, True])
def test_the_sample_was_talked_about_for_days(fresh: bool) -> None:
    """Each post is told once, after those before it in its thread, at a time of its own day."""
    threads = {slug: read_threads(sample_text(f"{slug}.txt")) for slug in SLUGS}
    posts = list(timeline(threads, fresh=fresh))
    times = [behind_ms for behind_ms, *_ in posts]
    assert times == sorted(times, reverse=True)
    assert min(times) >= (FRESH_MS if fresh else OLD_MS)[1]
    assert max(times) < SCENE["boards"][3]["retention_days"] * DAY_MS
    seen: dict[str, int] = {}
    for _, slug, thread, place in posts:
        assert seen.setdefault(f"{slug}/{thread.title}", 0) == place
        seen[f"{slug}/{thread.title}"] += 1
    whole = [one for found in threads.values() for one in found if one.fresh is fresh]
    assert sum(seen.values()) == sum(len(one.posts) for one in whole)


def demo(tmp_path: Path) -> "subprocess.Popen[str]":
    """Start `bbs demo` without a terminal, with a temporary folder of its own."""
    env = {**os.environ, "TMPDIR": str(tmp_path), "BBS_HOME": str(tmp_path / "mine")}
    return subprocess.Popen(
        [sys.executable, "-m", "bbs.cli.main", "demo"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=env,
        preexec_fn=take_interrupts,
    )


def test_without_a_terminal_a_visit_is_played_and_nothing_is_left(tmp_path: Path) -> None:
    """The visit reads, talks, takes a seat and leaves; exit 0; no file and no server stays."""
    visit = demo(tmp_path)
    out, err = visit.communicate(timeout=50)
    assert visit.returncode == 0, err
    for words in (
        "Lindenfold. You are @newcomer.",
        "commons/4: Say hello here",
        "Said as garden/lounge/6.",
        "Posted as commons/4/7.",
        "You have a seat on night-desk.",
        "Here and seen: ",
        "Goodbye.",
    ):
        assert words in out
    assert "Not done" not in out
    assert "\x1b" not in out
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_ends_the_demo_cleanly(tmp_path: Path, number: int) -> None:
    """Whenever the demo is ended, its folder and its server go with it."""
    visit = demo(tmp_path)
    while not any(tmp_path.glob("folkmoot-demo-*/data/*")):
        assert visit.poll() is None
        os.sched_yield()
    visit.send_signal(number)
    _, err = visit.communicate(timeout=50)
    assert visit.returncode in (0, 130), err
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []
