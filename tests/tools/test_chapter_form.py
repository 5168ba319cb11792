"""Each rule of a chapter's form is kept by a good example and broken by a bad one."""

import chapter_form
import nbformat
import pytest

ASK = "**Predict.** How many?\n\n- (a) one\n- (b) two"
EXPLAIN = "<details><summary>Explain</summary>\n\n(b). Two, we saw.\n\n</details>\n\nOn we go."
FOLDED = {"tags": ["hide-input"]}


def words(source):
    return nbformat.v4.new_markdown_cell(source)


def code(source, **metadata):
    return nbformat.v4.new_code_cell(source, metadata=metadata)


def faults(rule, *cells):
    return "\n".join(rule(nbformat.v4.new_notebook(cells=list(cells))))


def test_a_line_has_84_characters():
    rule = chapter_form.lines_fit_the_page
    assert faults(rule, code("x" * 84)) == ""
    assert "a line of 85 characters" in faults(rule, code("y\n" + "x" * 85))


def test_a_prediction_is_asked_run_and_explained():
    rule = chapter_form.predictions_are_asked_first
    assert faults(rule, words("Text.\n\n" + ASK), code("run()"), words(EXPLAIN)) == ""


@pytest.mark.parametrize(
    ("cells", "complaint"),
    [
        (["**Predict.** How? (a) one (b) two", EXPLAIN], "should be a list"),
        (["**Predict.** How?\n\n- (a) one\n- (c) two", EXPLAIN], "should be a list"),
        ([ASK + "\n\nMore.", EXPLAIN], "should end the cell"),
        ([ASK, "Something else."], "open with the answer's letter"),
        ([ASK, EXPLAIN.replace("(b)", "(c)")], "open with the answer's letter"),
        ([ASK, EXPLAIN.replace("(b). ", "")], "open with the answer's letter"),
    ],
)
def test_a_prediction_in_another_form_is_caught(cells, complaint):
    ask, explain = cells
    rule = chapter_form.predictions_are_asked_first
    assert complaint in faults(rule, words(ask), code("run()"), words(explain))


def test_a_prediction_without_a_run_is_caught():
    rule = chapter_form.predictions_are_asked_first
    assert "a run should stand between" in faults(rule, words(ASK), words(EXPLAIN))


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        ("(b). Because it moves.", False),
        ("(b). The reason is noise.", False),
        ("(b). Because it moves; this is our guess.", True),
        ("(b). Because it moves. <!-- because: control -->", True),
        ("(b). Because it moves. <!-- because: derived -->", True),
        ("(b). Because it moves. <!-- because: I say so -->", False),
        ("(b). It moves.", True),
    ],
)
def test_a_reason_has_its_control(text, fine):
    cell = words(f"<details><summary>Explain</summary>\n\n{text}\n\n</details>")
    assert (faults(chapter_form.reasons_are_tested, cell) == "") is fine


def test_a_reason_outside_of_what_unfolds_is_prose():
    cell = words("Because it rained.\n\n<details>x</details>")
    assert faults(chapter_form.reasons_are_tested, cell) == ""


def claimed(times, kind="finding"):
    cell = code(f"claim('a', True, '1', kind={kind!r})")
    data = {chapter_form.CLAIM_DATA: {"claim": "a", "kind": kind}}
    cell.outputs = [nbformat.v4.new_output("display_data", data=data) for _ in range(times)]
    return cell


def test_claims_say_their_kind_and_findings_are_few():
    rule = chapter_form.claims_say_their_kind
    assert faults(rule, claimed(15), claimed(9, "check")) == ""
    assert "16 findings; a chapter has at most 15" in faults(rule, claimed(16))
    assert "claim(kind=…) is missing" in faults(rule, code("claim('a', True)"))


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("for n in range(3):\n    fit(n)\ndraw.lines(x)", "works and shows"),
        ("def train():\n    for n in x:\n        n()\n\n\nclaim('a', True)", "defines and shows"),
        ("def frame(n):\n    return draw.bars(n)\n\n\nexplore(frame, n=[1])", ""),
        ("for n in range(3):\n    claim('a', True)", ""),
    ],
)
def test_a_cell_does_one_thing(source, complaint):
    found = faults(chapter_form.cells_do_one_thing, code("setup"), code(source, **FOLDED))
    assert complaint in found
    assert bool(complaint) == bool(found)


def test_reading_time_counts_open_words_and_lines():
    trip = [words("### Side trip: b\n\n" + "word " * 400), code("x\n" * 50), words("## Road")]
    cells = [words("word " * 200), code("x\n" * 20), code("x\n" * 90, **FOLDED), *trip]
    book = nbformat.v4.new_notebook(cells=cells)
    assert chapter_form.reading_minutes(book) == pytest.approx(1 + 2 / 200 + 3)


@pytest.mark.parametrize(("told", "fine"), [(4, True), (5, True), (2, False), (7, False)])
def test_reading_time_is_told_within_a_quarter(told, fine):
    line = f"**Time.** About {told} minutes to read; 3 s to run on two cores."
    cells = words(f"# A\n\n{line}\n\n" + "word " * 800), code("x")
    assert (faults(chapter_form.reading_time_is_told, *cells) == "") is fine
    assert "lacks the line" in faults(chapter_form.reading_time_is_told, words("# A"))


def closing(*heads, questions=3):
    asked = "<details><summary>1. Why?</summary>So.</details>\n\n" * questions
    return words("\n\n".join(f"## {h}\n\n{asked if 'know' in h else 'Text.'}" for h in heads))


def test_a_chapter_closes_in_order():
    rule = chapter_form.the_end_is_in_order
    assert faults(rule, closing(*chapter_form.ENDING)) == ""
    assert "should close with" in faults(rule, closing(*reversed(chapter_form.ENDING)))
    assert "should close with" in faults(rule, closing(*chapter_form.ENDING[1:]))
    assert "has 2 questions" in faults(rule, closing(*chapter_form.ENDING, questions=2))


def test_what_is_to_be_filled_in_is_found():
    rule = chapter_form.nothing_is_left_to_fill
    assert faults(rule, words("## By hand"), code("x = 1")) == ""
    assert "cell 1 still holds TODO: x = 1" in faults(rule, words("a"), code("x = 1  # TODO"))


def test_rules_are_all_tested():
    with open(__file__) as file:
        tested = file.read()
    assert [rule.__name__ for rule in chapter_form.RULES if rule.__name__ not in tested] == []
