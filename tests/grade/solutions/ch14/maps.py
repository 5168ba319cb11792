"""Solutions of 14.4 and 14.5, a grid's targets and pooling: one right, many wrong ones."""

import math

import torch


def encode(boxes, rows, columns, stride, typical):
    table = torch.zeros(rows * columns, 5).double()
    smallest = [math.inf] * len(table)
    for left, top, right, low in boxes.tolist():
        x, y = (left + right) / 2, (top + low) / 2
        column, row = int(x // stride), int(y // stride)
        cell = row * columns + column
        area = (right - left) * (low - top)
        if area < smallest[cell]:
            smallest[cell] = area
            table[cell, 0] = 1
            table[cell, 1] = x / stride - column - 0.5
            table[cell, 2] = y / stride - row - 0.5
            table[cell, 3] = math.log((right - left) / 2 / typical)
            table[cell, 4] = math.log((low - top) / 2 / typical)
    return table


def roi_pool(plane, box, size, stride):
    def bins(low, high, length):
        n = high - low + 1
        found = []
        for b in range(size):
            begin = low + b * n // size
            end = low + math.ceil((b + 1) * n / size)
            found.append([cell for cell in range(begin, end) if 0 <= cell < length])
        return found

    left, top, right, low = (math.floor(side / stride + 0.5) for side in box.tolist())
    answer = torch.zeros(size, size).double()
    for i, rows in enumerate(bins(top, low, plane.shape[0])):
        for j, columns in enumerate(bins(left, right, plane.shape[1])):
            part = plane[rows][:, columns]
            if part.numel():
                answer[i, j] = part.max()
    return answer


REFERENCE = {"14.4": encode, "14.5": roi_pool}


def encoded(
    back=0.5, unit=None, half=2, down=False, better=lambda new, old: new < old, log=math.log,
    near=math.floor, none=0.0,
):  # fmt: skip
    """encode with slips."""

    def encode(boxes, rows, columns, stride, typical):
        table, areas = torch.zeros(rows * columns, 5).double(), {}
        table[:, 3:] = none
        for left, top, right, low in boxes.tolist():
            x, y = (left + right) / 2 / stride, (top + low) / 2 / stride
            column, row = min(near(x), columns - 1), min(near(y), rows - 1)
            cell = column * rows + row if down else row * columns + column
            wide, high = right - left, low - top
            if cell in areas and not better(wide * high, areas[cell]):
                continue
            areas[cell] = wide * high
            by = stride if unit else 1
            place = (x - column - back) * by, (y - row - back) * by
            sides = log(wide / half / typical), log(high / half / typical)
            table[cell] = torch.tensor([1.0, *place, *sides])
        return table

    return encode


def mixed(*inputs):
    return encode(*inputs)[:, [0, 2, 1, 4, 3]]


def flag_only(*inputs):
    table = encode(*inputs)
    table[:, 1:] = 0
    return table


def cut(
    near=lambda x: math.floor(x + 0.5), end=1, pool=torch.max, least=-math.inf, up=True, turn=False,
    scaled=True, clip=False, none=0.0,
):  # fmt: skip
    """roi_pool with slips."""

    def roi_pool(plane, box, size, stride):
        left, top, right, low = (near(side / (stride if scaled else 1)) for side in box.tolist())
        if turn:
            left, top, right, low = top, left, low, right
        high, wide = plane.shape
        if clip:
            left, right = min(max(left, 0), wide - 1), min(max(right, 0), wide - 1)
            top, low = min(max(top, 0), high - 1), min(max(low, 0), high - 1)

        def edges(first, last, length):
            n = max(last - first + end, 1)
            for b in range(size):
                begin = first + b * n // size
                stop = first + math.ceil((b + 1) * n / size)
                if not up:
                    stop = first + max((b + 1) * n // size, b * n // size + 1)
                yield slice(min(max(begin, 0), length), min(max(stop, 0), length))

        rows = []
        for down in edges(top, low, high):
            rows.append([])
            for across in edges(left, right, wide):
                part = plane[down, across]
                rows[-1].append(max(float(pool(part)), least) if part.numel() else none)
        return torch.tensor(rows)

    return roi_pool


WRONG = {
    "14.4": [
        (encoded(back=0.0), "from the corner of the cell"),
        (encoded(unit=1), "offsets are in pixels"),
        (encoded(half=1), "of the whole side"),
        (encoded(down=True), "column after column"),
        (mixed, "changed places"),
        (encoded(better=lambda new, old: new > old), "the larger one"),
        (encoded(better=lambda new, old: True), "the last one in the list"),
        (encoded(better=lambda new, old: False), "the first one in the list"),
        (encoded(better=lambda new, old: new <= old), "of equal area"),
        (encoded(near=lambda x: math.floor(x + 0.5)), "to the nearest cell"),
        (encoded(log=math.log2), "another base"),
        (encoded(none=-1.0), "five zeros"),
        (flag_only, "The right cells answer"),
        (lambda *i: encode(*i).flip(0), "not the right ones"),
        (lambda *i: encode(*i)[:, 1:], "The shape is"),
    ],
    "14.5": [
        (cut(end=0), "in which a box ends"),
        (cut(near=math.floor), "You round down"),
        (cut(near=math.ceil), "You round up"),
        (cut(near=round), "the even number"),
        (cut(pool=torch.mean), "the mean of a bin"),
        (cut(least=0.0), "are below 0"),
        (cut(up=False), "share no cell"),
        (cut(turn=True), "changed places"),
        (cut(scaled=False), "pixels of the picture"),
        (cut(clip=True), "before the bins are made"),
        (cut(none=-math.inf), "without a cell of the map"),
    ],
}
