"""Links and copies: opened on a desktop, copied over SSH, never anything but http(s)."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App

from bbs_client.links import COPY_CHARS_MAX, check_url, copy, open_or_copy, opener


@pytest.fixture
def desktop(tmp_path: Path) -> dict[str, str]:
    """The environment of a desktop whose opener writes down what it is given."""
    program = tmp_path / "xdg-open"
    program.write_text(f'#!/bin/sh\nprintf "%s" "$1" > {tmp_path}/opened\n', "utf-8")
    program.chmod(0o700)
    return {"DISPLAY": ":0", "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}


async def test_a_link_is_opened_on_a_desktop(desktop: dict[str, str], tmp_path: Path) -> None:
    """With a desktop the browser gets the link, whole, and the clipboard is left alone."""
    app: App[None] = App()
    said = await open_or_copy(app, "https://example.org/?a=1&b=2", desktop)
    assert said == "Opened in the browser."
    assert (tmp_path / "opened").read_text("utf-8") == "https://example.org/?a=1&b=2"
    assert app.clipboard == ""


@pytest.mark.parametrize(
    "environment", [{"SSH_TTY": "/dev/pts/1"}, {"SSH_CONNECTION": "a 1 b 2"}, {"DISPLAY": ""}]
)
async def test_a_link_is_copied_elsewhere(
    desktop: dict[str, str], environment: dict[str, str], tmp_path: Path
) -> None:
    """Over SSH, and without a desktop, the link is copied."""
    app: App[None] = App()
    url = "https://example.org/"
    assert await open_or_copy(app, url, desktop | environment) == "Link copied."
    assert app.clipboard == url
    assert not (tmp_path / "opened").exists()


async def test_an_opener_that_fails_leaves_the_link_on_the_clipboard(
    desktop: dict[str, str], tmp_path: Path
) -> None:
    """A link is never lost between a broken opener and the clipboard."""
    (tmp_path / "xdg-open").write_text("#!/bin/sh\nexit 3\n", "utf-8")
    app: App[None] = App()
    assert await open_or_copy(app, "https://example.org/", desktop) == "Link copied."


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "javascript:alert(1)",
        "-https://example.org",
        "https://example.org/\x1b]0;x\x07",
        "https://example.org/ x",
        "https://exаmple.org/",
        "https://example.org/" + "a" * 2_000,
    ],
)
async def test_other_things_are_neither_opened_nor_copied(
    desktop: dict[str, str], url: str, tmp_path: Path
) -> None:
    """What is no http(s) address in plain characters is refused with a reason (P13)."""
    app: App[None] = App()
    assert await open_or_copy(app, url, desktop) == check_url(url) != ""
    assert app.clipboard == ""
    assert not (tmp_path / "opened").exists()


def test_browsers_of_the_terminal_are_never_started() -> None:
    """Without a desktop there is no opener, whatever browsers are installed."""
    assert opener({"PATH": os.environ["PATH"], "BROWSER": "w3m"}) is None


@given(st.text())
def test_what_is_copied_is_clean_and_bounded(text: str) -> None:
    """No control character and no more than the bound reaches the clipboard (P13)."""
    app: App[None] = App()
    whole = copy(app, text * 3)
    assert len(app.clipboard) <= COPY_CHARS_MAX
    assert whole or len(app.clipboard) == COPY_CHARS_MAX
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(app.clipboard)
