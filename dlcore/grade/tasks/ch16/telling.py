"""Draw inputs of chapter 16 on which mistakes show, each one as itself."""

from dlcore.grade.compare import close, plain


def telling(inputs, right, mistakes, others=()):
    """Whether each mistake gives something else than what is right, and than the others give."""
    known = plain(right(*inputs))
    found = [(mistake, plain(mistake(*inputs))) for mistake in mistakes]
    if any(close(given, known, 1e-4) for _, given in found):
        return False
    rest = [(other, plain(other(*inputs))) for other in others] if found else []
    return not any(
        mistake is not other and close(given, also, 1e-4)
        for mistake, given in found
        for other, also in rest
    )
