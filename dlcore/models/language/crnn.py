"""2015, Baoguang Shi, Xiang Bai and Cong Yao: read a line of text without cutting it (chapter 16).

An end-to-end trainable neural network for image-based sequence recognition and its application to
scene text recognition (2015), https://arxiv.org/abs/1507.05717: convolutions, a recurrent net in
both directions, CTC (chapter 15). The paper has two LSTMs of 256 units behind seven convolutions.
"""

from __future__ import annotations

from typing import Any

from dlcore import layers as nn
from dlcore.autodiff import Tensor


class CRNN(nn.Module):
    """pictures (N, 1, 8, W)  →  log-probabilities (T, N, classes), T = W // 2; class 0 is blank.

    Two convolutions of 3 × 3, each with ReLU; a pool halves the sides, another the height alone,
    so that a column of the picture keeps its place in the line. What stands above and below one
    another, `channels` · 2 numbers, becomes one step of a GRU in both directions.
    recurrent=False leaves the GRU out: each step then sees some six columns of the picture.
    Raises ValueError for pictures of another height or without two columns.
    """

    def __init__(
        self, classes: int = 11, channels: int = 24, hidden_size: int = 48, recurrent: bool = True
    ) -> None:
        self.conv1 = nn.Conv2d(1, channels // 2, 3, padding=1)
        self.conv2 = nn.Conv2d(channels // 2, channels, 3, padding=1)
        self.pool1, self.pool2 = nn.MaxPool2d(2), nn.MaxPool2d((2, 1))
        width = 2 * channels
        self.gru = None
        if recurrent:
            self.gru = nn.GRU(width, hidden_size, batch_first=True, bidirectional=True)
        self.out = nn.Linear(2 * hidden_size if recurrent else width, classes)

    def forward(self, pictures: Any) -> Tensor:
        if pictures.ndim != 4 or pictures.shape[1:3] != (1, 8) or pictures.shape[3] < 2:
            raise ValueError(
                f"CRNN reads pictures (N, 1, 8, W ≥ 2), got shape {tuple(pictures.shape)}"
            )
        maps = self.pool1(nn.relu(self.conv1(pictures)))
        maps = self.pool2(nn.relu(self.conv2(maps)))
        steps = maps.permute(0, 3, 1, 2).flatten(2)
        if self.gru is not None:
            steps = self.gru(steps)[0]
        return nn.log_softmax(self.out(steps), -1).transpose(0, 1)
