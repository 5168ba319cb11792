"""Run a notebook's cells as IPython does: its own rules say what a cell is, magics do little.

This file also runs alone inside the sandbox, so it imports no other file of the package.
"""

from __future__ import annotations

import ast
import asyncio
import inspect
import linecache
import sys
import types
from collections.abc import Callable, Iterator, Sequence
from typing import Any

Failed = Callable[[BaseException, str], None]  # gets an error and its file

TIMED = ("time", "timeit", "prun", "memit", "mprun", "lprun")
COUNTS = ("-n", "-r", "-p")  # options of %timeit that a number follows
FUTURE = 0x1FE0000  # the flags that `from __future__ import …` sets, see CPython's code.h
AWAIT = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT


class Timing:
    """What `%timeit -o` returns: nothing was timed."""

    average = best = worst = stdev = compile_time = 0.0
    timings = all_runs = ()
    loops = repeat = 1


class Shell:
    """Stands for IPython's shell: runs timed code, writes files, does nothing else."""

    def __init__(self):
        from IPython.core.inputtransformer2 import TransformerManager

        self.in_python = TransformerManager().transform_cell
        notebook = types.ModuleType("__main__")
        self.user_ns = notebook.__dict__
        self.outputs, self.inputs, self.flags = {}, [""], 0
        self.user_ns.update(
            display=print, get_ipython=lambda: self, In=self.inputs, Out=self.outputs, _="", __=""
        )
        sys.modules["__main__"] = notebook

    def run(self, number: int, source: str, failed: Failed) -> None:
        """Run a cell; failed(error, filename) is told of imports that fail, all else is raised."""
        self.inputs.append(source)
        self._run(self.in_python(source), f"<cell {number}>", failed)

    def _run(self, source: str, name: str, failed: Failed | None = None) -> None:
        """Run Python, statement by statement where an import may fail without the others."""
        linecache.cache[name] = (len(source), None, source.splitlines(True), name)
        tree = compile(source, name, "exec", ast.PyCF_ONLY_AST | AWAIT | self.flags, True)
        quiet = source.rstrip().endswith(";")
        for part in _parts(tree.body):
            try:
                self._do(part, name, quiet)
            except ImportError as error:
                if failed is None or not isinstance(part[0], (ast.Import, ast.ImportFrom)):
                    raise
                failed(error, name)

    def _do(self, statements: list[ast.stmt], name: str, quiet: bool) -> None:
        """Run statements, and keep what the last one is worth as _ and in Out."""
        last = statements[-1]
        if isinstance(last, ast.Expr) and not quiet:
            self._execute(ast.Module(statements[:-1], []), name, "exec")
            value = self._execute(ast.Expression(last.value), name, "eval")
            if value is not None:
                self.user_ns["__"], self.user_ns["_"] = self.user_ns.get("_"), value
                self.outputs[len(self.inputs) - 1] = value
        else:
            self._execute(ast.Module(statements, []), name, "exec")

    def _execute(self, tree: Any, name: str, mode: str) -> Any:
        code = compile(tree, name, mode, AWAIT | self.flags, True)
        self.flags |= code.co_flags & FUTURE
        value = eval(code, self.user_ns)
        return asyncio.run(value) if code.co_flags & inspect.CO_COROUTINE else value

    def run_line_magic(self, magic: str, line: str, _stack_depth: int = 1) -> Any:
        """Run what `%time` and its like were to time."""
        if magic not in TIMED:
            return None
        code = _without_options(line)
        self._run(code, f"<%{magic} {code}>")
        return Timing() if magic == "timeit" else self.user_ns.get("_")

    def run_cell_magic(self, magic: str, line: str, body: str) -> None:
        """Run a timed or captured cell, write one that is to be written, skip other languages."""
        if magic in (*TIMED, "capture"):
            if magic == "capture" and line.split()[:1] and not line.startswith("-"):
                self.user_ns[line.split()[0]] = types.SimpleNamespace(stdout="", stderr="")
            self._run(self.in_python(body), f"<%%{magic} {len(self.inputs)}>")
        elif magic in ("writefile", "file") and line.strip():
            with open(line.split()[-1], "w", encoding="utf-8") as file:
                file.write(body)

    def getoutput(self, command: str, **options: Any) -> list[str]:
        """Nothing is started, so nothing comes out."""
        return []

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *arguments, **options: None


def _parts(statements: Sequence[ast.stmt]) -> Iterator[list[ast.stmt]]:
    """Divide statements so that each import stands alone."""
    part = []
    for statement in statements:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            if part:
                yield part
            yield [statement]
            part = []
        else:
            part.append(statement)
    if part:
        yield part


def _without_options(line: str) -> str:
    """Return the code behind the options of `%timeit -n 10 -r3 -o code`."""
    words = line.split(" ")
    while words and words[0].startswith("-"):
        option = words.pop(0)
        if words and (
            option in ("-s", "-l", "-D", "-T") or (words[0].isdigit() and option in COUNTS)
        ):
            words.pop(0)
    return " ".join(words)
