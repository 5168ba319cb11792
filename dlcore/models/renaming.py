"""2019, Thomas Wolf and others: the same weights under other names (chapter 18).

T. Wolf and others, HuggingFace's Transformers: State-of-the-art natural language processing (2019),
https://arxiv.org/abs/1910.03771. Their package `transformers` and this one build the same networks
from parts with different names. A table {our name: theirs} carries weights across:

    "layers.#.linear1.":         "encoder.layer.#.intermediate.dense.",
    "layers.#.self_attn.in_proj_": ("encoder.layer.#.attention.self.query.", "….key.", "….value."),

# is the number of a layer; an entry ending in "." or "_" holds for all names that begin so; where
several of theirs stand, they are stacked row upon row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import torch

from dlcore.layers import Module

Table = dict[str, "str | tuple[str, ...]"]


def load_renamed(
    model: Module, state: dict[str, torch.Tensor], table: Table, unused: Iterable[str] = ()
) -> None:
    """Copy into `model` the weights that `state` has under the names which `table` gives.

    unused: names in `state` that repeat another weight. Raises ValueError, before anything is
    changed, for names that are missing or left over and for shapes that differ.
    """
    sources = {name: names_of(name, table) for name in model.state_dict()}
    wanted = {name for names in sources.values() for name in names}
    missing, unknown = wanted - state.keys(), state.keys() - wanted - set(unused)
    if missing or unknown:
        raise ValueError(
            f"these are not the weights of such a {type(model).__name__}: missing "
            f"{sorted(missing)}, unknown {sorted(unknown)}; compare the number of layers and heads"
        )
    found = {
        name: torch.cat([state[source] for source in names]) if names[1:] else state[names[0]]
        for name, names in sources.items()
    }
    model.load_state_dict(found)


def names_of(name: str, table: Table) -> list[str]:
    """The names under which `transformers` keeps what is called `name` here."""
    number = next(iter(re.findall(r"\.(\d+)\.", name)), "")
    pattern = re.sub(r"\.\d+\.", ".#.", name, count=1)
    for ours, theirs in table.items():
        whole = not ours.endswith((".", "_"))
        if pattern == ours or (not whole and pattern.startswith(ours)):
            rest = pattern[len(ours) :]
            theirs = (theirs,) if isinstance(theirs, str) else theirs
            return [part.replace("#", number) + rest for part in theirs]
    raise ValueError(f"the table of names has no entry for {name}")
