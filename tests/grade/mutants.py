"""Reference solutions with one slip each, made by program: do the tasks notice?

python tests/grade/mutants.py 6 [seeds]: the exercises of chapter 6, or one such as 6.7, with the
slips that pass. A slip that changes nothing belongs into EQUAL = {"6.7": {slip: why}} of
a file in tests/grade/solutions/ch06; every other one is a case that the task's generator
has to draw. A chapter that has an EQUAL, be it empty, is held to it by test_mutants.py.

What a slip does is settled by the code and the seeds. Once no slip of a chapter passes unlisted,
python tests/grade/noticed.py 6 notes by which files (noticed.py); as long as none of them changes,
the test tries one slip in ten.
"""

import ast
import random
import re
import runpy
import sys
import warnings
import zlib
from dataclasses import dataclass, replace
from pathlib import Path

import numpy
import torch
from slips import expressions, statements

from dlcore.grade.judging import TooLong, time_limit
from dlcore.grade.plain import ask
from dlcore.grade.registry import book_tasks
from dlcore.grade.verdict import expected, judge

SOLUTIONS = Path(__file__).parent / "solutions"
SECONDS = 1.0  # for one call of a mutant
SEEDS = range(3)
RANDOM = re.compile(r"rand|shuffle|multinomial|bernoulli|normal_|default_rng")


@dataclass(frozen=True)
class Mutant:
    """A wrong solution. slip: what was changed, by which EQUAL names it."""

    slip: str
    function: object


def mutants(path, number, inputs=(), every=1):
    """Yield the mutants of the reference solution of a task in a file of solutions.

    inputs: packed ones of one case. every: with 10, only one in ten, always the same.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    entry = _entry(tree, number)
    places = [(place, name) for name, root in _reachable(tree, entry)
              for place in _places(root)]  # fmt: skip
    for (holder, field, index, statement), name in places:
        current = getattr(holder, field)
        node = current if index is None else current[index]
        changes = statements(node) if isinstance(node, ast.stmt) else expressions(node)
        before = _line(statement)
        for changed in changes:
            _put(holder, field, index, changed)
            after = _line(changed if statement is node else statement)
            slip = f"{name}: {before} → {after}"
            tried = after != before and _chosen(slip, every)
            function = _reference(tree, path, number) if tried else None
            _put(holder, field, index, node)
            if function is not None:
                yield Mutant(slip, function)
    reference = runpy.run_path(str(path))["REFERENCE"][number]
    used = "".join(ast.unparse(root) for _, root in [("", entry), *_reachable(tree, entry)])
    yield from habits(reference, used, inputs)


def _chosen(slip, every):
    return zlib.crc32(slip.encode()) % every == 0


def _entry(tree, number):
    """Return the expression that stands for a task in REFERENCE."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "REFERENCE":
            table = node.value
            return next(
                v for k, v in zip(table.keys, table.values) if ast.literal_eval(k) == number
            )
    raise ValueError("there is no REFERENCE")


def _reachable(tree, entry):
    """Return (name, node) of the entry and of all functions of the file that it uses."""
    known = {node.name: node for node in tree.body
             if isinstance(node, (ast.FunctionDef, ast.ClassDef))}  # fmt: skip
    found, waiting = {}, [entry]
    while waiting:
        for node in ast.walk(waiting.pop()):
            if isinstance(node, ast.Name) and node.id in known and node.id not in found:
                found[node.id] = known[node.id]
                waiting.append(known[node.id])
    own = [] if isinstance(entry, ast.Name) else [("REFERENCE", ast.Expr(entry))]
    return own + list(found.items())


def _places(root):
    """Yield (holder, field, index, statement) of every node below a function or an expression."""
    if isinstance(root, ast.Expr):
        yield from _below(root, root)
        return
    for statement in root.body:
        yield from _statement(root, "body", root.body.index(statement), statement)


def _statement(holder, field, index, node):
    yield holder, field, index, node
    for name, value in ast.iter_fields(node):
        if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
            for number, inner in enumerate(value):
                yield from _statement(node, name, number, inner)
        else:
            yield from _field(node, name, value, node)


def _below(holder, statement):
    for name, value in ast.iter_fields(holder):
        yield from _field(holder, name, value, statement)


def _field(holder, name, value, statement):
    many = value if isinstance(value, list) else [value]
    for number, inner in enumerate(many):
        if isinstance(inner, ast.expr):
            yield holder, name, number if isinstance(value, list) else None, statement
        if isinstance(inner, (ast.expr, ast.comprehension, ast.keyword)):
            yield from _below(inner, statement)


