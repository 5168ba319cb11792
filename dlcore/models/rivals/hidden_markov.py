"""1966, Baum and Petrie: a chain of states seen only through what it emits (chapter 8).

L. Baum and T. Petrie, Statistical inference for probabilistic functions of finite state Markov
chains, The Annals of Mathematical Statistics 37 (1966) 1554-1563, doi:10.1214/aoms/1177699147.
A. Viterbi, Error bounds for convolutional codes and an asymptotically optimum decoding algorithm,
IEEE Transactions on Information Theory 13 (1967) 260-269, doi:10.1109/TIT.1967.1054010. In
speech: L. Rabiner, A tutorial on hidden Markov models and selected applications in speech
recognition, Proceedings of the IEEE 77 (1989) 257-286, doi:10.1109/5.18626.

Axes: T time steps, S states. All sums run over logarithms, so that long chains do not underflow.
"""

import torch


class HiddenMarkov:
    """A chain that starts in state i with start[i] and goes from i to j with move[i, j].

    start (S,) and move (S, S), each row a distribution. What a state emits is given from outside
    as a table log_emit (T, S): the logarithm of how likely each state makes what was seen.
    """

    def __init__(self, start: torch.Tensor, move: torch.Tensor):
        states = len(start)
        rows = torch.cat([start[None], move]) if move.shape == (states, states) else None
        if rows is None or bool((rows < 0).any()) or bool((rows.sum(1) - 1).abs().max() > 1e-4):
            raise ValueError(
                "start (S,) and each row of move (S, S) must be shares that add up to 1, got "
                f"shapes {tuple(start.shape)} and {tuple(move.shape)}"
            )
        self.start, self.move = start.log(), move.log()

    def viterbi(self, log_emit: torch.Tensor) -> torch.Tensor:
        """The most likely chain of states as a whole: (T,) for log_emit (T, S)."""
        self.check(log_emit)
        best = self.start + log_emit[0]  # (S,): log-likelihood of the best chain that ends there
        origins = []
        for seen in log_emit[1:]:
            best, origin = (best[:, None] + self.move).max(0)
            best = best + seen
            origins.append(origin)
        self.check_possible(best)
        chain = [best.argmax()]
        for origin in reversed(origins):  # walk back along the choices that led here
            chain.append(origin[chain[-1]])
        return torch.stack(chain[::-1])

    def log_likelihood(self, log_emit: torch.Tensor) -> float:
        """The logarithm of how likely all chains together make what was seen (T, S)."""
        return float(self.forward(log_emit)[-1].logsumexp(0))

    def posterior(self, log_emit: torch.Tensor) -> torch.Tensor:
        """How likely each state was at each time, given all that was seen: (T, S)."""
        ahead = [torch.zeros_like(log_emit[0])]
        for seen in log_emit[1:].flip(0):
            ahead.append((self.move + seen + ahead[-1]).logsumexp(1))
        together = self.forward(log_emit) + torch.stack(ahead[::-1])
        self.check_possible(together[0])
        return together.softmax(1)

    def forward(self, log_emit: torch.Tensor) -> torch.Tensor:
        """Log-likelihood of what was seen so far together with the present state: (T, S)."""
        self.check(log_emit)
        rows = [self.start + log_emit[0]]
        for seen in log_emit[1:]:
            rows.append((rows[-1][:, None] + self.move).logsumexp(0) + seen)
        return torch.stack(rows)

    def check_possible(self, best: torch.Tensor) -> None:
        """ValueError where no chain of states can have made what was seen."""
        if bool((best == -torch.inf).all()):
            raise ValueError(
                "no chain of states can have made what was seen: start, move or log_emit rules out "
                "each (log_likelihood is −∞)"
            )

    def check(self, log_emit: torch.Tensor) -> None:
        """ValueError unless there is at least one row with one number per state."""
        if log_emit.ndim != 2 or not len(log_emit) or log_emit.shape[1] != len(self.start):
            raise ValueError(
                f"{len(self.start)} states expect a table log_emit (T, {len(self.start)}), got "
                f"{tuple(log_emit.shape)}"
            )
