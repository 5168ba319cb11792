"""DenseNet, written for torch.nn, with torchvision's keys."""

import torch
import torch.nn as nn
import torch.nn.functional as F


def norm_conv(name, before, after, kernel):
    conv = nn.Conv2d(before, after, kernel, padding=kernel // 2, bias=False)
    return {f"norm{name}": nn.BatchNorm2d(before), f"relu{name}": nn.ReLU(), f"conv{name}": conv}


class DenseNet(nn.Module):
    def __init__(self, growth=32, blocks=(6, 12, 24, 16), width=64, classes=1000, factor=4):
        super().__init__()
        self.features = nn.Module()
        self.features.conv0 = nn.Conv2d(3, width, 7, 2, 3, bias=False)
        self.features.norm0 = nn.BatchNorm2d(width)
        self.order = []
        for number, layers in enumerate(blocks, start=1):
            block = nn.Module()
            for layer in range(1, layers + 1):
                parts = norm_conv("1", width, factor * growth, 1)
                parts |= norm_conv("2", factor * growth, growth, 3)
                unit = nn.Sequential()
                for name, part in parts.items():
                    unit.add_module(name, part)
                block.add_module(f"denselayer{layer}", unit)
                width += growth
            self.features.add_module(f"denseblock{number}", block)
            self.order.append(f"denseblock{number}")
            if number < len(blocks):
                between = nn.Sequential()
                for name, part in norm_conv("", width, width // 2, 1).items():
                    between.add_module(name, part)
                self.features.add_module(f"transition{number}", between)
                self.order.append(f"transition{number}")
                width //= 2
        self.features.norm5 = nn.BatchNorm2d(width)
        self.classifier = nn.Linear(width, classes)

    def forward(self, x):
        x = F.relu(self.features.norm0(self.features.conv0(x)))
        x = F.max_pool2d(x, 3, 2, 1)
        for name in self.order:
            part = getattr(self.features, name)
            if name.startswith("transition"):
                x = F.avg_pool2d(part(x), 2)
            else:
                seen = [x]
                for layer in part.children():
                    seen.append(layer(torch.cat(seen, 1)))
                x = torch.cat(seen, 1)
        return self.classifier(F.relu(self.features.norm5(x)).mean((2, 3)))
