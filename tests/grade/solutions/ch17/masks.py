"""Solutions of 17.7 to 17.10, padding, costs, reach and memory: one right, many wrong ones."""

import math

import torch

import dlcore


def read_batch(q, k, v, pads):
    place = torch.arange(q.shape[1])
    later = place > place[:, None]
    padded = (place < pads[:, None])[:, None]
    scores = (q @ k.mT / q.shape[2] ** 0.5).masked_fill(padded | later, -math.inf)
    p = scores.softmax(2).masked_fill((padded | later).all(2, keepdim=True), 0.0)
    return p @ v


def costs(width, heads, groups, inside, window, places):
    narrow = width // heads * groups
    price = 2 * width * width + 2 * width * narrow + 3 * width * inside
    few = min(window, places) if window else places
    seen = few * (few + 1) // 2 + (places - few) * few
    length = price // width
    if window and length > window:
        left = 2 * window * width - price
        length = window * (window - 1) * width // left + 1 if left > 0 else 0
    return places * price, 2 * width * seen, length


def reach(masks):
    places = masks.shape[1]
    known = torch.eye(places, dtype=torch.bool)
    before = torch.ones(places, places, dtype=torch.bool).tril()
    first, full = known.long() - 1, -1
    if places == 1:
        full = 0
    for number, sees in enumerate(masks, 1):
        known = known | (sees[:, :, None] & known).any(1)
        first[known & (first < 0)] = number
        if full < 0 and known[before].all():
            full = number
    return first, full


def write(q, k, v, sizes):
    turn, each = dlcore.RotaryPositions(q.shape[2]), len(q) // len(k)
    keys, values, found, start = k[:, :0], v[:, :0], [], 0
    for size in sizes:
        new = slice(start, start + size)
        keys = torch.cat([keys, turn(k[:, new], start=start).data], 1)
        values = torch.cat([values, v[:, new]], 1)
        all_k, all_v = keys.repeat_interleave(each, 0), values.repeat_interleave(each, 0)
        scores = turn(q[:, new], start=start).data @ all_k.mT / q.shape[2] ** 0.5
        hidden = torch.ones_like(scores[0], dtype=torch.bool).triu(1 + start)
        found.append(scores.masked_fill(hidden, -math.inf).softmax(2) @ all_v)
        start += size
    return torch.cat(found, 1), keys.numel() + values.numel()


REFERENCE = {"17.7": read_batch, "17.8": costs, "17.9": reach, "17.10": write}


def padded_look(axis=0, late=True, zeros=True, itself=True, root=True, end=False, low=None):
    """axis 0 and late, zeros False: the bugs as they stand in the sheet."""

    def read_batch(q, k, v, pads):
        count = q.shape[1]
        place = torch.arange(count)
        later = place > place[:, None] if itself else place >= place[:, None]
        padded = place >= count - pads[:, None] if end else place < pads[:, None]
        padded = padded[:, None, :] if axis else padded[:, :, None]
        scores = q @ k.mT / (q.shape[2] ** 0.5 if root else 1)
        if late:
            p = scores.masked_fill(padded, -math.inf).softmax(2).masked_fill(later, 0.0)
        else:
            p = scores.masked_fill(padded | later, low or -math.inf).softmax(2)
        return (torch.where(p.isnan(), 0.0, p) if zeros else p) @ v

    return read_batch


def but(**changes):
    return padded_look(**{"axis": 1, "late": False, "zeros": True, **changes})


def last_row_only(q, k, v, pads):
    """Only the words are right."""
    y = read_batch(q, k, v, pads)
    y[torch.arange(q.shape[1]) < pads[:, None]] = 7.0
    return y


def padding_only(q, k, v, pads):
    return 2 * read_batch(q, k, v, pads)


def count(own=True, last=True, narrow=True, maps=3, means=True, seen=None, edge=0, more=True,
          never=True, shift=0, out=None):  # fmt: skip
    def costs(width, heads, groups, inside, window, places):
        part = width // heads * (groups if narrow else heads)
        price = width * (width + (width if last else 0) + 2 * part + maps * inside)
        wide = window + edge if window else 0

        def looks(n, wide=wide):
            few = min(n, wide or n)
            total = seen(n, wide) if seen else few * (few + 1) // 2 + (n - few) * few
            return (2 if means else 1) * width * total

        def first(wide):
            def dearer(n):
                apart = looks(n, wide) - n * price
                return apart > 0 if more else apart >= 0

            high = 1
            while not dearer(high) and high < 2**60:
                high *= 2
            if high >= 2**60:
                return 0
            low = high // 2
            while high - low > 1:
                middle = (high + low) // 2
                low, high = (low, middle) if dearer(middle) else (middle, high)
            return high

        length = first(wide) or (0 if never else first(0))
        answer = places * price, looks(places), max(0, length + shift)
        return out(*answer) if out else answer

    return costs


def without_itself(n, wide):
    few = min(n, wide or n)
    return few * (few + 1) // 2 + (n - few) * few - n


def turned(x, places):
    half = x.shape[-1] // 2
    angles = places[:, None] / 10000 ** (torch.arange(half).double() / half)
    a, b = x.chunk(2, -1)
    c, s = angles.cos(), angles.sin()
    return torch.cat([a * c - b * s, a * s + b * c], -1)


