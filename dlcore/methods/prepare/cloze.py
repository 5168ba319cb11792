"""1953, Wilson Taylor; 2018, Jacob Devlin and others: blanks to be filled in (chapter 18).

W. Taylor, Cloze procedure: A new tool for measuring readability, Journalism Quarterly 30 (1953)
415-433, https://doi.org/10.1177/107769905303000401; as a task to learn from: BERT (2018),
https://arxiv.org/abs/1810.04805, section 3.1. Blanks drawn anew each time: Y. Liu and others,
RoBERTa (2019), https://arxiv.org/abs/1907.11692.
"""

import torch

IGNORED = -100  # what cross_entropy does not count


def blanks(
    tokens: torch.Tensor, mask: int, vocab_size: int, dice: torch.Generator, share: float = 0.15,
    special: int = 4,
) -> tuple[torch.Tensor, torch.Tensor]:  # fmt: skip
    """tokens (N, T) → what the net is shown and what it is asked, both (N, T).

    Each token is chosen with probability `share`. Of those chosen 80 % become `mask`, 10 % a token
    drawn from `special`..vocab_size − 1, 10 % stay. Asked is the token itself where it was chosen,
    elsewhere IGNORED. Tokens below `special` (padding, begin and end) are never chosen.
    Raises ValueError for a share outside 0..1 or no ordinary token to draw.
    """
    if not 0 <= share <= 1 or vocab_size <= special:
        raise ValueError(
            f"blanks needs 0 ≤ share ≤ 1, tokens above special, got {share=}, {vocab_size=}"
        )
    chosen = (torch.rand(tokens.shape, generator=dice) < share) & (tokens >= special)
    fate = torch.rand(tokens.shape, generator=dice)
    others = torch.randint(special, vocab_size, tokens.shape, generator=dice)
    shown = torch.where(chosen & (fate < 0.8), mask, tokens)
    shown = torch.where(chosen & (fate >= 0.9), others, shown)
    return shown, torch.where(chosen, tokens, IGNORED)
