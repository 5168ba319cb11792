"""Solutions of 22.4 to 22.6, parts taken out, tables and pieces: one right, many wrong ones."""

import torch


def why_recalled(whole, off, chance):
    starts = range(len(whole))
    own = whole.double().mean(1).tolist()
    without = off.double().mean(2).tolist()
    learned = [n for n in starts if own[n] >= (1 + chance) / 2 - 1e-9]
    lost = [sum(part[n] < (own[n] + chance) / 2 - 1e-9 for n in learned) for part in without]
    state, window, together = (2 * count > len(learned) for count in lost)
    verdict = "neither"
    if not learned:
        verdict = "unlearned"
    elif state and window:
        verdict = "both"
    elif state:
        verdict = "state"
    elif window:
        verdict = "window"
    elif together:
        verdict = "either"
    return verdict, len(learned), lost


def table_errors(keys, values, rounds):
    k = keys / keys.norm(dim=1, keepdim=True)
    total = torch.zeros(values.shape[1], keys.shape[1]).double()
    table = torch.zeros(values.shape[1], keys.shape[1]).double()
    for _ in range(rounds):
        for key, value in zip(k, values):
            total = total + value[:, None] * key
            table = table + (value - table @ key)[:, None] * key
    of_sum, of_delta = (((k @ S.T - values) ** 2).sum().item() for S in (total, table))
    return "c", of_sum, of_delta


def read_text(keys, values, queries, lr, momentum, forget, chunk):
    table = torch.zeros(values.shape[1], keys.shape[1]).double()
    surprise, answers = torch.zeros_like(table), torch.zeros_like(values)
    for start in range(0, len(keys), chunk):
        k, v, q = (x[start : start + chunk] for x in (keys, values, queries))
        answers[start : start + chunk] = q @ table.T
        gradient = (k @ table.T - v).T @ k
        surprise = momentum * surprise - lr * gradient
        table = (1 - forget) * table + surprise
    return answers, table


REFERENCE = {"22.4": why_recalled, "22.5": table_errors, "22.6": read_text}


def counted(
    everyone=False, bar=None, half=None, level=None, edge=1e-9, learned_edge=1e-9, most=None,
    means=False, verdict=None, change=None,
):  # fmt: skip
    """Start by start, with one thing changed."""

    def wrong(whole, off, chance):
        own, without = whole.double().mean(1), off.double().mean(2)
        goal = bar(chance) if bar else chance + (1 - chance) / 2
        fine = own >= goal - learned_edge
        if everyone:
            fine[:] = True
        learned = int(fine.sum())
        middles = half(own, chance) if half else (own + chance) / 2
        if level and learned:
            middles = level(own[fine], chance).expand(len(own))
        breaks = (without < middles - edge) & fine
        lost = breaks.sum(1).tolist()
        missed = [most(n, learned) if most else n > learned / 2 for n in lost]
        if means and learned:
            missed = (without[:, fine].mean(1) < middles[fine].mean()).tolist()
        name = {(True, True): "both", (True, False): "state", (False, True): "window"}.get(
            tuple(missed[:2]), "either" if missed[2] else "neither"
        )
        name = verdict(name, missed) if verdict else name
        found = (name if learned else "unlearned"), learned, lost
        return change(*found) if change else found

    return wrong


OTHER = {"state": "window", "window": "state"}


def tables(unit=True, again=True, anew=False, batch=False, back=False, last=False, seen=False,
           out=None):  # fmt: skip
    """The errors pair by pair, with one thing changed."""

    def wrong(keys, values, rounds):
        k = torch.nn.functional.normalize(keys, dim=1) if unit else keys
        total = values.T @ k * (rounds if again else 1)
        table = torch.zeros_like(total)
        for _ in range(rounds):
            table = torch.zeros_like(table) if anew else table
            start, missed = table.clone(), 0.0
            for n in reversed(range(len(k))) if back else range(len(k)):
                miss = values[n] - (start if batch else table) @ k[n]
                missed += (miss**2).sum().item()
                table = table + torch.outer(miss, k[n])
        kept = slice(-1, None) if last else slice(None)
        found = [((k @ S.T - values)[kept] ** 2).sum().item() for S in (total, table)]
        found[1] = missed if seen else found[1]
        return ("a", *(out(found, values) if out else found))

    return wrong


