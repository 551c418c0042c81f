"""Files and functions of a readable size, each saying what it is; tests that state promises."""

import ast
import re
from pathlib import Path

from tests.shape.tree import (
    FOLDERS,
    PACKAGES,
    ROOT,
    calls,
    comments,
    functions,
    parsed,
    python_files,
    text_files,
    where,
)

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 60

# Found in files that were written on somebody's own machine, or by a stub.
_HOMES = re.compile(r"/(?:home|Users)/[a-z]\w*/|[A-Z]:\\Users\\|/root/")
_STUBS = re.compile(r"\b(?:TODO|FIXME|XXX)\b")
_WAIVED = re.compile(r"noqa|type: *ignore")
_WAIVED_WELL = re.compile(r"# noqa: [A-Z]+\d+(, [A-Z]+\d+)* - \w|# type: ignore\[[a-z, -]+\]  # \w")
_SLEEPS = re.compile(r"asyncio\.sleep\((?!0\))|time\.sleep\(")


def test_no_file_is_too_long() -> None:
    """A file past 400 lines is asking to be split along a seam."""
    long = {
        where(path): lines
        for path in python_files()
        if (lines := len(path.read_text("utf-8").splitlines())) > FILE_LINES_MAX
    }
    assert not long


def test_no_function_is_too_long() -> None:
    """A function past 60 lines is asking to be split along a seam."""
    long = {
        where(path, function): lines
        for path in python_files()
        for function in functions(path)
        if (lines := (function.end_lineno or 0) - function.lineno + 1) > FUNCTION_LINES_MAX
    }
    assert not long


def test_every_file_says_what_it_is() -> None:
    """Every module that holds something opens with a docstring of one full line."""
    silent = []
    for path in python_files():
        tree = parsed(path)
        docstring = ast.get_docstring(tree)
        if tree.body and not (docstring and docstring.splitlines()[0].strip()):
            silent.append(where(path))
    assert not silent


def test_public_things_say_what_they_are() -> None:
    """Every public class and function of the shared code has a docstring."""
    silent = []
    for path in python_files("bbs"):
        for node in parsed(path).body:
            if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            if not node.name.startswith("_") and not ast.get_docstring(node):
                silent.append(f"{where(path, node)} {node.name}")
    assert not silent


def test_every_test_states_its_promise() -> None:
    """Each test opens with a sentence that says what it proves."""
    silent = []
    for path in python_files("tests"):
        for function in functions(path):
            if not (path.name.startswith("test_") and function.name.startswith("test")):
                continue
            sentence = (ast.get_docstring(function) or "").partition("\n\n")[0].strip()
            if not sentence.endswith((".", "!", "?")):
                silent.append(f"{where(path, function)} {function.name}")
    assert not silent


def test_every_test_is_a_test() -> None:
    """A file of tests is named so that it is collected, and holds at least one."""
    empty = []
    for path in python_files("tests"):
        holds = any(function.name.startswith("test_") for function in functions(path))
        stateful = "TestCase" in path.read_text("utf-8")
        if path.name.startswith("test_") != (holds or stateful):
            empty.append(where(path))
    assert not empty


def test_no_skip_without_a_reason() -> None:
    """A test that is skipped, or expected to fail, says why."""
    silent = []
    for path in python_files("tests"):
        for name, call in calls(path):
            if name not in ("skip", "skipif", "xfail", "importorskip"):
                continue
            reasons = [keyword for keyword in call.keywords if keyword.arg == "reason"]
            said = reasons or (name == "skip" and call.args)
            if not said:
                silent.append(where(path, call))
    assert not silent


def test_no_check_is_waived_without_a_reason() -> None:
    """What a checker is told to overlook is named by its code, and the line says why."""
    silent = [
        f"{where(path)}:{number}"
        for path in python_files()
        for number, comment in comments(path)
        if _WAIVED.search(comment) and not _WAIVED_WELL.match(comment)
    ]
    assert not silent


def test_no_test_sleeps() -> None:
    """Time is passed in: a test that waits for the clock is slow today and wrong tomorrow.

    Faults and benches deal in real time: a line that is slow has to be slow.
    """
    sleeping = [
        f"{where(path)}:{number}"
        for path in python_files("tests")
        if path != Path(__file__).resolve() and path.parent.name not in ("faults", "bench")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if _SLEEPS.search(line)
    ]
    assert not sleeping


def test_no_stubs() -> None:
    """What is not done is not there."""
    found = [
        f"{where(path)}:{number}"
        for path in python_files(*PACKAGES)
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if _STUBS.search(line)
    ]
    assert not found


def test_nothing_names_a_machine() -> None:
    """No file tells where on somebody's machine it was written."""
    found = []
    for path in text_files():
        if path == Path(__file__).resolve():
            continue
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            if _HOMES.search(line) or str(ROOT) in line:
                found.append(f"{where(path)}:{number}: {line.strip()[:80]}")
    assert not found


def test_every_folder_is_looked_at() -> None:
    """The folders these tests walk are those that hold the code: none was renamed away."""
    assert all(python_files(folder) for folder in FOLDERS)