def spread_step(keep=True, turn=False, back=False, own=False, start=0, same=False, full=None,
                out=None):  # fmt: skip
    def reach(masks):
        layers, places = masks.shape[:2]
        known = [{t} for t in range(places)]
        first = torch.full((places, places), -1)
        for t in range(places):
            first[t, t] = start
        wanted = full or (lambda known: all(set(range(t + 1)) <= known[t] for t in range(places)))
        done = start if wanted(known) else -1
        for layer in range(layers):
            mask = masks[0 if same else layers - 1 - layer if back else layer]
            mask = mask.T if turn else mask
            new = []
            for t in range(places):
                sees = [s for s in range(places) if mask[t, s]]
                got = set(sees) if own else set().union(*(known[s] for s in sees))
                new.append(got | known[t] if keep else got)
            known = new
            for t in range(places):
                for s in known[t]:
                    if first[t, s] < 0:
                        first[t, s] = layer + 1 + start
            if done < 0 and wanted(known):
                done = layer + 1 + start
        return out(first, done) if out else (first, done)

    return reach


def in_pieces(order=True, places=True, mask=True, once=True, keys=False, ahead=False, out=None):
    def write(q, k, v, sizes):
        heads, each = len(q), len(q) // len(k)
        kept = 2 * (k.numel() if once else k.numel() * each)
        of = [h // each if order else h % len(k) for h in range(heads)]
        outputs, begin = torch.zeros_like(q), 0
        k = k.clone()
        memory = torch.zeros_like(k)
        for size in sizes:
            end = begin + size
            where = torch.arange(begin, end)
            low = torch.arange(size)
            memory[:, begin:end] = turned(k[:, begin:end], low if keys or not places else where)
            mine = turned(q[:, begin:end], where if places else low)
            for h in range(heads):
                for row in range(size):
                    top = end if ahead else begin + row + 1 if mask else row + 1
                    scores = memory[of[h], :top] @ mine[h, row] / q.shape[2] ** 0.5
                    outputs[h, begin + row] = scores.softmax(0) @ v[of[h], :top]
            begin = end
        return out(outputs, kept, sizes) if out else (outputs, kept)

    return write


def later_pieces(y, kept, sizes):
    y = y.clone()
    y[:, sizes[0] :] *= 2
    return y, kept + 1


WRONG = {
    "17.7": [
        (padded_look(zeros=False), "Which axis of the scores"),
        (padded_look(), "Which axis of the scores"),
        (but(axis=0), "Which axis of the scores"),
        (but(axis=0, zeros=False), "Which axis of the scores"),
        (but(late=True), "The weights of a place do not make 1"),
        (but(late=True, zeros=False), "The weights of a place do not make 1"),
        (but(zeros=False), "a row of −∞ alone"),
        (but(itself=False), "does not see itself"),
        (but(root=False), "not divided by the root"),
        (but(end=True), "hide places at the end"),
        (but(low=-1e9), "they look everywhere"),
        (last_row_only, "The words are right"),
        (padding_only, "Places in the padding are right|times"),
    ],
    "17.8": [
        (count(seen=lambda n, wide: n * min(n, wide or n)), "all keys for every place"),
        (count(seen=without_itself), "one key too few|scores and means are not"),
        (count(edge=1), "one key more than `window`"),
        (count(means=False), "count the scores alone"),
        (count(narrow=False), "as wide as the queries"),
        (count(maps=2), "has two maps"),
        (count(last=False), "the map behind the heads"),
        (count(more=False), "Just as much is not more"),
        (count(shift=-1), "the last at which"),
        (count(never=False), "may never become dearer"),
        (count(shift=1), "the length is not"),
        (count(seen=lambda n, wide: n), "scores and means are not"),
        (count(out=lambda maps, looks, length: (maps + 1, looks, length)), "the maps are not"),
        (count(out=lambda *answer: answer[:2]), "2 values"),
    ],
    "17.9": [
        (spread_step(keep=False), "is lost if it does not look at itself"),
        (spread_step(back=True), "in the wrong order"),
        (spread_step(turn=True), "go the wrong way"),
        (spread_step(own=True), "not their own symbols alone"),
        (spread_step(start=1), "count from 1"),
        (spread_step(same=True), "one mask for all layers"),
        (
            spread_step(full=lambda known: all(len(k) == len(known) for k in known)),
            "those \\*behind\\* it",
        ),
        (spread_step(full=lambda known: len(known[-1]) == len(known)), "not the last one only"),
        (spread_step(out=lambda first, full: (first, full + 1)), "`full` is not"),
        (spread_step(out=lambda first, full: (first.clamp(max=1), full)), "the table is not"),
        (spread_step(out=lambda first, full: first), "asked for|2 values"),
    ],
    "17.10": [
        (in_pieces(False, False, False, False), "to the wrong keys"),
        (in_pieces(order=False), "to the wrong keys"),
        (in_pieces(True, False, False, False), "as if it stood at the beginning"),
        (in_pieces(places=False), "as if it stood at the beginning"),
        (in_pieces(True, True, False, False), "see too little"),
        (in_pieces(mask=False), "see too little"),
        (in_pieces(once=False), "more numbers than it has to"),
        (in_pieces(keys=True), "The queries know where they stand"),
        (in_pieces(ahead=True), "see those behind them"),
        (in_pieces(out=lambda y, kept, sizes: (y, kept // 2)), "the number of numbers kept"),
        (in_pieces(out=later_pieces), "The first piece is right"),
        (in_pieces(out=lambda y, kept, sizes: (2 * y, kept)), "from the first piece on"),
        (in_pieces(out=lambda y, kept, sizes: y), "asked for|2 values"),
    ],
}
