"""The page of promises names tests that exist, and every citation leads to it or to another page."""

import re

import pytest

from tests.shape.tree import ROOT, functions, text_files, where

PAGE = ROOT / "docs" / "promises.md"
NUMBERS = range(1, 15)

_PROMISE = re.compile(r"^## P(\d+) ", re.MULTILINE)
_NAMED = re.compile(r"\[`(test_\w+)`\]\(\.\./(tests/[\w/]+\.py)\)")
_CITED = re.compile(r"\bP(\d+)\b(?=[,;):. ]|$)")
_PRIVATE = re.compile(r"\bDESIGN \d|\bI-\d")


def sections() -> dict[int, str]:
    """Return the text of each promise on the page, by number and in the page's order."""
    _, *parts = _PROMISE.split(PAGE.read_text("utf-8"))
    return {int(number): text for number, text in zip(parts[::2], parts[1::2], strict=True)}


def test_the_promises_are_numbered_in_order() -> None:
    """The page has P1 to P14, each once."""
    assert list(sections()) == list(NUMBERS)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_promise_names_tests_that_exist(number: int) -> None:
    """Each promise names tests, or says that it is not built yet; every named test exists."""
    text = sections()[number]
    named = _NAMED.findall(text)
    assert named or "Not built yet" in text
    missing = [
        f"{path}::{name}"
        for name, path in named
        if not any(function.name == name for function in functions(ROOT / path))
    ]
    assert not missing


def test_every_cited_promise_is_on_the_page() -> None:
    """A promise that code, tests or pages cite is one of P1 to P14."""
    unknown = [
        f"{where(path)}:{number}: P{cited}"
        for path in text_files()
        if path.suffix in (".py", ".md", ".sql")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        for cited in _CITED.findall(line)
        if int(cited) not in NUMBERS
    ]
    assert not unknown


def test_nothing_cites_what_readers_cannot_open() -> None:
    """Code, tests and pages cite pages of this repository, never a private plan's numbers."""
    private = [
        f"{where(path)}:{number}: {line.strip()}"
        for path in text_files()
        if path.suffix in (".py", ".md", ".sql", ".toml", ".json")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if _PRIVATE.search(line) and "_PRIVATE" not in line
    ]
    assert not private
