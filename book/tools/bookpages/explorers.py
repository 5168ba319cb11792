"""Makes the explorers of a notebook into plain HTML: a native slider and its frames as files.

In JupyterLab an explorer is a tree of widgets; their state lies in the notebook's metadata.
"""

import base64
import hashlib
import json
import re
from html import escape, unescape
from pathlib import Path
from typing import NamedTuple

from .claims import MIME as CLAIM
from .claims import notebook_of
from .figures import png_size

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
FOLDER = "_images/frames"
IMAGE = re.compile(r'alt="([^"]*)".*src="data:image/png;base64,([^"]*)"', re.DOTALL)


class Slider(NamedTuple):
    """A parameter that the reader moves: its name, its values as text, where it starts."""

    label: str
    values: list[str]
    start: int


class Frame(NamedTuple):
    """A picture of the explorer as PNG and in words."""

    png: bytes
    alt: str

    @property
    def name(self):
        return f"{hashlib.sha256(self.png).hexdigest()[:24]}.png"

    @property
    def size(self):
        """(width, height) in pixels, as the file's head states them."""
        return png_size(self.png)


class Explorer(NamedTuple):
    """One or two sliders, the pause in ms between the frames of Play, and a frame for each case.

    The frames of two sliders stand row by row: the first slider says which row.
    """

    sliders: list[Slider]
    pause: int
    frames: list[Frame]

    @property
    def first(self):
        """Place of the frame at which the sliders start."""
        place = 0
        for slider in self.sliders:
            place = place * len(slider.values) + slider.start
        return place


def prepare(app, docname, source):
    """Before a notebook is rendered: make explorers HTML, leave out what is not to be shown."""
    if Path(app.env.doc2path(docname)).suffix != ".ipynb":
        return
    notebook = json.loads(source[0])
    folder = "../" * docname.count("/") + FOLDER
    state = widget_state(notebook)
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            data.pop(CLAIM, None)  # the page shows its HTML form
            if VIEW in data:
                data["text/html"] = page_form(read(state, data.pop(VIEW)["model_id"]), folder)
    notebook["metadata"].pop("widgets", None)
    source[0] = json.dumps(notebook)


def write_frames(app, problem):
    """Put every explorer's frames into the finished site."""
    if problem or app.builder.name != "html":
        return
    folder = Path(app.outdir) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for docname in app.env.found_docs:
        path = Path(app.env.doc2path(docname))
        if path.suffix == ".ipynb":
            for explorer in explorers_of(notebook_of(path)):
                for frame in explorer.frames:
                    (folder / frame.name).write_bytes(frame.png)


def widget_state(notebook):
    """{id: model} of a notebook's widgets."""
    return notebook["metadata"].get("widgets", {}).get(STATE, {}).get("state", {})


def explorers_of(notebook):
    """The explorers in a notebook's outputs, in reading order."""
    outputs = [out for cell in notebook["cells"] for out in cell.get("outputs", [])]
    views = [out["data"][VIEW] for out in outputs if VIEW in out.get("data", {})]
    state = widget_state(notebook)
    return [read(state, view["model_id"]) for view in views]


def read(state, root):
    """The explorer whose outermost widget is `root`; ValueError if it is no explorer."""

    def model(reference):
        return state[reference.removeprefix("IPY_MODEL_")]["state"]

    def parts(box):
        return [model(child) for child in box["children"]]

    try:
        controls, stack = parts(model(root))
        play, column = parts(controls)
        sliders = [
            Slider(each["description"], list(each["_options_labels"]), each["index"])
            for each in parts(column)
        ]
        rows = [parts(row) if "children" in row else [row] for row in parts(stack)]
        frames = [_frame(each["value"]) for row in rows for each in row]
        return Explorer(sliders, play["interval"], frames)
    except (KeyError, ValueError, AttributeError) as problem:
        raise ValueError(
            f"the page can show widgets only as explore() makes them; {root}: {problem!r}"
        ) from None


def _frame(value):
    [(alt, code)] = IMAGE.findall(value)
    return Frame(base64.b64decode(code), unescape(alt))


def page_form(explorer, folder):
    """HTML of an explorer: controls for readers with scripts, the frame that it starts with."""
    first = explorer.frames[explorer.first]
    width, height = first.size
    controls = "".join(_slider_form(slider) for slider in explorer.sliders)
    frames = [[f"{folder}/{frame.name}", frame.alt] for frame in explorer.frames]
    data = json.dumps(
        {"values": [slider.values for slider in explorer.sliders], "frames": frames},
        ensure_ascii=False, separators=(",", ":"),
    ).replace("</", r"<\/")  # fmt: skip
    return (
        f'<div class="dl-explorer" data-pause="{explorer.pause}"><div class="dl-controls">'
        '<button type="button" class="dl-button dl-play" aria-label="Play: '
        f'{escape(explorer.sliders[0].label)}">Play</button><div>{controls}</div></div>'
        f'<img src="{folder}/{first.name}" alt="{escape(first.alt)}" width="{width}"'
        f' height="{height}" loading="lazy"><script type="application/json">{data}</script></div>'
    )


def _slider_form(slider):
    shown = escape(slider.values[slider.start])
    return (
        f'<label><span>{escape(slider.label)}</span> <b aria-hidden="true">{shown}</b> <input'
        f' type="range" min="0" max="{len(slider.values) - 1}" value="{slider.start}"'
        f' aria-valuetext="{shown}" autocomplete="off"></label>'
    )
