"""Who writes to a terminal, a prompt or a shell: the gates, and nobody else (P13)."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.shape.tree import PACKAGES, ROOT, parsed, python_files, where

GATES = {
    "bbs/terminal/__init__.py": "the gate of the command line: cleans what it prints and asks",
    "bbs/terminal/piped.py": "writes what the gate made of it, piece by piece, to a slow reader",
    "bbs/terminal/completing.py": "the gate to the shell: offers names, helps cleaned",
    "bbs/cli/completion_profiles.py": "offers names of profiles, which are checked when made",
    "bbs/cli/lazy_group.py": "offers the names of our own commands",
    "bbs/cli/demo/demo.py": "hands stdout to plain mode",
    "client/bbs_client/cli.py": "hands stdin and stdout to plain mode",
    "client/bbs_client/tui/app.py": "lends the driver to `notices`, which clean what they say",
    "client/bbs_client/tui/driver.py": "the driver of the full client; wakes its own reader",
    "client/bbs_client/tui/signals.py": "restores the terminal in our own constants after a signal",
    "server/bbs_server/ops/hook.py": "writes facts as JSON into the pipe of the sysop's command",
    "server/bbs_server/ops/logs.py": "the gate of the log: its formatters clean each line",
}
"""Files that may hold a sink, each with the reason."""

_OF_CLICK = (
    "echo secho echo_via_pager prompt confirm style progressbar pause getchar edit launch "
    "get_text_stream get_binary_stream CompletionItem"
)
CLICK = frozenset(_OF_CLICK.split())
BUILTINS = frozenset({"print", "input", "breakpoint", "CompletionItem"})
STREAMS = frozenset({"stdout", "stderr", "__stdout__", "__stderr__"})
HARMLESS = frozenset({"isatty", "flush", "fileno"})
"""What may be done with a stream anywhere: none of it writes a word."""


def _sinks(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield each use of a sink: by its name, from its module, or as a stream that is handed on."""
    harmless = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in HARMLESS
    }
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) if name in BUILTINS:
                yield node
            case ast.Attribute(value=ast.Name(id="click"), attr=name) if name in CLICK:
                yield node
            case ast.Attribute(value=ast.Name(id="sys"), attr=name) if name in STREAMS:
                if id(node) not in harmless:
                    yield node
            case ast.Attribute(value=ast.Name(id="os"), attr="write"):
                yield node
            case ast.Attribute(value=ast.Attribute(attr="_driver"), attr="write"):
                yield node
            case ast.Attribute(attr="CompletionItem"):
                yield node
            case ast.ImportFrom(module=module, names=names) if module is not None:
                root, imported = module.partition(".")[0], {alias.name for alias in names}
                bad = {"click": CLICK, "sys": STREAMS, "getpass": imported}.get(root, frozenset())
                if imported & bad and not _for_types_alone(tree, node):
                    yield node
            case ast.Import(names=names) if any(alias.name == "getpass" for alias in names):
                yield node
            case ast.Import(names=names):
                if any(alias.name in ("click", "sys") and alias.asname for alias in names):
                    yield node


def _for_types_alone(tree: ast.Module, node: ast.AST) -> bool:
    return any(
        isinstance(block, ast.If)
        and isinstance(block.test, ast.Name)
        and block.test.id == "TYPE_CHECKING"
        and node in block.body
        for block in ast.walk(tree)
    )


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_nothing_writes_past_the_gates() -> None:
    """Every print, question, error and completion goes through a gate, which cleans it (P13)."""
    files = [path for path in python_files(*PACKAGES) if _name(path) not in GATES]
    assert not [where(path, node) for path in files for node in _sinks(parsed(path))]


def test_every_gate_has_a_sink() -> None:
    """The list of gates names no file that could do without being on it."""
    assert not [name for name in GATES if not list(_sinks(parsed(ROOT / name)))]


def test_the_rule_would_notice() -> None:
    """The sinks this test is about are seen when they are there, and nothing else is."""
    bad = (
        "click.echo(board.title)",
        "click.confirm(f'Leave {board.slug}?')",
        "ask = click.prompt",
        "from click import secho",
        "from click.shell_completion import CompletionItem",
        "import click as c",
        "CompletionItem(board.slug)",
        "click.shell_completion.CompletionItem",
        "print(board.title)",
        "answer = input(board.title)",
        "import getpass",
        "from getpass import getpass",
        "sys.stdout.write(title)",
        "self._stream = sys.stderr",
        "from sys import stderr",
        "print_to = partial(write, file=sys.__stdout__)",
        "os.write(1, title)",
        "self._driver.write(title)",
    )
    good = (
        "terminal.echo(board.title)",
        "raise click.UsageError(f'no {title}')",
        "from click import Context",
        "if TYPE_CHECKING:\n    from click.shell_completion import CompletionItem",
        "live = sys.stderr.isatty()",
        "sys.stdout.flush()",
        "file.write(title)",
    )
    for line in (*bad, *good):
        assert bool(list(_sinks(ast.parse(line)))) == (line in bad), line
