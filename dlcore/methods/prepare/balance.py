"""2002, Chawla and others: classes of unequal size (chapter 11).

N. V. Chawla, K. W. Bowyer, L. O. Hall, W. P. Kegelmeyer, SMOTE: synthetic minority over-sampling
technique, JAIR 16 (2002) 321-357, doi:10.1613/jair.953, where drawing the small class again and
weighing it are the forerunners that it compares with.
"""

import torch


def class_weights(labels: torch.Tensor, classes: int) -> torch.Tensor:
    """(classes,) weights N / (classes · count): all classes weigh the same, the mean weight is 1.

    Raises ValueError where a class has no example: no weight makes up for that.
    """
    count = _count(labels, classes)
    return len(labels) / (classes * count.float())


def oversample(labels: torch.Tensor, dice: torch.Generator) -> torch.Tensor:
    """Row numbers in which each class occurs as often as the largest, in a random order.

    Each row occurs at least once; what is missing is drawn again from the class, evenly: no row of
    a class occurs two times more often than another. labels (N,) → (classes present · largest,).
    """
    _, place = labels.unique(return_inverse=True)
    count = torch.bincount(place)
    rows = []
    for number, size in enumerate(count.tolist()):
        own = torch.where(place == number)[0]
        times, rest = divmod(int(count.max()), size)
        extra = own[torch.randperm(size, generator=dice)[:rest]]
        rows += [own.repeat(times), extra]
    together = torch.cat(rows)
    return together[torch.randperm(len(together), generator=dice)]


def _count(labels: torch.Tensor, classes: int) -> torch.Tensor:
    count = torch.bincount(labels, minlength=classes)
    if len(count) > classes or bool((count == 0).any()):
        raise ValueError(
            f"class_weights needs examples of each of the {classes} classes and of no other, got "
            f"counts {count.tolist()}"
        )
    return count