def _put(holder, field, index, node):
    if index is None:
        setattr(holder, field, node)
    else:
        getattr(holder, field)[index] = node


def _line(statement):
    return ast.unparse(ast.fix_missing_locations(statement)).splitlines()[0]


def _reference(tree, path, number):
    """Return the function that the changed file has for a task; None if it is not loaded."""
    try:
        code = compile(ast.fix_missing_locations(tree), str(path), "exec")
        namespace = {"__name__": "mutant", "__file__": str(path)}
        exec(code, namespace)
        return namespace["REFERENCE"][number]
    except Exception:
        return None


def habits(reference, source, inputs):
    """Yield what a right solution may do besides: change its inputs, set a seed.

    inputs: packed ones of one case.
    """

    def changing(*inputs):
        answer = reference(*inputs)
        for value in inputs:
            if isinstance(value, torch.Tensor) and value.numel():
                value.copy_(~value if value.dtype == torch.bool else value + 1)
        return answer

    def seeded(*inputs):
        for seed in (torch.manual_seed, numpy.random.seed, random.seed):
            seed(0)
        return reference(*inputs)

    if any(value[0] == "array" for value in inputs):
        yield Mutant("changes its inputs", changing)
    if RANDOM.search(source):
        yield Mutant("sets a seed", seeded)


def survives(task, function, cases, known):
    """Whether a function gets full marks on these cases."""
    bare, outcomes = replace(task, symptoms=(), again=()), []
    for position, case in enumerate(cases):
        try:
            with time_limit(SECONDS):
                outcomes.append(ask(function, case))
        except TooLong:
            return False
        one = known[position : position + 1]
        if not judge(bare, [case], outcomes[-1:], one).right:
            return False
    return judge(replace(task, symptoms=()), cases, outcomes, known).right


def rate(task, path, seeds, every=1):
    """Return {slip: in how many of the seeds it passes} of all mutants of a task, or of a part."""
    drawn = [task.draw(seed) for seed in seeds]
    papers = [(cases, expected(task, cases)) for cases in drawn]
    found = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for mutant in mutants(path, task.id, drawn[0][-1], every):
            passed = sum(survives(task, mutant.function, *paper) for paper in papers)
            found[mutant.slip] = max(passed, found.get(mutant.slip, 0))
    return found


def files(chapter):
    return sorted((SOLUTIONS / f"ch{chapter:02d}").glob("*.py"))


def solution_of(task):
    """Return the file with the reference solution of a task."""
    for path in files(task.chapter):
        if task.id in runpy.run_path(str(path)).get("REFERENCE", ()):
            return path
    raise ValueError(f"no file of chapter {task.chapter} has a REFERENCE for {task.id}")


def equal(chapter):
    """Return {task: {slip: why it changes nothing}} of a chapter; None if nobody has said it."""
    said = [runpy.run_path(str(path)).get("EQUAL") for path in files(chapter)]
    said = [table for table in said if table is not None]
    return {task: why for table in said for task, why in table.items()} if said else None


def unexplained(task, path, seeds, known, every=1):
    """Return a sentence for each mutant that passes unlisted, and for each listed in vain.

    every: with 10, one mutant in ten is tried.
    """
    found = rate(task, path, seeds, every)
    passed = [slip for slip, count in found.items() if count and slip not in known]
    vain = [slip for slip in known if _chosen(slip, every) and not found.get(slip)]
    return [f"{task.id} passes: {slip}" for slip in passed] + [
        f"{task.id}: EQUAL lists what does not pass: {slip}" for slip in vain
    ]


def faults(chapter, every=1):
    """Return what is unexplained in all tasks of a chapter, with the seeds of the tests."""
    tasks = [task for task in book_tasks().values() if task.chapter == chapter]
    known = equal(chapter) or {}
    listed = [f"EQUAL lists {name}, which is no task" for name in known
              if name not in {task.id for task in tasks}]  # fmt: skip
    return listed + [
        fault
        for task in tasks
        for fault in unexplained(task, solution_of(task), SEEDS, known.get(task.id, {}), every)
    ]


def main(chosen, seeds=10):
    tasks = [task for task in book_tasks().values() if chosen in (task.id, str(task.chapter))]
    for task in tasks:
        known = (equal(task.chapter) or {}).get(task.id, {})
        found = rate(task, solution_of(task), range(seeds))
        passed = {slip: count for slip, count in found.items() if count and slip not in known}
        killed = sum(not count for count in found.values())
        print(f"{task.id}: {killed} killed, {len(known)} equal, {len(passed)} pass")
        for slip, count in sorted(passed.items(), key=lambda pair: -pair[1]):
            print(f"    {count:3} of {seeds}  {slip}")


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
