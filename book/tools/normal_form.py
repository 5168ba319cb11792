"""The one form in which a notebook is committed: nothing in it changes from run to run."""

import json

import nbformat

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
WIDGET_STATE = "application/vnd.jupyter.widget-state+json"
REFERENCE = "IPY_MODEL_"
ROUNDING = "arithmetic"  # metadata: how the machine rounds that made the outputs (arithmetic.py)
KEPT_CELL_METADATA = (
    "cellView", "collapsed", "jp-MarkdownHeadingCollapsed", "jupyter", "mystnb", "tags",
)  # fmt: skip
NOTEBOOK_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def normalise(notebook):
    """Bring a notebook into its normal form, in place; doing it twice is doing it once.

    Cell ids, outputs, how their machine rounds, and the widgets that are shown stay. Times, front
    ends' metadata, the kernel's exact version, streams that were cut in pieces and random widget
    ids go.
    """
    code_cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for cell in notebook.cells:
        kept = {key: cell.metadata[key] for key in KEPT_CELL_METADATA if key in cell.metadata}
        cell.metadata = nbformat.from_dict(kept)
    for count, cell in enumerate(code_cells, start=1):
        cell.execution_count = count
        cell.outputs = join_streams(cell.outputs)
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = count
    state = notebook.metadata.get("widgets", {}).get(WIDGET_STATE, {}).get("state", {})
    metadata: dict = dict(NOTEBOOK_METADATA)
    if ROUNDING in notebook.metadata:
        metadata[ROUNDING] = notebook.metadata[ROUNDING]
    if state := rename_widgets(code_cells, state):
        content = {"state": state, "version_major": 2, "version_minor": 0}
        metadata["widgets"] = {WIDGET_STATE: content}
    notebook.metadata = nbformat.from_dict(metadata)
    notebook.nbformat_minor = 5
    return notebook


def keep_timings(notebook, before):
    """Give cells that measure time the outputs of `before`, in place, unless they were changed.

    Seconds differ at every run: taken anew each time, they would change a notebook that says the
    same. `before` is the notebook as it was committed, with equal cell ids.
    """
    earlier = {cell.id: cell for cell in before.cells if cell.cell_type == "code"}
    for cell in notebook.cells:
        old = earlier.get(cell.get("id"))
        if old is not None and measures_time(cell) and old.source == cell.source and old.outputs:
            cell.outputs = old.outputs
    return notebook


def measures_time(cell):
    """Whether nbval is told to look away: the mark of cells whose output is a timing."""
    tags = cell.metadata.get("tags", [])
    marked = "NBVAL_IGNORE_OUTPUT" in cell.source or "nbval-ignore-output" in tags
    return cell.cell_type == "code" and marked


def leave_unrun(notebook):
    """Take outputs and run numbers away, in place: an exercise is for its learner to run."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    for key in ("widgets", ROUNDING):
        notebook.metadata.pop(key, None)
    return notebook


def join_streams(outputs):
    """What was printed without a break stands in one output, however the kernel sent it."""
    joined = []
    for output in outputs:
        last = joined[-1] if joined else None
        if last and output.output_type == last.output_type == "stream" and output.name == last.name:
            last.text += output.text
        else:
            joined.append(output)
    return joined


def rename_widgets(code_cells, state):
    """Number the widgets in the order in which the page shows them; drop those it never shows."""
    views = [
        output.data[WIDGET_VIEW]
        for cell in code_cells
        for output in cell.outputs
        if WIDGET_VIEW in output.get("data", {})
    ]
    order = {}
    for view in views:
        visit(view["model_id"], state, order)
    while linked := next_link(state, order):
        visit(linked, state, order)
    names = {old: f"{number:032x}" for old, number in order.items()}
    for view in views:
        view["model_id"] = names.get(view["model_id"], view["model_id"])
    return {names[old]: replaced(state[old], names) for old in names}


def references(value):
    """Ids of the models that a piece of widget state points to, in the order of its sorted keys."""
    text = json.dumps(value, sort_keys=True)
    return [part.split('"')[0] for part in text.split('"' + REFERENCE)[1:]]


def visit(model_id, state, order):
    """Number a model and all that it points to, depth first."""
    if model_id in state and model_id not in order:
        order[model_id] = len(order) + 1
        for other in references(state[model_id]):
            visit(other, state, order)


def next_link(state, order):
    """A model that nothing shown points to, but that ties together models that are shown."""
    known = {old: str(number) for old, number in order.items()}
    candidates = {}
    for model_id, model in state.items():
        targets = references(model)
        link = model["model_name"] in ("LinkModel", "DirectionalLinkModel")
        if link and model_id not in order and all(target in order for target in targets):
            candidates[model_id] = json.dumps(replaced(model, known), sort_keys=True)
    return min(candidates, key=lambda model_id: candidates[model_id], default=None)


def replaced(value, names):
    """A copy of widget state with every reference to a model renamed."""
    if isinstance(value, dict):
        return {key: replaced(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [replaced(item, names) for item in value]
    if isinstance(value, str) and value.startswith(REFERENCE):
        old = value[len(REFERENCE) :]
        return REFERENCE + names.get(old, old)
    return value
