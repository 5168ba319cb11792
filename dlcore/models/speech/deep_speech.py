"""2014-2015, Awni Hannun, Dario Amodei and others: from a spectrogram to letters by one net
(chapter 15).

A. Hannun and others, Deep Speech: Scaling up end-to-end speech recognition (2014),
https://arxiv.org/abs/1412.5567. D. Amodei and others, Deep Speech 2 (2015),
https://arxiv.org/abs/1512.02595, which put convolutions in front and batch norm inside.
"""

from __future__ import annotations

from typing import Any

import torch

from dlcore import layers as nn
from dlcore.autodiff import Tensor
from dlcore.layers import log_softmax, pack_padded_sequence, pad_packed_sequence


class Ear(nn.Module):
    """Two convolutions over time that halve it twice, batch norm, a recurrent layer both ways.

    (N, T, M) frames and lengths (N,)  →  rows (N, T', 2 H) and their numbers (N,), T' ≈ T / 4.
    """

    def __init__(self, n_feature: int = 20, n_hidden: int = 48) -> None:
        self.conv1 = nn.Conv1d(n_feature, n_hidden, 5, stride=2, padding=2)
        self.conv2 = nn.Conv1d(n_hidden, n_hidden, 5, stride=2, padding=2)
        self.norm = nn.BatchNorm1d(n_hidden)
        self.rnn = nn.RNN(n_hidden, n_hidden, batch_first=True, bidirectional=True)

    def forward(self, x: Any, lengths: torch.Tensor) -> tuple[Tensor, torch.Tensor]:
        half = (lengths + 1) // 2
        x = nn.relu(self.conv1(x.mT))
        x = x * (torch.arange(x.shape[2]) < half[:, None, None]).to(x.dtype)  # silence behind it
        x = nn.relu(self.norm(self.conv2(x)))
        lengths = (lengths + 3) // 4  # each convolution gives half, rounded up
        packed = pack_padded_sequence(x.mT, lengths, batch_first=True, enforce_sorted=False)
        return pad_packed_sequence(self.rnn(packed)[0], batch_first=True)


class DeepSpeech2(nn.Module):
    """An ear and a linear layer: log-probabilities of n_class labels, 0 the blank, at each step.

    (N, T, M), (N,)  →  (T', N, n_class) as CTCLoss wants them, and (N,). The paper stacks several
    layers of each kind; this has two convolutions and one recurrent layer.
    """

    def __init__(self, n_feature: int = 20, n_hidden: int = 48, n_class: int = 11) -> None:
        self.ear = Ear(n_feature, n_hidden)
        self.out = nn.Linear(2 * n_hidden, n_class)

    def forward(self, x: Any, lengths: torch.Tensor) -> tuple[Tensor, torch.Tensor]:
        rows, lengths = self.ear(x, lengths)
        return log_softmax(self.out(rows), -1).transpose(0, 1), lengths
