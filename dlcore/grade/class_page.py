"""The class report: one HTML page with what was reached, what went wrong, and what did not run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape
from statistics import median
from typing import Any

from dlcore.grade.submission import printable
from dlcore.study.palette import AMBER, GREEN, GRID, INK, MUTED, PAPER, VERMILION

MOST_SYMPTOMS = 5
STATES = {"right": ("right", GREEN), "wrong": ("wrong", VERMILION), "open": ("not begun", AMBER)}
UNRUN = ("did not run", MUTED)
STYLE = f"""
body {{ background: {PAPER}; color: {INK}; font: 16px/1.5 system-ui, sans-serif;
       max-width: 50rem; margin: 2rem auto; padding: 0 1rem }}
h1, h2 {{ line-height: 1.2 }} h2 {{ margin-top: 2.2rem }}
.bar {{ display: flex; height: 1.6rem; border-radius: 4px; overflow: hidden; background: {GRID} }}
.bar span {{ color: {PAPER}; font-weight: 600; padding: 0 .5rem; overflow: hidden }}
.key span {{ color: {PAPER}; border-radius: 4px; padding: .1rem .5rem; font-size: .85rem }}
.columns {{ display: flex; align-items: flex-end; gap: 2px; border-bottom: 1px solid {MUTED} }}
.columns div {{ flex: 1; text-align: center; font-size: .8rem }}
.columns i {{ display: block; background: {GREEN}; border-radius: 3px 3px 0 0 }}
.scale {{ display: flex; gap: 2px; color: {MUTED}; font-size: .8rem }}
.scale span {{ flex: 1; text-align: center }}
table {{ border-collapse: collapse; width: 100% }} td, th {{ text-align: left; padding: .2rem .6rem;
       border-bottom: 1px solid {GRID}; vertical-align: top; overflow-wrap: anywhere }}
td.n, th.n {{ text-align: right; white-space: nowrap }}
"""


def class_page(results: Sequence[dict[str, Any]], failures: Sequence[str] = ()) -> str:
    """Return the report on a class as one self-contained page."""
    body = [f"<h1>Marks of {len(results)} submissions</h1>"]
    if results:
        totals = sorted(result["points"] for result in results)
        mean, top = sum(totals) / len(totals), results[0]["max"]
        body.append(
            f"<p>Of {top} points: mean {mean:.1f}, median {median(totals):g}, "
            f"lowest {totals[0]}, highest {totals[-1]}.</p>"
        )
        body += [_histogram(totals, top), "<h2>Tasks</h2>", _key()]
        body += [_task(number, results) for number in range(len(results[0]["tasks"]))]
    body += [_failures(results, failures), _all_marks(results)]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>Class report</title>'
        f"<style>{STYLE}</style></head>\n<body>\n" + "\n".join(body) + "\n</body></html>\n"
    )


def _histogram(totals: Sequence[int], top: int) -> str:
    """How many submissions reached how many points."""
    counts = Counter(totals)
    width = max(1, -(-(top + 1) // 20))  # points per column, so that there are at most 20 columns
    starts = range(0, top + 1, width)
    heights = [sum(counts[start + step] for step in range(width)) for start in starts]
    columns = [
        f'<div>{count or ""}<i style="height:{7 * count / max(heights):.2f}rem"></i></div>'
        for count in heights
    ]
    scale = [f"<span>{start}</span>" for start in starts]
    return (
        "<h2>Points</h2>\n<p>Submissions by their number of points.</p>"
        f'<div class="columns">{"".join(columns)}</div><div class="scale">{"".join(scale)}</div>'
    )


def _key() -> str:
    """What the colours of the bars say."""
    colours = [*STATES.values(), UNRUN]
    words = [f'<span style="background:{colour}">{word}</span>' for word, colour in colours]
    return f'<p class="key">{" ".join(words)}</p>'


def _task(number: int, results: Sequence[dict[str, Any]]) -> str:
    """How one task was answered, and its most common symptoms."""
    rows = [result["tasks"][number] for result in results]
    counts = Counter("unrun" if result["problem"] else row["state"]
                     for row, result in zip(rows, results))  # fmt: skip
    parts = [
        f'<span style="flex:{counts[state]};background:{colour}">{counts[state]} {word}</span>'
        for state, (word, colour) in {**STATES, "unrun": UNRUN}.items()
        if counts[state]
    ]
    title = f"{rows[0]['id']} {rows[0]['title']} ({rows[0]['max']} points)"
    symptoms = Counter(
        row["symptom"]
        for row, result in zip(rows, results)
        if row["state"] == "wrong" and not result["problem"]
    )
    items = [
        f'<tr><td class="n">{count}×</td><td>{escape(printable(text))}</td></tr>'
        for text, count in symptoms.most_common(MOST_SYMPTOMS)
    ]
    table = f"<table>{''.join(items)}</table>" if items else ""
    return f'<h3>{escape(title)}</h3><div class="bar">{"".join(parts)}</div>{table}'


def _failures(results: Sequence[dict[str, Any]], failures: Sequence[str]) -> str:
    """What did not run, and cells that failed."""
    rows = [("", failure) for failure in failures]
    for result in results:
        told = [result["problem"], *result["notes"]]
        rows += [(result["name"], text) for text in told if text]
    if not rows:
        return "<h2>Failures to run</h2><p>None: every cell of every submission ran.</p>"
    lines = [_row(name, text) for name, text in rows]
    return f"<h2>Failures to run</h2><table>{''.join(lines)}</table>"


def _row(name: str, text: str) -> str:
    return f"<tr><td>{escape(printable(name))}</td><td>{escape(printable(text))}</td></tr>"


def _all_marks(results: Sequence[dict[str, Any]]) -> str:
    """Every submission's points per task."""
    if not results:
        return ""
    tasks = "".join(f'<th class="n">{escape(row["id"])}</th>' for row in results[0]["tasks"])
    lines = [f'<tr><th>submission</th>{tasks}<th class="n">sum</th></tr>']
    for result in results:
        cells = "".join(f'<td class="n">{row["points"]}</td>' for row in result["tasks"])
        name = escape(printable(result["name"]))
        lines.append(f'<tr><td>{name}</td>{cells}<td class="n">{result["points"]}</td></tr>')
    return f"<h2>All marks</h2><table>{''.join(lines)}</table>"
