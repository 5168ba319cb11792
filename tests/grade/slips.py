"""Slips that people make: for a node of Python's syntax tree, the nodes that may stand there."""

import ast

COMPARED = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
            ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In}  # fmt: skip
COMPUTED = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
            ast.FloorDiv: ast.Div}  # fmt: skip
# Calls that only change the kind of a value, which answers need not have.
NEUTRAL = {
    "item",
    "tolist",
    "double",
    "float",
    "int",
    "list",
    "tuple",
    "as_tensor",
    "tensor",
    "detach",
}
MODULES = {"torch", "math", "np", "numpy", "F", "functional", "itertools"}
KINDS = {"dtype", "device"}


def expressions(node):
    """Yield what may stand in the place of an expression by a slip."""
    kind = type(node).__name__
    yield from globals().get(f"_{kind.lower()}", lambda node: ())(node)


def statements(node):
    """Yield what may stand in the place of a statement by a slip."""
    if isinstance(node, (ast.Expr, ast.Assign, ast.AugAssign, ast.Break, ast.Continue)):
        yield ast.Pass()
    if isinstance(node, ast.AugAssign) and type(node.op) in COMPUTED:
        yield ast.AugAssign(node.target, COMPUTED[type(node.op)](), node.value)
    if isinstance(node, ast.Assign) and _adds_to_itself(node):
        yield ast.AugAssign(node.targets[0], node.value.op, node.value.right)
    if isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
        for number, part in enumerate(node.value.elts):
            parts = [*node.value.elts[:number], _minus(part), *node.value.elts[number + 1 :]]
            yield ast.Return(ast.Tuple(parts, ast.Load()))
    elif isinstance(node, ast.Return) and node.value:
        yield ast.Return(_minus(node.value))
    if isinstance(node, ast.If):
        for truth in (True, False):
            yield ast.If(ast.Constant(truth), node.body, node.orelse)


def _adds_to_itself(node):
    """Whether an assignment is of the form w = w + …, which `w += …` would do in place."""
    return isinstance(node.value, ast.BinOp) and (
        ast.unparse(node.targets[0]) == ast.unparse(node.value.left)
    )


def _minus(node):
    return ast.UnaryOp(ast.USub(), node)


def _compare(node):
    for number, op in enumerate(node.ops):
        if type(op) in COMPARED:
            ops = [*node.ops[:number], COMPARED[type(op)](), *node.ops[number + 1 :]]
            yield ast.Compare(node.left, ops, node.comparators)


def _binop(node):
    if type(node.op) in COMPUTED:
        yield ast.BinOp(node.left, COMPUTED[type(node.op)](), node.right)
    elif isinstance(node.op, ast.MatMult):
        yield ast.BinOp(node.right, node.op, node.left)
    else:
        yield node.left
    if isinstance(node.op, (ast.Div, ast.FloorDiv, ast.Mult)):
        yield node.left


def _boolop(node):
    yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    for number in range(len(node.values)):
        left = [*node.values[:number], *node.values[number + 1 :]]
        yield left[0] if len(left) == 1 else ast.BoolOp(node.op, left)


def _unaryop(node):
    yield node.operand


def _ifexp(node):
    yield node.body
    yield node.orelse


def _constant(node):
    if isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node.value, int):
        yield ast.Constant(node.value + 1)
        yield ast.Constant(node.value - 1)
    elif isinstance(node.value, float) and abs(node.value) > 1e-5:
        yield _minus(node)
        yield ast.Constant(2 * node.value)


def _attribute(node):
    if node.attr in ("T", "mT"):
        yield node.value


def _slice(node):
    if node.lower:
        yield ast.Slice(None, node.upper, node.step)
    if node.upper:
        yield ast.Slice(node.lower, None, node.step)
        yield ast.Slice(node.lower, ast.BinOp(node.upper, ast.Sub(), ast.Constant(1)), node.step)


def _call(node):
    """The call left out, a bound of a range one off, a setting forgotten."""
    method = isinstance(node.func, ast.Attribute)
    name = node.func.attr if method else getattr(node.func, "id", "")
    if name not in NEUTRAL:
        owner = node.func.value if method else None
        if method and ast.unparse(owner).split(".")[-1] not in MODULES:
            yield owner
        elif node.args and name not in ("range", "zip", "enumerate", "partial"):
            yield node.args[0]
    if name == "range":
        for op in (ast.Add(), ast.Sub()):
            last = ast.BinOp(node.args[min(1, len(node.args) - 1)], op, ast.Constant(1))
            args = [last] if len(node.args) == 1 else [node.args[0], last, *node.args[2:]]
            yield ast.Call(node.func, args, node.keywords)
    for number, keyword in enumerate(node.keywords):
        if keyword.arg not in KINDS:
            left = [*node.keywords[:number], *node.keywords[number + 1 :]]
            yield ast.Call(node.func, node.args, left)
