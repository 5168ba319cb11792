"""Draw inputs of chapter 14 on which mistakes show."""

from dlcore.grade.compare import close, plain


def telling(inputs, right, mistakes):
    """Whether each mistake gives something else than what is right for these inputs."""
    known = plain(right(*inputs))
    return not any(close(plain(mistake(*inputs)), known, 1e-4) for mistake in mistakes)
