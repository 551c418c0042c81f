"""Every SQL statement above the engines, read from the source: what each call may be given."""

import ast
import importlib
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import get_args

from bbs.rows import select
from bbs_server.forgetting import NameTaken, RowsDeleted, steps, way_of
from bbs_server.manifest import find_sections, list_personal_data
from bbs_server.personal import OwnedRows
from bbs_server.store.api import TableSpec
from tests.shape.tree import ROOT, calls, parsed, python_files

SELECTING = {"select", "select_one"}
RUNNING = {"fetch_one", "fetch_all", "fetch_value", "execute", "execute_many", *SELECTING}
"""The methods of `Tx` that take a statement; those that select take the type of its rows before."""

_SERVER = "server/bbs_server"
_DECLARING = {OwnedRows.__module__, NameTaken.__module__}
"""The modules whose objects declare statements."""
_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


class Unresolved(Exception):
    """The source does not tell which statements a call may be given."""


def files() -> list[Path]:
    """Return the modules above the engines."""
    return [path for path in python_files(_SERVER) if path.parent.name != "sqlite"]


def is_tx(node: ast.expr) -> bool:
    """Tell whether an expression goes by the name of a transaction."""
    return ast.unparse(node).rpartition(".")[2].lstrip("_") == "tx"


def table_statements() -> Iterator[tuple[str, str]]:
    """Yield where a table or a member's rows are declared, and each statement made of that."""
    for section in find_sections().values():
        if isinstance(section.rows, OwnedRows):
            yield f"section {section.name}", section.rows.sql
    for data in steps(list_personal_data()):
        if isinstance(way := way_of(data), NameTaken | RowsDeleted):
            yield f"forgetting {data.column}", way.sql
            if isinstance(way, RowsDeleted) and way.worded:
                yield f"texts of {data.column}", way.words_sql
    for path in files():
        for name, value in vars(_module(path)).items():
            if isinstance(value, TableSpec):
                for sql in (value.select, value.put, *([value.last] if value.number else ())):
                    yield f"{path} {name}", sql


def called_statements(path: Path, module: ModuleType | None = None) -> Iterator[tuple[str, str]]:
    """Yield where a module runs something, and each statement that may be run there.

    Raises:
        Unresolved: If the source does not tell; the message says where.
    """
    source = _Source(path, module or _module(path))
    for name, call in calls(path):
        if not (name in RUNNING and isinstance(call.func, ast.Attribute)):
            continue
        if is_tx(call.func.value):
            try:
                found = source.statements(name, call)
            except Unresolved as reason:
                raise Unresolved(f"{path}:{call.lineno}: {reason}") from None
            yield from ((f"{path}:{call.lineno}", sql) for sql in sorted(found))


def _module(path: Path) -> ModuleType:
    parts = path.relative_to(ROOT / "server").with_suffix("").parts
    return importlib.import_module(".".join(parts).removesuffix(".__init__"))


