"""Draw inputs on which mistakes show, each one as itself."""

from dlcore.grade.compare import close, plain


def telling(inputs, right, mistakes, others=()):
    """Whether each mistake gives something else than what is right, and than the others give."""
    known, found = plain(right(*inputs)), []
    for mistake in mistakes:
        given = plain(mistake(*inputs))
        if close(given, known, 1e-4):
            return False
        found.append((mistake, given))
    rest = [(other, plain(other(*inputs))) for other in others] if found else []
    return not any(
        mistake is not other and close(given, also, 1e-4)
        for mistake, given in found
        for other, also in rest
    )
