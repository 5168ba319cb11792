"""Solutions of 15.4 to 15.6, paths and looks: one right, many wrong ones."""

import torch


def spikes(log_probs, blank):
    labels, begins, peaks, before = [], [], [], blank
    for t, label in enumerate(log_probs.argmax(1).tolist()):
        if label != blank:
            if label != before:
                labels.append(label)
                begins.append(t)
                peaks.append(t)
            elif log_probs[t, label] > log_probs[peaks[-1], label]:
                peaks[-1] = t
        before = label
    return labels, begins, peaks


def blanks(target, steps):
    states = [0]
    for label in target:
        states += [label, 0]
    counts = [(1, 0)] + [(0, 0)] * (len(states) - 1)
    for _ in range(steps):
        new = []
        for k, state in enumerate(states):
            known = [counts[k]]
            if k >= 1:
                known.append(counts[k - 1])
            if k >= 2 and state != 0 and state != states[k - 2]:
                known.append(counts[k - 2])
            paths = sum(found[0] for found in known)
            new.append((paths, sum(found[1] for found in known) + paths * (state == 0)))
        counts = new
    paths = sum(found[0] for found in counts[-2:])
    silent = sum(found[1] for found in counts[-2:])
    return "b", paths, silent / (paths * steps) if paths else 0.0


def looks(queries, keys, v, rows, behind, ahead):
    weights, m = torch.zeros(len(queries), len(keys)).double(), 0
    for n, query in enumerate(queries):
        low, high = max(m - behind, 0), m + ahead + 1
        scores = (query + keys[low:high]).tanh() @ v
        e = (scores - scores.max()).exp()
        weights[n, low:high] = e / e.sum()
        total = 0.0
        for place, weight in enumerate(weights[n].tolist()):
            total += weight
            if total >= 0.5:
                m = place
                break
    return weights, weights @ rows


REFERENCE = {"15.4": spikes, "15.5": blanks, "15.6": looks}


def buggy(apart=True, named=True, highest=True, late=False):
    def spikes(log_probs, blank):
        silent = blank if named else 0
        labels, begins, peaks, before = [], [], [], None
        for t, label in enumerate(log_probs.argmax(1).tolist()):
            known = before == label if apart else labels and labels[-1] == label
            if label != silent and not known:
                labels.append(label)
                begins.append(t)
                peaks.append(t)
            elif label != silent:
                best = log_probs[peaks[-1] if highest else begins[-1], label]
                now = log_probs[t, label]
                if now > best or (late and now == best):
                    peaks[-1] = t
            before = label
        return labels, begins, peaks

    return spikes


def peaked(rule):
    """The right labels and begins, with another rule for the peaks."""

    def mistaken(log_probs, blank):
        labels, begins, _ = spikes(log_probs, blank)
        path = [*log_probs.argmax(1).tolist(), None]
        ends = [next(t for t in range(b, len(path)) if path[t] != path[b]) for b in begins]
        places = zip(labels, begins, ends)
        return labels, begins, [rule(log_probs, *found) for found in places]

    return mistaken


def no_runs(log_probs, blank):
    path = log_probs.argmax(1).tolist()
    places = [t for t, label in enumerate(path) if label != blank]
    return [path[t] for t in places], places, places


def once(log_probs, blank):
    labels, begins, peaks = spikes(log_probs, blank)
    first = [n for n, label in enumerate(labels) if label not in labels[:n]]
    return tuple([part[n] for n in first] for part in (labels, begins, peaks))


def late_begins(log_probs, blank):
    labels, _, peaks = spikes(log_probs, blank)
    return labels, peaks, peaks


def counted(needed=True, jumps=True, skips=False, share=None, start=2, letter="b"):
    def blanks(target, steps):
        states = [0]
        for label in target:
            states += [label, 0]
        if start == 1:
            states = states[1:-1] or [0]
        paths, silent = [1, *[0] * (len(states) - 1)], [0] * len(states)
        for step in range(steps):
            new, quiet = [], []
            for k, state in enumerate(states):
                back = [b for b in (0, 1) if k >= b]
                two = k > 1 and jumps and (state or skips)
                if two and (state == 0 or state != states[k - 2] or not needed):
                    back.append(2)
                count = sum(paths[k - b] for b in back)
                if step == 0 and start == 1:
                    count = int(k == 0)
                new.append(count)
                quiet.append(sum(silent[k - b] for b in back) + count * (state == 0))
            paths, silent = new, quiet
        count, all_blanks = sum(paths[-start:]), sum(silent[-start:])
        found = all_blanks / (count * steps) if count else 0.0
        return letter, count, share(found, count, target, steps) if share else found

    return blanks


