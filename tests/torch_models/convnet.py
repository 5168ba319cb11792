"""A small residual network, written for torch.nn."""

import torch
import torch.nn as nn
import torch.nn.functional as F


def conv3x3(in_channels, out_channels, stride=1):
    return nn.Conv2d(in_channels, out_channels, 3, stride=stride, padding=1, bias=False)


class ResidualBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.conv1 = conv3x3(in_channels, out_channels, stride)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.conv2 = conv3x3(out_channels, out_channels)
        self.bn2 = nn.BatchNorm2d(out_channels)
        self.relu = nn.ReLU(inplace=True)
        self.shortcut = nn.Sequential()
        if stride != 1 or in_channels != out_channels:
            self.shortcut = nn.Sequential(
                nn.Conv2d(in_channels, out_channels, kernel_size=1, stride=stride, bias=False),
                nn.BatchNorm2d(out_channels),
            )

    def forward(self, x):
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        out += self.shortcut(x)
        return F.relu(out)


class ConvNet(nn.Module):
    def __init__(self, in_channels=1, num_classes=10, widths=(4, 8), blocks_per_stage=2):
        super().__init__()
        self.in_channels = widths[0]
        self.stem = nn.Sequential(
            nn.Conv2d(in_channels, widths[0], kernel_size=3, padding="same"),
            nn.BatchNorm2d(widths[0]),
            nn.LeakyReLU(0.1),
            nn.MaxPool2d(2),
        )
        stages = [
            self._make_stage(width, blocks_per_stage, stride=1 if i == 0 else 2)
            for i, width in enumerate(widths)
        ]
        self.stages = nn.Sequential(*stages)
        self.pool = nn.AdaptiveAvgPool2d((1, 1))
        self.dropout = nn.Dropout(p=0.0)
        self.fc = nn.Linear(widths[-1], num_classes)

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(m, (nn.BatchNorm2d, nn.GroupNorm)):
                nn.init.constant_(m.weight, 1)
                nn.init.constant_(m.bias, 0)

    def _make_stage(self, width, blocks, stride):
        layers = []
        for s in [stride] + [1] * (blocks - 1):
            layers.append(ResidualBlock(self.in_channels, width, s))
            self.in_channels = width
        return nn.Sequential(*layers)

    def forward(self, x):
        x = self.stem(x)
        x = self.stages(x)
        x = self.pool(x)
        x = torch.flatten(x, 1)
        return self.fc(self.dropout(x))

    @torch.no_grad()
    def predict(self, x):
        self.eval()
        probs = F.softmax(self(x), dim=1)
        return probs.argmax(dim=1), probs.max(dim=1)[0]
