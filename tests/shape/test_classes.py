"""Classes of the client: the screen is built on few others, attributes are declared."""

import ast
from collections.abc import Iterator

from textual.screen import Screen

from bbs_client.tui.main_screen import MainScreen
from tests.shape.tree import parsed, python_files, where

METHODS_MAX = 25  # what is read of a class at a sitting


def test_the_screen_holds_its_parts() -> None:
    """The reading screen is built on at most three classes of ours, and all of them are screens."""
    ours = [base for base in MainScreen.__mro__[1:] if base.__module__.startswith("bbs_client.")]
    assert len(ours) <= 3
    assert all(issubclass(base, Screen) for base in ours)


def _functions(kind: ast.ClassDef) -> dict[str, ast.AST]:
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name: node for node in kind.body if isinstance(node, functions)}


def test_no_class_of_the_client_does_too_much() -> None:
    """A class of the client has at most 25 methods; one that needs more is two."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    assert not [
        f"{where(path, kind)} {kind.name}: {count}"
        for path in python_files("client/bbs_client")
        for kind in ast.walk(parsed(path))
        if isinstance(kind, ast.ClassDef)
        and (count := sum(isinstance(node, functions) for node in kind.body)) > METHODS_MAX
    ]


def _own(node: ast.AST) -> Iterator[ast.Attribute]:
    """Yield every use of an attribute of `self`, methods included."""
    for inner in ast.walk(node):
        if (
            isinstance(inner, ast.Attribute)
            and isinstance(inner.value, ast.Name)
            and inner.value.id == "self"
        ):
            yield inner


def _declared(kind: ast.ClassDef, kinds: dict[str, ast.ClassDef]) -> set[str]:
    """Return what a class and those it is built on declare: in the body, or when it is made."""
    names: set[str] = set()
    for node in kind.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        names |= {target.id for target in targets if isinstance(target, ast.Name)}
    functions = _functions(kind)
    made = [made for name, made in functions.items() if name == "__init__"]
    made += [functions[use.attr] for node in made for use in _own(node) if use.attr in functions]
    names |= {use.attr for node in made for use in _own(node) if isinstance(use.ctx, ast.Store)}
    for base in kind.bases:
        plain = base.value if isinstance(base, ast.Subscript) else base
        if isinstance(plain, ast.Name) and plain.id in kinds:
            names |= _declared(kinds[plain.id], kinds)
    return names


def test_what_an_object_keeps_is_declared() -> None:
    """Private attributes are there from the start: none is missing until something has happened."""
    found = [
        (path, node)
        for path in python_files("client/bbs_client")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ClassDef)
    ]
    kinds = {kind.name: kind for _, kind in found}
    late = []
    for path, kind in found:
        declared = _declared(kind, kinds)
        late += [
            f"{where(path, use)} {kind.name}.{use.attr}"
            for use in _own(kind)
            if isinstance(use.ctx, ast.Store) and use.attr.startswith("_")
            if use.attr not in declared
        ]
    assert not late