def looked(window=True, again=True, middle=None, first=0, low=0, high=0, join=None, bend=True):
    def looks(queries, keys, v, rows, behind, ahead):
        weights, m, places = torch.zeros(len(queries), len(keys)).double(), first, len(keys)
        for n, query in enumerate(queries):
            sums = join(query, keys) if join else query + keys
            scores = (sums.tanh() if bend else sums) @ v
            near = [m - behind + low <= t <= m + ahead + high for t in range(places)]
            near = torch.tensor(near)
            if window and again:
                weights[n] = torch.where(near, scores, -torch.inf).softmax(0)
            elif window:
                weights[n] = scores.softmax(0) * near
            else:
                weights[n] = scores.softmax(0)
            half = int((weights[n].cumsum(0) < 0.5).sum())
            m = middle(weights[n], half, max(m - behind, 0)) if middle else half
        return weights, weights @ rows

    return looks


def careless(queries, keys, v, rows, behind, ahead):
    """Exponentials of the scores as they are."""
    weights, m = torch.zeros(len(queries), len(keys)).double(), 0
    for n, query in enumerate(queries):
        low, high = max(m - behind, 0), m + ahead + 1
        e = ((query + keys[low:high]).tanh() @ v).exp()
        weights[n, low:high] = e / e.sum()
        m = int((weights[n].cumsum(0) < 0.5).sum())
    return weights, weights @ rows


def all_then_cut(queries, keys, v, rows, behind, ahead):
    """A softmax over all places, cut to the window and divided by its sum: 0 / 0."""
    weights, m, places = torch.zeros(len(queries), len(keys)).double(), 0, torch.arange(len(keys))
    for n, query in enumerate(queries):
        part = ((query + keys).tanh() @ v).softmax(0)
        part = part * ((places >= m - behind) & (places <= m + ahead))
        weights[n] = part / part.sum()
        m = int((weights[n].cumsum(0) < 0.5).sum())
    return weights, weights @ rows


def zero_scores(queries, keys, v, rows, behind, ahead):
    weights, m, places = torch.zeros(len(queries), len(keys)).double(), 0, torch.arange(len(keys))
    for n, query in enumerate(queries):
        near = (places >= m - behind) & (places <= m + ahead)
        weights[n] = torch.where(near, (query + keys).tanh() @ v, 0.0).softmax(0)
        m = int((weights[n].cumsum(0) < 0.5).sum())
    return weights, weights @ rows


WRONG = {
    "15.4": [
        (buggy(apart=False, named=False, highest=False), "always label 0"),
        (buggy(apart=False, highest=False), "Yours are merged"),
        (buggy(apart=False), "Yours are merged"),
        (buggy(named=False, highest=False), "always label 0"),
        (buggy(named=False), "always label 0"),
        (buggy(highest=False), "beat the highest step so far"),
        (buggy(late=True), "the first is the peak"),
        (peaked(lambda p, label, b, e: int(p[:, label].argmax())), "in the whole table"),
        (peaked(lambda p, label, b, e: (b + e - 1) // 2), "the middles of the runs"),
        (peaked(lambda p, label, b, e: b), "the peaks are not"),
        (late_begins, "Where does each run begin"),
        (once, "fewer than there are runs"),
        (no_runs, "values"),
        (lambda *i: spikes(*i)[0], "values"),
    ],
    "15.5": [
        (counted(needed=False), "In yours they do not"),
        (counted(jumps=False), "Only between two \\*equal\\*"),
        (counted(start=1), "before and behind"),
        (counted(skips=True), "leave labels out"),
        (counted(share=lambda s, c, w, t: (len(w) + 1) / (2 * len(w) + 1)), "you count states"),
        (counted(share=lambda s, c, w, t: s * t), "divide by the steps"),
        (counted(share=lambda s, c, w, t: 1 - s if c else 0), "that of the words"),
        (counted(share=lambda s, c, w, t: s * t * c), "divide by the paths"),
        (counted(share=lambda s, c, w, t: 1 / (1 + len(set(w)))), "Look at the share first"),
        (lambda w, t: ("a", (len(set(w)) + 1) ** t, blanks(w, t)[2]), "Look at the paths first"),
        (counted(letter="more than half"), "your prediction: one of"),
        (lambda *i: blanks(*i)[1:], "your prediction first"),
    ],
    "15.6": [
        (looked(window=False), "You look at all places"),
        (looked(again=False), "do not add up to 1"),
        (zero_scores, "e⁰ is 1"),
        (looked(middle=lambda w, half, start: int(w.argmax())), "to the largest weight"),
        (
            looked(middle=lambda w, half, start: round(float(w @ torch.arange(len(w)).double()))),
            "to the mean place",
        ),
        (looked(middle=lambda w, half, start: 0), "stays where it was"),
        (looked(middle=lambda w, half, start: half - start), "from the window's beginning"),
        (looked(high=-1), "lacks its last place|NaN"),
        (looked(low=1), "lacks its first place|NaN"),
        (looked(bend=False), "do not bend"),
        (looked(join=lambda q, k: q * k), "multiply query and key"),
        (looked(first=1), "does not lie around place 0"),
        (careless, "in the thousands"),
        (all_then_cut, "in the thousands"),
        (looked(middle=lambda w, half, start: half + 1), "Where does the window move|NaN"),
        (lambda *i: (looks(*i)[0], looks(*i)[1] * 2), "the contexts are not"),
        (looked(high=1), "should have none"),
        (lambda *i: looks(*i)[1], "asked for is 2 values"),
    ],
}
