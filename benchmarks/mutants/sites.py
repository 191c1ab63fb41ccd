"""Where a fault can be put into a module, and what it looks like.

Figures, comparisons, signs, conditions, flags, the order of min and max, what is skipped and what is done. Words are
left alone (a sentence said otherwise is no wrong number), so are annotations, decorators, assertions and imports.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_RECKONED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
_CALLED = {"min": "max", "max": "min", "any": "all", "all": "any", "floor": "ceil", "ceil": "floor"}


@dataclass(frozen=True)
class Site:
    """One fault: where it is, and the line as it was and as it becomes."""

    file: str
    number: int
    """Its place among the faults of the module."""
    line: int
    last: int
    """Last line of what is changed: a test that runs any of them may see it."""
    before: str
    after: str


def sites(file: str, source: str) -> list[Site]:
    """Every fault of a module, in the order of its code."""
    found = []
    for number, (node, change) in enumerate(_changes(ast.parse(source))):
        shown = node.test if isinstance(node, (ast.If, ast.While)) else node
        before = ast.unparse(shown)
        undo = change()
        after = ast.unparse(node.test if isinstance(node, (ast.If, ast.While)) else node)
        found.append(Site(file, number, shown.lineno, shown.end_lineno or shown.lineno, before, after))
        undo()
    return [site for site in found if site.before != site.after]


def changed(source: str, number: int) -> str:
    """The module with one fault put in."""
    tree = ast.parse(source)
    for at, (_, change) in enumerate(_changes(tree)):
        if at == number:
            change()
            return ast.unparse(tree)
    raise ValueError(f"there is no fault {number}")


#: A change of a node in its place; what it gives undoes it.
Change = Callable[[], Callable[[], object]]


def _changes(tree: ast.Module) -> list[tuple[ast.stmt | ast.expr, Change]]:
    return list(_in_block(tree.body))


def _in_block(block: list[ast.stmt]) -> Iterator[tuple[ast.stmt | ast.expr, Change]]:
    for statement in block:
        yield from _in_statement(statement)


def _in_statement(node: ast.stmt) -> Iterator[tuple[ast.stmt | ast.expr, Change]]:  # noqa: PLR0912 - one kind each
    if isinstance(node, (ast.Import, ast.ImportFrom, ast.Assert, ast.Raise)) or _for_types_alone(node):
        return
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        for default in (*node.args.defaults, *(d for d in node.args.kw_defaults if d)):
            yield from _in_expression(default)
    elif isinstance(node, ast.Expr):
        if isinstance(node.value, ast.Constant):
            return
        yield node, _set(node, "value", ast.Constant(None))
        yield from _in_expression(node.value)
    else:
        yield from _of_statement(node)
        for name, value in ast.iter_fields(node):
            if name not in ("annotation", "decorator_list", "bases", "keywords"):
                for part in value if isinstance(value, list) else [value]:
                    if isinstance(part, ast.expr):
                        yield from _in_expression(part)
                    elif isinstance(part, (ast.withitem, ast.match_case)):
                        yield from _inside(part)
    for block in ("body", "orelse", "finalbody"):
        yield from _in_block(getattr(node, block, []))
    for handler in getattr(node, "handlers", []):
        yield from _in_block(handler.body)


def _for_types_alone(node: ast.stmt) -> bool:
    if isinstance(node, ast.If):
        return ast.unparse(node.test) == "TYPE_CHECKING"
    # A name for a type, and what the module gives away.
    return isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"


def _of_statement(node: ast.stmt) -> Iterator[tuple[ast.stmt | ast.expr, Change]]:
    if isinstance(node, (ast.If, ast.While)):
        yield node, _negated(node, "test")
    elif isinstance(node, ast.AugAssign) and type(node.op) in _RECKONED:
        yield node, _set(node, "op", _RECKONED[type(node.op)]())
    elif isinstance(node, ast.Return) and node.value is not None and not isinstance(node.value, ast.Constant):
        yield node, _set(node, "value", ast.Constant(None))
    elif isinstance(node, (ast.Continue, ast.Break)):
        other = ast.Break if isinstance(node, ast.Continue) else ast.Continue
        yield node, _set(node, "__class__", other)


def _inside(node: ast.AST) -> Iterator[tuple[ast.stmt | ast.expr, Change]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield from _in_expression(child)
        elif isinstance(child, ast.stmt):
            yield from _in_statement(child)
        else:
            yield from _inside(child)


def _in_expression(node: ast.expr) -> Iterator[tuple[ast.stmt | ast.expr, Change]]:
    if isinstance(node, ast.JoinedStr):  # words
        return
    yield from _of_expression(node)
    yield from _inside(node)


def _of_expression(node: ast.expr) -> Iterator[tuple[ast.stmt | ast.expr, Change]]:  # noqa: PLR0912 - one kind each
    if isinstance(node, ast.Compare):
        for at, operator in enumerate(node.ops):
            yield node, _put(node.ops, at, _COMPARED[type(operator)]())
    elif isinstance(node, ast.BinOp) and type(node.op) in _RECKONED and not _words(node) and not _types(node):
        yield node, _set(node, "op", _RECKONED[type(node.op)]())
    elif isinstance(node, ast.BoolOp):
        yield node, _set(node, "op", ast.Or() if isinstance(node.op, ast.And) else ast.And())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node, _set(node, "op", ast.Not(), doubled=True)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield node, _set(node, "op", ast.UAdd())
    elif isinstance(node, ast.IfExp):
        yield node, _negated(node, "test")
    elif isinstance(node, ast.Constant):
        if isinstance(node.value, bool):
            yield node, _set(node, "value", not node.value)
        elif isinstance(node.value, (int, float)):
            yield node, _set(node, "value", node.value + 1)
    elif isinstance(node, ast.Call):
        if isinstance(node.func, ast.Name) and node.func.id in _CALLED:
            yield node, _set(node.func, "id", _CALLED[node.func.id])
        elif isinstance(node.func, ast.Attribute) and node.func.attr in _CALLED:
            yield node, _set(node.func, "attr", _CALLED[node.func.attr])
    elif isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
        for part in node.generators:
            for at, test in enumerate(part.ifs):
                yield node, _put(part.ifs, at, ast.UnaryOp(ast.Not(), test))


def _words(node: ast.BinOp) -> bool:
    """Whether texts are joined or filled in: a sum of words has no other sign."""
    parts = (node.left, node.right)
    return any(
        isinstance(p, ast.JoinedStr) or (isinstance(p, ast.Constant) and isinstance(p.value, str)) for p in parts
    )


def _types(node: ast.BinOp) -> bool:
    """Whether types are offered beside each other."""
    side = node.right.value if isinstance(node.right, ast.Subscript) else node.right
    return isinstance(node.op, ast.BitOr) and isinstance(side, ast.Name) and side.id[:1].isupper()


def _set(node: ast.AST, name: str, value: object, *, doubled: bool = False) -> Change:
    def change() -> Callable[[], object]:
        former = getattr(node, name)
        if doubled:  # not x becomes x
            operand = node.operand  # type: ignore[attr-defined]
            node.operand = ast.UnaryOp(ast.Not(), operand)  # type: ignore[attr-defined]
            return lambda: setattr(node, "operand", operand)
        setattr(node, name, value)
        return lambda: setattr(node, name, former)

    return change


def _negated(node: ast.AST, name: str) -> Change:
    def change() -> Callable[[], object]:
        former = getattr(node, name)
        setattr(node, name, ast.UnaryOp(ast.Not(), former))
        return lambda: setattr(node, name, former)

    return change


def _put(values: list, at: int, value: object) -> Change:
    def change() -> Callable[[], object]:
        former = values[at]
        values[at] = value
        return lambda: values.__setitem__(at, former)

    return change
