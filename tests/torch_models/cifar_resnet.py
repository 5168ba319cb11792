"""The small residual or plain net of depth 6n + 2, written for torch.nn."""

import torch
import torch.nn as nn
import torch.nn.functional as F


class Block(nn.Module):
    def __init__(self, before, after, stride, residual):
        super().__init__()
        self.conv1 = nn.Conv2d(before, after, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(after)
        self.conv2 = nn.Conv2d(after, after, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(after)
        self.stride, self.residual = stride, residual

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        if self.residual:
            if self.stride == 2:
                x = F.avg_pool2d(x, 2, ceil_mode=True)
                x = torch.cat([x, torch.zeros_like(x)], 1)
            y = y + x
        return F.relu(y)


class CifarResNet(nn.Module):
    def __init__(self, depth, width, classes, channels, residual, stride):
        super().__init__()
        n = (depth - 2) // 6
        self.conv1 = nn.Conv2d(channels, width, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        widths = [width] + [width] * n + [2 * width] * n + [4 * width] * n
        self.blocks = nn.Sequential(
            *(
                Block(widths[i], widths[i + 1], 1 + (widths[i] != widths[i + 1]), residual)
                for i in range(3 * n)
            )
        )
        self.fc = nn.Linear(4 * width, classes)

    def forward(self, x):
        return self.fc(self.blocks(F.relu(self.bn1(self.conv1(x)))).mean((2, 3)))
