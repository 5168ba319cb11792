"""Measure every reader of digits of the book, from 1805 to 2023, on the same examples.

python book/tools/eras.py          all of them, in two processes, into book/eras.json; make eras
python book/tools/eras.py LeNet    only those whose names hold these words

The 1,797 bundled digits are split five times, by the seeds 0 to 4: 1,297 to learn from, 500 to be
judged by. Each reader's setting is chosen among a few, once: learned from 1,000 digits of the first
split's 1,297 and judged by the other 297. Nets take 40 passes of Adam in batches of 32. Seconds are
those of one processor, the median of the five runs.
"""

from __future__ import annotations

import json
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from statistics import median
from typing import Any

import torch
from era_nets import NETS
from era_readers import READERS, Reader
from tqdm import tqdm

from dlcore.data import digits, split

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "book" / "eras.json"
ALL = {reader.name: reader for reader in [*READERS, *NETS]}
SEEDS = range(5)
TEST, CHOOSING, WORKERS = 500, 297, 2


def chosen(reader: Reader) -> tuple[object, list[int]]:
    """The setting that reads most of the validation part, the first of equals; what each read."""
    if len(reader.settings) == 1:
        return reader.settings[0], []
    data = digits(TEST, seed=0)
    sizes = (len(data.x_train) - CHOOSING, CHOOSING)
    (x, y), (x_held, y_held) = split(data.x_train, data.y_train, sizes=sizes, seed=0)
    right = [
        int((reader.learn(x, y, setting, 0).answer(x_held) == y_held).sum())
        for setting in reader.settings
    ]
    return reader.settings[right.index(max(right))], right


def measured(name: str) -> dict[str, Any]:
    """A row of the table."""
    torch.set_num_threads(1)
    reader = ALL[name]
    setting, validation = chosen(reader)
    right, seconds = [], []
    for seed in SEEDS:
        data = digits(TEST, seed=seed)
        start = time.process_time()
        reading = reader.learn(data.x_train, data.y_train, setting, seed)
        seconds.append(time.process_time() - start)
        right.append(int((reading.answer(data.x_test) == data.y_test).sum()))
    return {
        "name": name, "settings": reader.settings, "validation": validation, "setting": setting,
        "right": right, "parameters": reading.parameters, "operations": reading.operations,
        "seconds": float(f"{median(seconds):.2g}"),
    }  # fmt: skip


def told(reader: Reader) -> dict[str, Any]:
    """What is known of a reader without a measurement."""
    return {key: getattr(reader, key) for key in ("year", "chapter", "idea", "name", "symbol")}


def wanted(words: list[str]) -> list[str]:
    """The names of the readers that hold one of these words; all without words."""
    found = [name for name in ALL if not words or any(word in name for word in words)]
    if not found:
        sys.exit(f"no reader is called {' or '.join(words)}: there are {', '.join(ALL)}")
    return found


def keep(rows: list[dict[str, Any]]) -> None:
    """Put these rows in the place of those of the same readers, in the order of their years."""
    old = json.loads(KEPT.read_text()) if KEPT.exists() else []
    by_name = {row["name"]: row for row in [*old, *rows]}
    order = sorted(ALL.values(), key=lambda reader: reader.year)
    lines = [
        json.dumps(by_name[reader.name] | told(reader), ensure_ascii=False)
        for reader in order
        if reader.name in by_name
    ]
    KEPT.write_text("[\n" + ",\n".join(lines) + "\n]\n")


def main(*words: str) -> None:
    os.environ["OMP_NUM_THREADS"] = "1"
    names = wanted(list(words))
    with ProcessPoolExecutor(WORKERS) as pool:
        runs = [pool.submit(measured, name) for name in names]
        for run in tqdm(as_completed(runs), total=len(runs)):
            row = run.result()
            keep([row])
            share = sum(row["right"]) / (len(SEEDS) * TEST)
            tqdm.write(f"{row['name']:40} {100 * share:.1f} %, {row['setting']}")


if __name__ == "__main__":
    main(*sys.argv[1:])