class _Source:
    """A module as text and as it runs: what is local is read, what is global is looked up."""

    def __init__(self, path: Path, module: ModuleType) -> None:
        self.module = module
        self.tree = parsed(path)
        self.parents = {
            child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)
        }

    def statements(self, method: str, call: ast.Call) -> set[str]:
        """Return every statement that a call of a method may run."""
        if method not in SELECTING:
            return self.strings(call.args[0])
        row = self._value(call.args[0])
        assert isinstance(row, type)
        return {select(row, sql) for sql in self.strings(call.args[1])}

    def strings(self, node: ast.expr) -> set[str]:
        """Return every string that an expression may be."""
        match node:
            case ast.Constant(value=str(text)):
                return {text}
            case ast.JoinedStr(values=parts):
                return {"".join(each) for each in product(*map(self.strings, parts))}
            case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
                return self.strings(value)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return {a + b for a in self.strings(left) for b in self.strings(right)}
            case ast.IfExp(body=body, orelse=orelse):
                return self.strings(body) | self.strings(orelse)
            case ast.Call(
                func=ast.Attribute(value=ast.Constant(value=str(sep)), attr="join"),
                args=[ast.BinOp(left=ast.Constant(value=str(mark)), op=ast.Mult())],
            ):
                return {sep.join(mark * 2)}
            case ast.Name(id=name) if scope := self._scope_of(node, name):
                return self._bound(scope, name)
            case ast.Attribute(value=ast.Name(id="self"), attr="sql" | "words_sql") if (
                self.module.__name__ in _DECLARING
            ):
                return set()  # `table_statements` yields these, where they are declared
        value = self._value(node)
        if isinstance(value, str):
            return {value}
        raise Unresolved(f"nothing tells what {ast.unparse(node)} may be")

    def _value(self, node: ast.expr) -> object:
        """Return what an expression without local names is."""
        for each in ast.walk(node):
            if isinstance(each, ast.Name) and self._scope_of(each, each.id):
                raise Unresolved(f"nothing tells what {each.id} may be")
        expression = ast.Expression(node)
        return eval(compile(expression, "<source>", "eval"), dict(vars(self.module)))

    def _scope_of(self, node: ast.AST, name: str) -> _Function | None:
        """Return the innermost function around a place that binds a name."""
        at: ast.AST | None = node
        while at := self.parents.get(at):
            if isinstance(at, _Function) and name in _names_in(at):
                return at
        return None

    def _bound(self, scope: _Function, name: str) -> set[str]:
        """Return every string that a local name may stand for."""
        found: set[str] = set()
        for node in ast.walk(scope):
            match node:
                case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                    found |= self.strings(value)
                case ast.For(target=target, iter=series) if name in _stored(target):
                    found |= self._each(series, target, name)
                case ast.comprehension(target=target, iter=series) if name in _stored(target):
                    found |= self._each(series, target, name)
                case ast.arg(arg=argument, annotation=annotation) if argument == name:
                    found |= self._given(scope, node, annotation)
                case ast.Name(id=target, ctx=ast.Store()) if target == name:
                    if not self._is_followed(node):
                        raise Unresolved(f"{name} is bound in a way that is not read here")
        return found

    def _is_followed(self, name: ast.Name) -> bool:
        """Tell whether what binds a name is what `_bound` reads: `name = …`, or a loop."""
        binder = self.parents[name]
        if isinstance(binder, ast.Assign):
            return binder.targets == [name]
        while isinstance(binder, ast.Tuple):
            binder = self.parents[binder]
        return isinstance(binder, ast.For | ast.comprehension)

    def _each(self, series: ast.expr, target: ast.expr, name: str) -> set[str]:
        """Return what a name may be in the turns of a loop over literals or a constant."""
        match series:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=local), attr="items")):
                scope = self._scope_of(series, local)
                for node in ast.walk(scope) if scope else ():
                    match node:
                        case ast.AnnAssign(
                            target=ast.Name(id=found), value=ast.Dict(keys=keys)
                        ) if found == local and isinstance(target, ast.Tuple):
                            if _stored(target.elts[0]) == {name}:
                                return set().union(*(self.strings(key) for key in keys if key))
                raise Unresolved(f"nothing tells the keys of {local}")
        values = self._value(series)
        assert isinstance(values, tuple | list | dict)
        if isinstance(target, ast.Tuple):
            place = [_stored(each) for each in target.elts].index({name})
            return {str(value[place]) for value in values}
        return {str(value) for value in values}

    def _given(self, scope: _Function, arg: ast.arg, annotation: ast.expr | None) -> set[str]:
        """Return what an argument may be: its literal type says it, or the calls of this module."""
        literals = get_args(self._value(annotation)) if annotation is not None else ()
        if literals and all(isinstance(each, str) for each in literals):
            return set(literals)
        if not isinstance(scope, ast.FunctionDef) or not scope.name.startswith("_"):
            raise Unresolved(f"{arg.arg} is given from outside: make it a Literal")
        place = scope.args.args.index(arg)
        found: set[str] = set()
        for node in ast.walk(self.tree):
            if not (isinstance(node, ast.Name) and node.id == scope.name):
                continue
            call = self.parents[node]
            if not (isinstance(call, ast.Call) and call.func is node and not call.keywords):
                raise Unresolved(f"{scope.name} is not only called")
            found |= self._argument(call, place)
        return found

    def _argument(self, call: ast.Call, place: int) -> set[str]:
        """Return what a call gives in a place."""
        at = 0
        for given in call.args:
            if isinstance(given, ast.Starred):
                values = self._value(given.value)
                assert isinstance(values, tuple)
                if place < at + len(values):
                    return {str(values[place - at])}
                at += len(values)
            elif at == place:
                return self.strings(given)
            else:
                at += 1
        raise Unresolved(f"{ast.unparse(call)} gives too little")


def _names_in(scope: _Function) -> set[str]:
    return {
        node.arg if isinstance(node, ast.arg) else node.id
        for node in ast.walk(scope)
        if isinstance(node, ast.arg) or (isinstance(node, ast.Name) and _is_stored(node))
    }


def _is_stored(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)


def _stored(target: ast.expr) -> set[str]:
    return {node.id for node in ast.walk(target) if isinstance(node, ast.Name)}
