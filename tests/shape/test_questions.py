"""Every question that an action can ask is asked by both surfaces, and is announced in the table."""

import ast
from pathlib import Path

import pytest

from bbs_client.actions.table import ACTIONS
from bbs_client.actions.verbs import find_run
from tests.shape.tree import ROOT, parsed

ACTIONS_FOLDER = ROOT / "client/bbs_client/actions"
ASKED_BY = ("client/bbs_client/tui/dialogs.py", "client/bbs_client/plain/dialogs.py")
SCREEN_ALONE = {
    "CommandQuestion",
    "HelpQuestion",
    "LinksQuestion",
    "OwnSettingsQuestion",
    "PaletteQuestion",
    "PlaceQuestion",
    "TourQuestion",
}
"""What lines have no need to ask: they take addresses, and what is for the screen is said."""

SELDOM = {"next_unread", "page_on", "skip", "try_now"}
"""Actions that ask only after a long absence, or where the server's key is another one: keys typed
behind them are meant for what follows."""


def questions() -> set[str]:
    """Return the names of the classes of questions."""
    return {
        node.name
        for path in ACTIONS_FOLDER.glob("*.py")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ClassDef)
        and any(ast.unparse(base).startswith("Question[") for base in node.bases)
    }


@pytest.mark.parametrize("file", ASKED_BY)
def test_each_surface_asks_every_question(file: str) -> None:
    """A question without a branch would be an error of ours once somebody does the action."""
    named = {
        ast.unparse(node.cls).rpartition(".")[2]
        for node in ast.walk(parsed(ROOT / file))
        if isinstance(node, ast.MatchClass)
    }
    left_out = SCREEN_ALONE if "plain" in file else set()
    assert questions() - left_out <= named


def functions(path: Path) -> dict[str, ast.AsyncFunctionDef | ast.FunctionDef]:
    """Return the functions of a module by name."""
    found = ast.walk(parsed(path))
    return {
        node.name: node
        for node in found
        if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef)
    }


def asks(path: Path, name: str) -> bool:
    """Tell whether a function of a module asks, itself or by another of that module."""
    known, seen, waiting = functions(path), set[str](), [name]
    while waiting:
        function = known.get(waiting.pop())
        if function is None or function.name in seen:
            continue
        seen.add(function.name)
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                if ast.unparse(node.func) == "surface.ask":
                    return True
            elif isinstance(node, ast.Name) and node.id == "send_form":
                return True  # it asks, until what was typed is taken
            elif isinstance(node, ast.Name):
                waiting.append(node.id)
    return False


def test_the_table_says_which_actions_ask() -> None:
    """Keys typed behind an action that asks wait for its dialog: so the table has to say it."""
    wrong = {
        action.id
        for action in ACTIONS
        if action.run and action.id not in SELDOM
        if asks(Path(find_run(action).__code__.co_filename), find_run(action).__name__)  # type: ignore[attr-defined]  # a function
        is not action.asks
    }
    assert wrong == set()
