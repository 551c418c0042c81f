"""What PostgreSQL makes of a statement: its own parser's tree, and what the house refuses in it."""

import itertools
import re
import sqlite3
from collections.abc import Iterator
from functools import cache

from pglast import ast, enums, parse_sql, visitors
from pglast.parser import ParseError

from tests.shape.tree import ROOT

_MIGRATIONS = ROOT / "server" / "bbs_server" / "store" / "migrations"
_STATEMENTS = (ast.SelectStmt, ast.InsertStmt, ast.UpdateStmt, ast.DeleteStmt)
_FUNCTIONS = {"count": 1, "sum": 1, "max": 1, "min": 1, "length": 1, "abs": 1}
"""The functions that both engines have, with how many arguments they take."""
_ORDERING = {"<", ">", "<=", ">="}


def in_postgres(sql: str) -> str:
    """Return a statement with its parameters numbered, as PostgreSQL takes them."""
    numbers = itertools.count(1)
    # What stands in quotes is no parameter.
    return re.sub(
        r"'[^']*'|\"[^\"]*\"|\?",
        lambda found: f"${next(numbers)}" if found[0] == "?" else found[0],
        sql,
    )


def faults(sql: str) -> list[str]:
    """Return what PostgreSQL, or a rule of the house, has against a statement."""
    try:
        (raw,) = parse_sql(in_postgres(sql))
    except ParseError as error:
        return [str(error)]
    if not isinstance(raw.stmt, _STATEMENTS):
        return ["only rows are read and changed here: tables and settings are the engine's"]
    rules = _Rules(raw.stmt)
    rules(raw.stmt)
    return rules.found


@cache
def _columns() -> dict[str, dict[str, str]]:
    """Return the type of each column of each table."""
    database = sqlite3.connect(":memory:")
    for migration in sorted(_MIGRATIONS.glob("*.sql")):
        database.executescript(migration.read_text("utf-8"))
    # An engine makes this one while it erases (`StoreFiles.begin_gone`).
    database.execute("CREATE TABLE gone (text TEXT PRIMARY KEY, why TEXT)")
    tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    found = {
        table: {row[1]: row[2] for row in database.execute(f"PRAGMA table_info({table})")}
        for (table,) in tables
    }
    database.close()
    return found