def by_rows(rest=True, past=True, fresh=True, kept=True, inside=False, mean=False, change=None):
    """Row by row; rest to kept: the sheet's bugs, if False."""

    def wrong(keys, values, queries, lr, momentum, forget, chunk):
        T = len(keys) if rest else len(keys) // chunk * chunk
        S = torch.zeros(values.shape[1], keys.shape[1]).double()
        surprise, answers = S * 0, values * 0
        for start in range(0, T, chunk):
            rows = range(start, min(T, start + chunk))
            gradient, moving = S * 0, S.clone()
            for t in rows:
                step = torch.outer(moving @ keys[t] - values[t], keys[t])
                gradient = gradient + step
                moving = moving - lr * step if inside else moving
            gradient = gradient / len(rows) if mean else gradient
            old, new = momentum * surprise, lr * gradient
            surprise = old - new if fresh else old - momentum * new
            fresh_table = S - forget * S + surprise if kept else (1 - forget) * (S + surprise)
            for t in rows:
                answers[t] = (S if past else fresh_table) @ queries[t]
            S = fresh_table
        return change(answers, S) if change else (answers, S)

    return wrong


WRONG = {
    "22.4": [
        (counted(everyone=True), "starts that have not learned"),
        (counted(bar=lambda chance: 0.5), "not from a half on"),
        (counted(half=lambda own, chance: own / 2), "measured from 0"),
        (counted(level=lambda own, chance: (own.mean() + chance) / 2), "its \\*own\\* share"),
        (counted(edge=-1e-9), "just in the middle"),
        (counted(learned_edge=-1e-9), "just at half of the way"),
        (counted(most=lambda n, learned: 2 * n >= learned), "just half is not enough"),
        (counted(means=True), "The starts are counted"),
        (
            counted(verdict=lambda name, missed: "neither" if name == "either" else name),
            "missed together",
        ),
        (counted(verdict=lambda name, missed: OTHER.get(name, name)), "are exchanged"),
        (
            counted(verdict=lambda name, missed: "either" if missed[2] else "neither"),
            "the run without both alone",
        ),
        (counted(change=lambda name, n, lost: ("both", n, lost)), "does not follow from them"),
        (counted(change=lambda name, n, lost: (name, n, [x + 1 for x in lost])), "`lost` is not"),
        (counted(change=lambda name, n, lost: (name, n + 1, lost)), "`learned` is not right"),
        (lambda *inputs: why_recalled(*inputs)[:2], "3 values|asked for"),
    ],
    "22.5": [
        (tables(unit=False), "not the length 1"),
        (tables(again=False), "that of one reading"),
        (tables(anew=True), "emptied before each round"),
        (tables(batch=True), "all pairs of a round at once"),
        (tables(back=True), "the last pair first"),
        (tables(seen=True), "before each writing"),
        (tables(last=True), "of the last pair alone"),
        (tables(out=lambda found, v: [x**0.5 for x in found]), "are roots"),
        (tables(out=lambda found, v: [x / v.numel() for x in found]), "over all numbers"),
        (tables(out=lambda found, v: [x / len(v) for x in found]), "over the pairs"),
        (tables(out=lambda found, v: [x / 2 for x in found]), "are halves"),
        (tables(out=lambda found, v: found[::-1]), "are exchanged"),
        (tables(out=lambda found, v: [found[0] + 1, found[1]]), "Look at the of_sum first"),
        (tables(out=lambda found, v: [found[0], found[1] + 1]), "Look at the of_delta first"),
        (lambda *inputs: ("d", *table_errors(*inputs)[1:]), "your prediction"),
        (lambda *inputs: table_errors(*inputs)[1:], "Return 3 values"),
    ],
    "22.6": [
        (by_rows(rest=False, past=False, fresh=False, kept=False), "no whole piece"),
        (by_rows(rest=False), "no whole piece"),
        (by_rows(past=False, fresh=False, kept=False), "answered before it is written"),
        (by_rows(past=False), "answered before it is written"),
        (by_rows(fresh=False, kept=False), "belongs to the old surprise"),
        (by_rows(fresh=False), "belongs to the old surprise"),
        (by_rows(kept=False), "a part of the \\*old\\* table"),
        (by_rows(inside=True), "as it was before the piece"),
        (by_rows(mean=True), "are added up"),
        (by_rows(change=lambda answers, table: (answers + 1, table)), "the answers are not"),
        (by_rows(change=lambda answers, table: (answers, table + 1)), "at the end is not"),
        (lambda *inputs: read_text(*inputs)[0], "2 values|asked for|pair"),
    ],
}
