"""The form of a chapter, cell by cell; each rule lists what breaks it in a notebook."""

import ast
import re

from folding import FOLD_TAG, SIDE_TRIP, is_showing, question, shows
from notebook_form import first_line, numbered, parsed

WIDEST_LINE = 84
OPTION = re.compile(r"^- \(([a-z])\) \S", re.MULTILINE)
ANSWER = re.compile(r"\s*<details>\s*<summary>Explain</summary>\s*\(([a-z])\)")
UNFOLDED = re.compile(r"<details>.*?</details>", re.DOTALL)
REASON = re.compile(r"\b(because|the reason)\b", re.IGNORECASE)
TESTED = re.compile(r"<!-- because: (control|derived) -->|\bour guess\b", re.IGNORECASE)
TIME = re.compile(r"\*\*Time\.\*\* About (\d+) minutes to read; .*\brun on two cores\.")
ENDING = (
    "Then and now",
    "What you now know",
    "Exercises",
    "What is often told wrong",
    "What came next",
    "Sources",
)
MOST_FINDINGS = 15
CLAIM_KINDS = ("check", "count", "finding")
CLAIM_DATA = "application/vnd.dlcore.claim+json"
WORDS_A_MINUTE, SECONDS_A_LINE = 200, 9


def lines_fit_the_page(notebook):
    """No line of code is longer than 84 characters: the page shows no more."""
    for number, cell in numbered(notebook):
        for line in cell.source.splitlines():
            if len(line) > WIDEST_LINE:
                yield f"code cell {number} has a line of {len(line)} characters: {line[:40]}…"


def predictions_are_asked_first(notebook):
    """A Predict ends its cell with lettered options; the next Markdown cell opens the answer."""
    cells = notebook.cells
    for index, cell in enumerate(cells):
        asked = question(cell) if cell.cell_type == "markdown" else ""
        if not asked:
            continue
        first, letters = asked.split("\n")[0][:70], OPTION.findall(asked)
        if letters != list("abcdef"[: len(letters)]) or len(letters) < 2:
            yield f"options should be a list of - (a) …, - (b) …: {first}"
        if not OPTION.match(asked.rstrip().splitlines()[-1]):
            yield f"the options should end the cell: {first}"
        after = next((c for c in cells[index + 1 :] if c.cell_type == "markdown"), None)
        found = ANSWER.match(after.source) if after else None
        if found is None or found[1] not in letters:
            yield f"the next Markdown cell should open with the answer's letter: {first}"
        elif cells[index + 1].cell_type != "code":
            yield f"a run should stand between question and answer: {first}"


def reasons_are_tested(notebook):
    """What unfolds says "because" only of what a control or a derivation bears out, or guesses."""
    for number, cell in numbered(notebook, "markdown"):
        reasoned = any(REASON.search(part) for part in UNFOLDED.findall(cell.source))
        if reasoned and not TESTED.search(cell.source):
            yield f'Markdown cell {number} gives a reason without control or "our guess"'


def claims_say_their_kind(notebook):
    """Every claim is a check, a count or a finding, and a chapter has at most 15 findings."""
    findings = 0
    for number, cell in numbered(notebook):
        for call in claim_calls(cell.source):
            kinds = [keyword.value for keyword in call.keywords if keyword.arg == "kind"]
            if not kinds:
                yield f"code cell {number}: claim(kind=…) is missing: {first_line(cell)}"
        made = [out.get("data", {}).get(CLAIM_DATA, {}) for out in cell.outputs]
        findings += sum(data.get("kind") == "finding" for data in made)
    if findings > MOST_FINDINGS:
        yield f"{findings} findings; a chapter has at most {MOST_FINDINGS}"


def claim_calls(source):
    """The calls of claim() in a cell."""
    calls = [n for body in parsed(source) for n in ast.walk(body) if isinstance(n, ast.Call)]
    return [c for c in calls if isinstance(c.func, ast.Name) and c.func.id == "claim"]


def cells_do_one_thing(notebook):
    """A cell that draws, explores or claims neither trains nor defines what others use."""
    for number, cell in numbered(notebook):
        if FOLD_TAG not in cell.metadata.get("tags", []) or number == 1:
            continue
        for statement in parsed(cell.source):
            if isinstance(statement, ast.For | ast.While | ast.With) and not shows(statement):
                yield f"code cell {number} works and shows: {first_line(cell)}"
            if isinstance(statement, ast.FunctionDef | ast.ClassDef) and not draws(statement):
                yield f"code cell {number} defines and shows: {first_line(cell)}"


def draws(definition):
    """Whether a function draws, or is a small part of what one draws: no loop, no training."""
    nodes = list(ast.walk(definition))
    calls = [node.func for node in nodes if isinstance(node, ast.Call)]
    return any(map(is_showing, calls)) or not any(isinstance(n, ast.For | ast.While) for n in nodes)


def reading_minutes(notebook):
    """Minutes to read what stands open: words, and lines of code that are not folded."""
    words = lines = depth = 0
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            depth = side_trip_depth(cell.source, depth)
            text = re.sub(r"\]\([^)]*\)|<[^>]+>", "", cell.source)
            words += 0 if depth else len(text.split())
        elif not depth and FOLD_TAG not in cell.metadata.get("tags", []):
            lines += len([line for line in cell.source.splitlines() if line.strip()])
    return words / WORDS_A_MINUTE + lines * SECONDS_A_LINE / 60


def side_trip_depth(source, depth):
    """Level of the side trip that a Markdown cell is in, 0 outside."""
    for line in source.splitlines():
        if heading := re.match(r"(#{1,6}) ", line):
            level = len(heading[1])
            if SIDE_TRIP.match(line):
                depth = level
            elif level <= depth:
                depth = 0
    return depth


def reading_time_is_told(notebook):
    """The first cell says how long it takes to read, within a quarter of what is counted."""
    counted = reading_minutes(notebook)
    found = TIME.search(notebook.cells[0].source)
    if found is None:
        line = f"**Time.** About {counted:.0f} minutes to read; … to run on two cores."
        yield f"the first cell lacks the line {line}"
    elif not 0.75 * counted <= int(found[1]) <= 1.25 * counted:
        yield f"the first cell says {found[1]} minutes to read; {counted:.0f} are counted"


def the_end_is_in_order(notebook):
    """A chapter closes with its known headings, in their order, and three questions."""
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    heads = [head for head in re.findall(r"^## (.+)$", text, re.MULTILINE) if head in ENDING]
    if heads != list(ENDING):
        yield f"the chapter should close with {', '.join(ENDING)}; it has {', '.join(heads)}"
        return
    known = text.split("\n## What you now know\n")[1].split("\n## ")[0]
    if known.count("<summary>") != 3:
        yield f"What you now know has {known.count('<summary>')} questions; three are asked"


def nothing_is_left_to_fill(notebook):
    """No place of the skeleton still waits for its words or code."""
    for number, cell in enumerate(notebook.cells):
        if "TODO" in cell.source:
            yield f"cell {number} still holds TODO: {first_line(cell)}"


RULES = (
    nothing_is_left_to_fill,
    lines_fit_the_page,
    predictions_are_asked_first,
    reasons_are_tested,
    claims_say_their_kind,
    cells_do_one_thing,
    reading_time_is_told,
    the_end_is_in_order,
)
