"""ConvNeXt, written for torch.nn, with torchvision's keys."""

import torch
import torch.nn as nn
import torch.nn.functional as F


class Norm(nn.LayerNorm):
    def forward(self, x):
        mean = x.mean(1, keepdim=True)
        variance = x.var(1, unbiased=False, keepdim=True)
        y = (x - mean) / (variance + self.eps).sqrt()
        return y * self.weight[:, None, None] + self.bias[:, None, None]


class Block(nn.Module):
    def __init__(self, dim, scale):
        super().__init__()
        self.layer_scale = nn.Parameter(torch.full((dim, 1, 1), scale))
        self.block = nn.ModuleDict(
            {
                "0": nn.Conv2d(dim, dim, 7, padding=3, groups=dim),
                "2": nn.LayerNorm(dim, eps=1e-6),
                "3": nn.Linear(dim, 4 * dim),
                "5": nn.Linear(4 * dim, dim),
            }
        )

    def forward(self, x):
        y = self.block["2"](self.block["0"](x).movedim(1, -1))
        y = self.block["5"](F.gelu(self.block["3"](y))).movedim(-1, 1)
        return x + self.layer_scale * y


class ConvNeXt(nn.Module):
    def __init__(self, depths=(3, 3, 9, 3), dims=(96, 192, 384, 768), classes=1000, scale=1e-6):
        super().__init__()
        parts = [nn.Sequential(nn.Conv2d(3, dims[0], 4, 4), Norm(dims[0], 1e-6))]
        for stage, (blocks, dim) in enumerate(zip(depths, dims, strict=True)):
            if stage:
                before = dims[stage - 1]
                parts.append(nn.Sequential(Norm(before, 1e-6), nn.Conv2d(before, dim, 2, 2)))
            parts.append(nn.Sequential(*(Block(dim, scale) for _ in range(blocks))))
        self.features = nn.Sequential(*parts)
        last = [Norm(dims[-1], 1e-6), nn.Flatten(), nn.Linear(dims[-1], classes)]
        self.classifier = nn.Sequential(*last)

    def forward(self, x):
        return self.classifier(self.features(x).mean((2, 3), keepdim=True))
