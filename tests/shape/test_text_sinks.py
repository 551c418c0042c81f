"""Where foreign text could be taken for markup or act on a terminal: nowhere in the client (P13)."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.shape.tree import calls, parsed, python_files, where

CLIENT = python_files("client/bbs_client")

# Textual parses the strings given to these as markup unless told not to.
MARKUP_WIDGETS = {"Static", "Label", "Link", "Collapsible", "Tooltip"}
MARKUP_LABELS = {"Button", "Checkbox", "RadioButton", "Tab", "TabPane", "Option", "Selection"}
MARKUP_ATTRIBUTES = {"tooltip", "border_title", "border_subtitle"}
PARSERS = {"from_markup", "from_rich_text", "assemble_markup"}
SAFE_MAKERS = {"Content", "styled", "from_text", "safe_content", "safe_line", "plain", "truncate"}


def _turned_off(call: ast.Call) -> bool:
    for keyword in call.keywords:
        if keyword.arg == "markup":
            return isinstance(keyword.value, ast.Constant) and keyword.value.value is False
    return False


def _on_surface(call: ast.Call) -> bool:
    """Whether an action tells its surface something, which cleans it and parses nothing."""
    on = call.func.value if isinstance(call.func, ast.Attribute) else None
    return isinstance(on, ast.Name) and on.id == "surface"


def _safe(value: ast.expr | None) -> bool:
    """Whether an expression is our own constant, or made by what makes text safe."""
    if value is None or isinstance(value, ast.Constant):
        return True
    if isinstance(value, ast.IfExp):
        return _safe(value.body) and _safe(value.orelse)
    if isinstance(value, ast.Call):
        name = value.func
        last = name.attr if isinstance(name, ast.Attribute) else getattr(name, "id", "")
        return last in SAFE_MAKERS
    return False


def _faults(path: Path) -> Iterator[ast.AST]:
    for name, call in calls(path):
        if (name == "notify" and not _on_surface(call)) or name in MARKUP_WIDGETS:
            if not _turned_off(call):
                yield call
        elif name in MARKUP_LABELS:
            if call.args and not _safe(call.args[0]):
                yield call
        elif name in PARSERS:
            yield call
    for node in ast.walk(parsed(path)):
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, ast.AnnAssign | ast.AugAssign):
            targets = [node.target]
        for target in targets:
            named = isinstance(target, ast.Attribute) and target.attr in MARKUP_ATTRIBUTES
            if named and not _safe(getattr(node, "value", None)):
                yield node


def test_no_text_is_parsed_as_markup() -> None:
    """Text enters a widget only with markup off, or as Content; notify() never parses (P13)."""
    assert not [where(path, node) for path in CLIENT for node in _faults(path)]


def test_the_rule_would_notice(tmp_path: Path) -> None:
    """The sinks this test is about are seen when they are there."""
    sample = tmp_path / "sample.py"
    lines = (
        "self.notify(text)",
        "from textual.widgets import Link; yield Link(title)",
        "yield Static(title)",
        "yield Label(title, markup=True)",
        "yield Button(name)",
        "self.tooltip = name",
        "self.border_title = f'{name}'",
        "Content.from_markup(text)",
    )
    good = (
        "self.notify(text, markup=False)",
        "surface.notify(text)",
        "yield Static(title, markup=False)",
        "yield Button('Send')",
        "self.tooltip = Content(name)",
        "self.border_title = 'Boards'",
    )
    for number, line in enumerate((*lines, *good)):
        sample.write_text(line.replace("yield ", ""), "utf-8")
        parsed.cache_clear()
        assert bool(list(_faults(sample))) == (number < len(lines)), line


def test_no_widget_renders_foreign_markdown_by_itself() -> None:
    """Markdown is drawn by our own renderer, links shown in full (P13)."""
    used = [
        where(path, call)
        for path in CLIENT
        for name, call in calls(path)
        if name in ("Markdown", "MarkdownViewer", "RichLog", "Log")
    ]
    assert not used


def test_nothing_prints() -> None:
    """The client writes to the terminal through Textual, plain mode through its own cleaned lines."""
    used = [where(path, call) for path in CLIENT for name, call in calls(path) if name == "print"]
    assert not used


def test_every_screen_has_the_net_below() -> None:
    """The app filters every line that is drawn, whatever let it through (P13)."""
    told = "".join(path.read_text("utf-8") for path in CLIENT)
    assert "get_line_filters" in told
