"""What a committed notebook must look like; each rule lists what breaks it."""

import ast
import re

LONGEST_CELL = 25
SPEAKING = {"print", "claim", "explore", "display", "source", "check"}
# Methods that work in place and return nothing.
QUIET = {"append", "backward", "extend", "seed", "shuffle", "sort", "step", "update", "zero_grad"}
IGNORED = re.compile(r"nbval.(ignore|skip|raises|check)|raises.exception", re.IGNORECASE)
CLOCKS = ("perf_counter", "time.time", "timeit", "%time", "process_time", "monotonic")
MACHINE = re.compile(r"\b0x[0-9a-f]{6,}|(?<![\w.])/(home|Users|root|tmp|work|usr)/|[A-Z]:\\Users")
MYST = re.compile(r"^\s*(:::+|```+|~~~+)\s*\{|\{[a-z][\w:+-]*\}`|^\([\w-]+\)=\s*$", re.MULTILINE)
MATHS = re.compile(r"\$\$.*?\$\$|\$[^$\n]+\$", re.DOTALL)


def numbered(notebook, kind="code"):
    """(number on the page, cell) of the cells of a kind."""
    cells = [cell for cell in notebook.cells if cell.cell_type == kind]
    return enumerate(cells, start=1)


def first_line(cell):
    return cell.source.strip().split("\n")[0][:60]


def parsed(source):
    """The statements of a cell, IPython's magics left out."""
    return ast.parse(re.sub(r"^(\s*)[%!].*$", r"\1pass", source, flags=re.MULTILINE)).body


def speaks(statement):
    """Whether running a statement certainly shows something: a call of print, claim, …"""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.If):
        return False
    inner = getattr(statement, "body", None)
    if isinstance(inner, list):
        return any(map(speaks, inner))
    calls = [node.func for node in ast.walk(statement) if isinstance(node, ast.Call)]
    return any(isinstance(call, ast.Name) and call.id in SPEAKING for call in calls)


def shows_something(source):
    """Whether a cell must have outputs: it speaks, or ends with the expression it shows."""
    body = parsed(source)
    if any(map(speaks, body)):
        return True
    silenced = source.rstrip().endswith(";")
    last = body[-1] if body else None
    return isinstance(last, ast.Expr) and not is_quiet(last.value) and not silenced


def is_quiet(expression):
    """Whether an expression is None, or a call of a method that returns None."""
    if isinstance(expression, ast.Call):
        return getattr(expression.func, "attr", None) in QUIET
    return ast.unparse(expression) == "None"


def outputs_are_there(notebook):
    """A cell that prints, claims or ends in a value has outputs; nbval would not miss them."""
    for number, cell in numbered(notebook):
        if shows_something(cell.source) and not cell.outputs:
            yield f"code cell {number} has no output: {first_line(cell)}"


def cells_ran_in_order(notebook):
    """All cells ran once, from top to bottom, in a fresh kernel."""
    for number, cell in numbered(notebook):
        if cell.execution_count != number:
            yield f"code cell has run number {cell.execution_count}, expected {number}"


def nothing_went_wrong(notebook):
    """No cell ends in an error, none writes to stderr."""
    for number, cell in numbered(notebook):
        for output in cell.outputs:
            if output.output_type == "error":
                yield f"code cell {number} fails: {output.ename}: {output.evalue}"
            elif output.get("name") == "stderr":
                yield f"code cell {number} writes to stderr: {output.text[:200]}"


def outputs_name_no_machine(notebook):
    """No output holds an object's address or a path of the machine it was made on."""
    for number, cell in numbered(notebook):
        for output in cell.outputs:
            texts = [output.get("text", ""), output.get("data", {}).get("text/plain", "")]
            for found in filter(None, map(MACHINE.search, texts)):
                yield f"code cell {number} shows something of this machine: {found[0]}"


def cells_are_short(notebook):
    """A code cell has at most 25 lines."""
    for number, cell in numbered(notebook):
        lines = len(cell.source.splitlines())
        if lines > LONGEST_CELL:
            yield f"code cell {number} has {lines} lines, {LONGEST_CELL} are allowed"


def markdown_is_plain(notebook):
    """No MyST directive, role or label: they show raw in JupyterLab, Colab and on GitHub."""
    for number, cell in numbered(notebook, "markdown"):
        if found := MYST.search(MATHS.sub("", cell.source)):
            yield f"Markdown cell {number} holds MyST: {found[0].strip()}"


def only_timings_are_ignored(notebook):
    """nbval compares every output but those of cells that measure time."""
    for number, cell in numbered(notebook):
        marks = " ".join([cell.source, *cell.metadata.get("tags", [])])
        if IGNORED.search(marks) and not any(clock in cell.source for clock in CLOCKS):
            yield f"code cell {number} is not compared but measures no time: {first_line(cell)}"


def bars_come_from_dlcore(notebook):
    """No cell uses tqdm itself: dlcore.training.progress keeps its times out of the outputs."""
    for number, cell in numbered(notebook):
        if re.search(r"\btqdm\b", cell.source):
            yield f"code cell {number} uses tqdm; from dlcore.training import progress"


RULES = (
    outputs_are_there,
    cells_ran_in_order,
    nothing_went_wrong,
    outputs_name_no_machine,
    cells_are_short,
    markdown_is_plain,
    only_timings_are_ignored,
    bars_come_from_dlcore,
)
