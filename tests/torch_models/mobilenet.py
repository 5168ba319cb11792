"""MobileNetV2, MobileNetV3 and EfficientNet, written for torch.nn, with torchvision's keys."""

import math

import torch.nn as nn


def eight(value):
    near = max(8, 8 * math.floor(value / 8 + 0.5))
    return near if near >= 0.9 * value else near + 8


def unit(before, after, kernel, stride, groups, response, eps=1e-5):
    conv = nn.Conv2d(before, after, kernel, stride, kernel // 2, groups=groups, bias=False)
    parts = [conv, nn.BatchNorm2d(after, eps, 0.1 if eps < 1e-3 else 0.01)]
    return nn.Sequential(*parts, response()) if response else nn.Sequential(*parts)


class Skip(nn.Module):
    def __init__(self, name, parts, skips):
        super().__init__()
        setattr(self, name, nn.Sequential(*parts))
        self.name, self.skips = name, skips

    def forward(self, x):
        y = getattr(self, self.name)(x)
        return x + y if self.skips else y


class Weigh(nn.Module):
    def __init__(self, channels, fewer, response, gate):
        super().__init__()
        self.fc1 = nn.Conv2d(channels, fewer, 1)
        self.fc2 = nn.Conv2d(fewer, channels, 1)
        self.response, self.gate = response(), gate()

    def forward(self, x):
        return x * self.gate(self.fc2(self.response(self.fc1(x.mean((2, 3), keepdim=True)))))


class Net(nn.Module):
    def __init__(self, features, classifier):
        super().__init__()
        self.features = nn.Sequential(*features)
        self.classifier = nn.Sequential(*classifier)

    def forward(self, x):
        return self.classifier(self.features(x).mean((2, 3)))


def mobilenet_v2(classes=1000, width=1.0):
    table = "1 16 1 1,6 24 2 2,6 32 3 2,6 64 4 2,6 96 3 1,6 160 3 2,6 320 1 1"
    before, last = eight(32 * width), eight(1280 * max(1, width))
    features = [unit(3, before, 3, 2, 1, nn.ReLU6)]
    for t, c, n, s in ([int(v) for v in row.split()] for row in table.split(",")):
        for i in range(n):
            wide, after, stride = t * before, eight(c * width), s if i == 0 else 1
            parts = [unit(before, wide, 1, 1, 1, nn.ReLU6)] if t > 1 else []
            parts += [unit(wide, wide, 3, stride, wide, nn.ReLU6)]
            parts += [nn.Conv2d(wide, after, 1, bias=False), nn.BatchNorm2d(after)]
            features.append(Skip("conv", parts, stride == 1 and before == after))
            before = after
    features.append(unit(before, last, 1, 1, 1, nn.ReLU6))
    return Net(features, [nn.Dropout(0.2), nn.Linear(last, classes)])


V3 = {  # kernel, wide, out, squeeze, hard-swish, stride
    "large": "3 16 16 0 0 1,3 64 24 0 0 2,3 72 24 0 0 1,5 72 40 1 0 2,5 120 40 1 0 1,"
    "5 120 40 1 0 1,3 240 80 0 1 2,3 200 80 0 1 1,3 184 80 0 1 1,3 184 80 0 1 1,"
    "3 480 112 1 1 1,3 672 112 1 1 1,5 672 160 1 1 2,5 960 160 1 1 1,5 960 160 1 1 1",
    "small": "3 16 16 1 0 2,3 72 24 0 0 2,3 88 24 0 0 1,5 96 40 1 1 2,5 240 40 1 1 1,"
    "5 240 40 1 1 1,5 120 48 1 1 1,5 144 48 1 1 1,5 288 96 1 1 2,5 576 96 1 1 1,5 576 96 1 1 1",
}


def mobilenet_v3(size="large", classes=1000):
    features, before = [unit(3, 16, 3, 2, 1, nn.Hardswish, 1e-3)], 16
    for row in V3[size].split(","):
        kernel, wide, after, squeeze, swish, stride = map(int, row.split())
        response = nn.Hardswish if swish else nn.ReLU
        parts = [unit(before, wide, 1, 1, 1, response, 1e-3)] if wide != before else []
        parts += [unit(wide, wide, kernel, stride, wide, response, 1e-3)]
        parts += [Weigh(wide, eight(wide // 4), nn.ReLU, nn.Hardsigmoid)] if squeeze else []
        parts += [unit(wide, after, 1, 1, 1, None, 1e-3)]
        features.append(Skip("block", parts, stride == 1 and before == after))
        before = after
    features.append(unit(before, 6 * before, 1, 1, 1, nn.Hardswish, 1e-3))
    hidden = {"large": 1280, "small": 1024}[size]
    head = [nn.Linear(6 * before, hidden), nn.Hardswish(), nn.Dropout(0.2)]
    return Net(features, [*head, nn.Linear(hidden, classes)])


def efficientnet(width=1.0, depth=1.0, classes=1000):
    table = "1 3 1 16 1,6 3 2 24 2,6 5 2 40 2,6 3 2 80 3,6 5 1 112 3,6 5 2 192 4,6 3 1 320 1"
    before = eight(32 * width)
    features = [unit(3, before, 3, 2, 1, nn.SiLU)]
    for t, kernel, s, c, n in ([int(v) for v in row.split()] for row in table.split(",")):
        stage = []
        for i in range(math.ceil(n * depth)):
            wide, after, stride = eight(t * before), eight(c * width), s if i == 0 else 1
            parts = [unit(before, wide, 1, 1, 1, nn.SiLU)] if t > 1 else []
            parts += [unit(wide, wide, kernel, stride, wide, nn.SiLU)]
            parts += [Weigh(wide, before // 4, nn.SiLU, nn.Sigmoid)]
            parts += [unit(wide, after, 1, 1, 1, None)]
            stage.append(Skip("block", parts, stride == 1 and before == after))
            before = after
        features.append(nn.Sequential(*stage))
    features.append(unit(before, 4 * before, 1, 1, 1, nn.SiLU))
    return Net(features, [nn.Dropout(0.2), nn.Linear(4 * before, classes)])
