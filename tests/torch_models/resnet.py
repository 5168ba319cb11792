"""ResNet and ResNeXt, written for torch.nn, with torchvision's keys."""

import torch.nn as nn


class Unit(nn.Module):
    """sizes: (in, out, kernel, stride, groups) of each convolution of the branch."""

    def __init__(self, sizes, shortcut):
        super().__init__()
        for number, (before, after, kernel, stride, groups) in enumerate(sizes, start=1):
            conv = nn.Conv2d(before, after, kernel, stride, kernel // 2, groups=groups, bias=False)
            setattr(self, f"conv{number}", conv)
            setattr(self, f"bn{number}", nn.BatchNorm2d(after))
        self.depth = len(sizes)
        self.downsample = shortcut

    def forward(self, x):
        y = x
        for number in range(1, self.depth + 1):
            y = getattr(self, f"bn{number}")(getattr(self, f"conv{number}")(y))
            if number < self.depth:
                y = y.relu()
        return (y + (x if self.downsample is None else self.downsample(x))).relu()


class ResNet(nn.Module):
    def __init__(
        self, layers, bottleneck=True, groups=1, per_group=64, num_classes=1000, early_stride=False
    ):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        before = 64
        for stage, blocks in enumerate(layers):
            planes = 64 * 2**stage
            after = planes * (4 if bottleneck else 1)
            inner = planes * per_group // 64 * groups
            units = []
            for block in range(blocks):
                s = 2 if stage and not block else 1
                if bottleneck:
                    first, second = (s, 1) if early_stride else (1, s)
                    sizes = [
                        (before, inner, 1, first, 1),
                        (inner, inner, 3, second, groups),
                        (inner, after, 1, 1, 1),
                    ]
                else:
                    sizes = [(before, after, 3, s, 1), (after, after, 3, 1, 1)]
                shortcut = None
                if s == 2 or before != after:
                    shortcut = nn.Sequential(
                        nn.Conv2d(before, after, 1, s, bias=False), nn.BatchNorm2d(after)
                    )
                units.append(Unit(sizes, shortcut))
                before = after
            setattr(self, f"layer{stage + 1}", nn.Sequential(*units))
        self.fc = nn.Linear(before, num_classes)

    def forward(self, x):
        x = self.maxpool(self.bn1(self.conv1(x)).relu())
        for stage in (self.layer1, self.layer2, self.layer3, self.layer4):
            x = stage(x)
        return self.fc(x.mean((2, 3)))
