"""What encoders are compared on: two sequences, the sentences in them, and where one is over."""

import torch

from tests.models.witness import assert_same

PADDING = torch.tensor([[False] * 7, [False] * 4 + [True] * 3])
SENTENCE = torch.tensor([[0, 0, 0, 1, 1, 1, 1], [0, 1, 1, 1, 0, 0, 0]])


def tokens(*shape, seed=0):
    return torch.randint(13, shape, generator=torch.Generator().manual_seed(seed))


def assert_reads_alike(net, other):
    """States and pooled states are those of transformers' model, with padding and without."""
    x = tokens(2, 7)
    for padding in (None, PADDING):
        kept = None if padding is None else (~padding).long()
        expected = other(x, token_type_ids=SENTENCE, attention_mask=kept)
        hidden = net(x, SENTENCE, padding)
        assert_same(hidden, expected.last_hidden_state)
        assert_same(net.pool(hidden), expected.pooler_output)
