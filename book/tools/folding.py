"""Which cells of a chapter start folded: drawing and claims, results foretold, side trips."""

import ast
import re

from notebook_form import parsed

SHOWING = {"claim", "explore"}
OPEN_TAG, FOLD_TAG = "keep-open", "hide-input"
PREDICT = re.compile(r"^\*\*Predict\.\*\*", re.MULTILINE)
EXPLAIN = re.compile(r"\s*<details>\s*<summary>Explain</summary>")
SIDE_TRIP = re.compile(r"\s*#{2,6} Side trip: ")
DRAWING = re.compile(r"draw(_ch\d\d)?")


def fold(notebook):
    """Mark in a chapter, in place, what starts folded: on the page, in JupyterLab, in Colab.

    Code that only draws, explores or claims (and the set-up): its picture, slider and sentence
    stay. Outputs between a Predict and its Explain. Sections whose heading is a side trip.
    """
    waiting = False
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            waiting = bool(question(cell)) or (waiting and not EXPLAIN.match(cell.source))
            mark(cell, "jp-MarkdownHeadingCollapsed", bool(SIDE_TRIP.match(cell.source)))
        elif cell.cell_type == "code":
            fold_code(cell, only_shows(cell))
            fold_outputs(cell, waiting)
    return notebook


def question(cell):
    """The Predict that closes a Markdown cell, "" if there is none; its run follows."""
    found = PREDICT.search(cell.source)
    return cell.source[found.start() :] if found else ""


def only_shows(cell):
    """Whether a code cell is there for a picture, a slider or a claim, or is the set-up."""
    tags = cell.metadata.get("tags", [])
    if OPEN_TAG in tags:
        return False
    return "setup" in tags or any(map(shows, parsed(cell.source)))


def shows(statement):
    """Whether a top-level statement draws, explores or claims, also in a loop."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return False
    calls = [node.func for node in ast.walk(statement) if isinstance(node, ast.Call)]
    return any(is_showing(call) for call in calls)


def is_showing(function):
    """Whether a called function is claim, explore or one of draw's or of a chapter's draw_chNN."""
    if isinstance(function, ast.Attribute):
        room = function.value
        return isinstance(room, ast.Name) and bool(DRAWING.fullmatch(room.id))
    return isinstance(function, ast.Name) and function.id in SHOWING


def fold_code(cell, folded):
    """Fold a cell's code: by a tag on the page, hidden in JupyterLab, a form in Colab."""
    tags = [tag for tag in cell.metadata.get("tags", []) if tag != FOLD_TAG]
    cell.metadata["tags"] = tags + [FOLD_TAG] * folded
    if not cell.metadata["tags"]:
        del cell.metadata["tags"]
    mark(cell, "cellView", "form" if folded else None)
    mark_jupyter(cell, "source_hidden", folded)


def fold_outputs(cell, folded):
    """Let a cell's stored outputs start collapsed in JupyterLab and Colab."""
    mark(cell, "collapsed", folded)
    mark_jupyter(cell, "outputs_hidden", folded)


def mark(cell, key, value):
    """Set a key of the cell's metadata, or take it away."""
    if value:
        cell.metadata[key] = value
    else:
        cell.metadata.pop(key, None)


def mark_jupyter(cell, key, value):
    """The same among what JupyterLab keeps."""
    kept = dict(cell.metadata.get("jupyter", {}))
    kept.pop(key, None)
    mark(cell, "jupyter", kept | ({key: True} if value else {}))
