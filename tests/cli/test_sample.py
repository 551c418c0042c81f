"""`bbs demo`: a living place within seconds, and nothing left of it."""

import os
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from bbs.cli.sample.scene import parents, read_lines, read_threads
from bbs.cli.sample.seed import sample_text
from bbs.features.members.rules import check_display_name, check_handle
from bbs.features.threads.rules import check_line_body, check_post_body, check_title

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
        # Whoever runs the tests in the background ignores interrupts, and that is inherited.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def test_without_a_terminal_a_visit_is_played_and_nothing_is_left(tmp_path: Path) -> None:
    """The visit reads, talks, takes a seat and leaves; exit 0; no file and no server stays."""
    visit = demo(tmp_path)
    out, err = visit.communicate(timeout=50)
    assert visit.returncode == 0, err
    for told in (
        "Lindenfold. You are @newcomer.",
        "commons/4: Say hello here",
        "Said as garden/lounge/6.",
        "Posted as commons/4/7.",
        "You have a seat on night-desk.",
        "Here and seen: ",
        "Goodbye.",
    ):
        assert told in out
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