class _Rules(visitors.Visitor):
    """Walks through a statement and notes what is against the rules."""

    def __init__(self, statement: ast.Node) -> None:
        super().__init__()
        self.found: list[str] = []
        names = _Tables()
        names(statement)
        self._tables, self._given = names.found, names.given

    def visit_RangeVar(self, _: object, node: ast.RangeVar) -> None:
        if node.relname not in {*_columns(), *self._given}:
            self.found.append(f"no table of the schema: {node.relname}")

    def visit_ColumnRef(self, _: object, node: ast.ColumnRef) -> None:
        column = node.fields[-1]
        known = {name for table in self._tables.values() for name in _columns().get(table, ())}
        if isinstance(column, ast.String) and column.sval not in known | self._given:
            self.found.append(f"no column of these tables: {column.sval}")

    def visit_JoinExpr(self, _: object, node: ast.JoinExpr) -> None:
        if node.quals is None and not node.usingClause:
            self.found.append("a join without a condition tells SQLite the order: a hint")
        self._condition(node.quals)

    def visit_A_Expr(self, _: object, node: ast.A_Expr) -> None:
        name = node.name[-1].sval
        if node.lexpr is None and name == "+":
            self.found.append("a plus before a column is a hint to SQLite's planner")
        if name in _ORDERING or "BETWEEN" in name:
            self._ordered(node.lexpr)
        if node.kind == enums.A_Expr_Kind.AEXPR_LIKE:
            self.found.append("LIKE tells cases apart on one engine and not on the other")

    def visit_FuncCall(self, _: object, node: ast.FuncCall) -> None:
        name = node.funcname[-1].sval
        given = node.args or ()
        if _FUNCTIONS.get(name) != len(given) and not node.agg_star:
            self.found.append(f"{name} of {len(given)} arguments is not on both engines")
        if name in ("max", "min"):
            self._ordered(given[0])
        if name == "sum" and _is_condition(given[0]):
            self.found.append("PostgreSQL adds no conditions up")

    def visit_SortBy(self, _: object, node: ast.SortBy) -> None:
        self._ordered(node.node)

    def visit_BoolExpr(self, _: object, node: ast.BoolExpr) -> None:
        for each in node.args:
            self._condition(each)

    def visit_CaseExpr(self, _: object, node: ast.CaseExpr) -> None:
        for each in node.args:
            self._condition(each.expr if node.arg is None else None)

    def visit_SelectStmt(self, _: object, node: ast.SelectStmt) -> None:
        self._condition(node.whereClause)

    def visit_UpdateStmt(self, _: object, node: ast.UpdateStmt) -> None:
        self._condition(node.whereClause)

    def visit_DeleteStmt(self, _: object, node: ast.DeleteStmt) -> None:
        self._condition(node.whereClause)

    def visit_OnConflictClause(self, _: object, node: ast.OnConflictClause) -> None:
        for target in node.targetList or ():
            if isinstance(target.val, ast.A_Expr):
                for side in (target.val.lexpr, target.val.rexpr):
                    if isinstance(side, ast.ColumnRef) and len(side.fields) == 1:
                        self.found.append("PostgreSQL asks of which row, the old or the new")

    def _condition(self, node: ast.Node | None) -> None:
        if isinstance(node, ast.CoalesceExpr):
            for each in node.args:
                self._condition(each)
        number = isinstance(node, ast.A_Const) and isinstance(node.val, ast.Integer)
        if number or isinstance(node, ast.ColumnRef):
            self.found.append("a number is no condition to PostgreSQL: compare it")

    def _ordered(self, node: ast.Node | None) -> None:
        if isinstance(node, ast.RowExpr):
            for each in node.args:
                self._ordered(each)
        elif self._is_text(node):
            self.found.append("text is put in an order, and no collation is named")

    def _is_text(self, node: ast.Node | None) -> bool:
        """Tell whether an expression may be text that has no collation of its own."""
        match node:
            case ast.ColumnRef(fields=fields):
                return any(kind == "TEXT" for kind in self._types(fields))
            case ast.CollateClause():
                return False
            case ast.A_Expr(name=[*_, ast.String(sval=operator)]):
                return operator == "||"
            case ast.FuncCall(funcname=[*_, ast.String(sval=name)], args=args):
                return name in ("max", "min") and self._is_text(args[0])
            case ast.CoalesceExpr(args=args):
                return any(self._is_text(each) for each in args)
            case ast.CaseExpr(args=cases, defresult=default):
                return any(self._is_text(each) for each in [*(c.result for c in cases), default])
            case ast.SubLink(subselect=ast.SelectStmt(targetList=[ast.ResTarget(val=value)])):
                return self._is_text(value)
            case ast.A_Const():
                return isinstance(node.val, ast.String)
            case ast.ParamRef() | ast.BoolExpr() | ast.NullTest() | None:
                # What a parameter is compared with says which order it is.
                return False
        return True

    def _types(self, fields: tuple[ast.Node, ...]) -> Iterator[str]:
        """Yield which types a column of this name has in the tables it may be of."""
        *table, column = (field.sval for field in fields)
        named = {self._tables.get(name, name) for name in table} or set(self._tables.values())
        known = [_columns()[name] for name in named if name in _columns()]
        found = [columns[column] for columns in known if column in columns]
        # A name given inside of the statement may be anything.
        yield from found or ["TEXT"]


class _Tables(visitors.Visitor):
    """Finds the tables of a statement by the names they go by in it, and what it names itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.given: set[str] = set()

    def visit_RangeVar(self, _: object, node: ast.RangeVar) -> None:
        self.found[node.alias.aliasname if node.alias else node.relname] = node.relname

    def visit_CommonTableExpr(self, _: object, node: ast.CommonTableExpr) -> None:
        self.given |= {node.ctename, *(name.sval for name in node.aliascolnames or ())}

    def visit_ResTarget(self, _: object, node: ast.ResTarget) -> None:
        self.given |= {node.name} - {None}


def _is_condition(node: ast.Node) -> bool:
    if isinstance(node, ast.A_Expr):
        return node.name[-1].sval in {*_ORDERING, "=", "<>"}
    return isinstance(node, ast.BoolExpr | ast.NullTest)
