"""Judge "predict, then measure": any prediction counts, the measurement must be right."""

from dlcore.grade.compare import close, conform, plain
from dlcore.grade.diagnose import form_symptom, value_symptom
from dlcore.grade.task import Guess

NOT_MEASURED = (
    "You made your prediction; the number that you measured is not the right one for these inputs."
)


def measured(options, measure, mistakes, tolerance=1e-6, names=()):
    """Return a judge for answers (prediction, number, …).

    options: the letters to choose from. measure(*inputs): the number, or a tuple of numbers.
    mistakes: pairs (sentence, what a mistake gives for the inputs), tried in order.
    names: what the numbers are called; for an unknown mistake the first that is wrong is named.
    """

    def judge(answer, *inputs):
        right = plain(measure(*inputs))
        right = right if isinstance(right, tuple) else (right,)
        count = len(right) + 1
        if not isinstance(answer, tuple) or len(answer) != count:
            return f"Return {count} values: your prediction first, then what you measured."
        letter, *rest = answer
        if not isinstance(letter, str) or letter.strip() not in options:
            return f"The first value is your prediction: one of {', '.join(map(repr, options))}."
        found = conform(tuple(rest), right)
        if close(found, right, tolerance):
            return None
        return symptom(found, right, inputs)

    def symptom(found, right, inputs):
        form = form_symptom(found, right, names)
        general = form or value_symptom([found], [right], tolerance) or unknown(found, right)
        mistaken = [sentence for sentence, mistake in mistakes if made(mistake, found, inputs)]
        return Guess(mistaken, general) if mistaken else general

    def made(mistake, found, inputs):
        wrong = plain(mistake(*inputs))
        return close(found, wrong if isinstance(wrong, tuple) else (wrong,), tolerance)

    def unknown(found, right):
        for name, mine, asked in zip(names, found, right):
            if not close(mine, asked, tolerance):
                return f"{NOT_MEASURED} Look at the {name} first."
        return NOT_MEASURED

    return judge
