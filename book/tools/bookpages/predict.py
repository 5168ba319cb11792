"""Marks each Predict and what the page keeps back until the reader has answered it.

The page's script makes buttons of the options. Without it, and on paper, all is open.
"""

import hashlib
import re
from html import escape
from typing import NamedTuple

from docutils import nodes

from .mathematics import FORMULA

LETTER = re.compile(r"\s*\(([a-d])\)")
RECAP = "What you now know"


class Question(NamedTuple):
    """A Predict in its section: the places of question, options and explanation, what is right."""

    start: int
    options: int
    end: int
    right: str


def keep_back(app, doctree):
    """Frame each Predict and what answers it; give the chapter a line that counts."""
    count = 0
    for section in list(doctree.findall(nodes.section)):
        for question in reversed(questions(section.children)):
            mark(section, question)
            count += 1
    if count:
        place_score(doctree, count)


def questions(children):
    """The Predicts among a section's children that have lettered options and an explanation."""
    found = []
    for start, node in enumerate(children):
        if not is_question(node):
            continue
        options = next((i for i in range(start, len(children)) if has_letters(children[i])), None)
        end = explanation(children, start + 1)
        if options is None or end is None or options > end[0]:
            continue
        opening, closing = end
        right = LETTER.match(" ".join(n.astext() for n in children[opening + 1 : closing]))
        if right:
            found.append(Question(start, options, closing, right.group(1)))
    return found


def is_question(node):
    """True for a paragraph that opens with a bold Predict."""
    words = node.children if isinstance(node, nodes.paragraph) else []
    first = next((word for word in words if word.astext()), None)
    return isinstance(first, nodes.strong) and first.astext().startswith("Predict")


def has_letters(node):
    """True for a list whose items are (a), (b), …"""
    if not isinstance(node, nodes.bullet_list):
        return False
    found = [LETTER.match(item.astext()) for item in node.children]
    return [m and m.group(1) for m in found] == list("abcd")[: len(found)] and len(found) > 1


def explanation(children, start):
    """Places where the next Explain opens and closes, None if another Predict comes before it."""
    opening = None
    for i, node in enumerate(children[start:], start):
        text = node.astext() if isinstance(node, nodes.raw) else ""
        if opening is None and is_question(node):
            return None
        if opening is None and re.match(r"<details>\s*<summary>Explain</summary>", text):
            opening = i
        if opening is not None and "</details>" in text:
            return opening, i
    return None


def mark(section, question):
    """Set a frame around the question and one around what is kept back."""
    children = section.children
    asked = children[question.start].astext().encode()
    name = hashlib.sha256(asked).hexdigest()[:8]  # the reader's answer outlives other changes
    children[question.options]["classes"].append("dl-options")
    for formula in list(children[question.options].findall(nodes.math)):
        formula.parent.replace(formula, in_words(formula))
    frame = f'<div class="dl-predict" data-question="{name}" data-right="{question.right}">'
    section[question.start : question.end + 1] = [
        html(frame),
        *children[question.start : question.options + 1],
        html('</div><div class="dl-kept">'),
        *children[question.options + 1 : question.end + 1],
        html("</div>"),
    ]


def in_words(formula):
    """A formula for eyes and its words for ears: a button's name is made of its text alone."""
    words = FORMULA.aloud(formula.astext())
    said = f'</span><span class="visually-hidden">{escape(words)}</span>'
    return [html('<span aria-hidden="true">'), formula, html(said)]


def place_score(doctree, count):
    """Put the line that counts into the recapitulation, else at the page's end."""
    sections = list(doctree.findall(nodes.section))
    recap = [s for s in sections if s.children[0].astext().startswith(RECAP)]
    line = html(f'<div class="dl-score" data-questions="{count}" hidden></div>')
    if recap:
        recap[0].insert(1, line)
    elif sections:
        sections[0].append(line)


def html(text):
    return nodes.raw("", text, format="html")
