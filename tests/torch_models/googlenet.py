"""An Inception module and the stem of GoogLeNet, written for torch.nn."""

import torch
import torch.nn as nn
import torch.nn.functional as F


class ConvBlock(nn.Module):
    def __init__(self, before, after, norm, **settings):
        super().__init__()
        self.conv = nn.Conv2d(before, after, bias=not norm, **settings)
        self.bn = nn.BatchNorm2d(after, eps=0.001) if norm else nn.Identity()

    def forward(self, x):
        return F.relu(self.bn(self.conv(x)))


class Inception(nn.Module):
    def __init__(self, before, ch1x1, ch3x3red, ch3x3, ch5x5red, ch5x5, pool, side, norm):
        super().__init__()
        self.branch1 = ConvBlock(before, ch1x1, norm, kernel_size=1)
        self.branch2 = nn.Sequential(
            ConvBlock(before, ch3x3red, norm, kernel_size=1),
            ConvBlock(ch3x3red, ch3x3, norm, kernel_size=3, padding=1),
        )
        self.branch3 = nn.Sequential(
            ConvBlock(before, ch5x5red, norm, kernel_size=1),
            ConvBlock(ch5x5red, ch5x5, norm, kernel_size=side, padding=side // 2),
        )
        self.branch4 = nn.Sequential(
            nn.MaxPool2d(kernel_size=3, stride=1, padding=1, ceil_mode=True),
            ConvBlock(before, pool, norm, kernel_size=1),
        )

    def forward(self, x):
        return torch.cat([self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)], 1)


class GoogLeNet(nn.Module):
    def __init__(self, num_classes, side, norm):
        super().__init__()
        self.conv1 = ConvBlock(3, 64, norm, kernel_size=7, stride=2, padding=3)
        self.maxpool1 = nn.MaxPool2d(3, stride=2, ceil_mode=True)
        self.conv2 = ConvBlock(64, 64, norm, kernel_size=1)
        self.conv3 = ConvBlock(64, 192, norm, kernel_size=3, padding=1)
        self.maxpool2 = nn.MaxPool2d(3, stride=2, ceil_mode=True)
        rest = side, norm
        self.inception3a = Inception(192, 64, 96, 128, 16, 32, 32, *rest)
        self.inception3b = Inception(256, 128, 128, 192, 32, 96, 64, *rest)
        self.maxpool3 = nn.MaxPool2d(3, stride=2, ceil_mode=True)
        self.inception4a = Inception(480, 192, 96, 208, 16, 48, 64, *rest)
        self.inception4b = Inception(512, 160, 112, 224, 24, 64, 64, *rest)
        self.inception4c = Inception(512, 128, 128, 256, 24, 64, 64, *rest)
        self.inception4d = Inception(512, 112, 144, 288, 32, 64, 64, *rest)
        self.inception4e = Inception(528, 256, 160, 320, 32, 128, 128, *rest)
        self.maxpool4 = nn.MaxPool2d(2, stride=2, ceil_mode=True)
        self.inception5a = Inception(832, 256, 160, 320, 32, 128, 128, *rest)
        self.inception5b = Inception(832, 384, 192, 384, 48, 128, 128, *rest)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.dropout = nn.Dropout(0.4)
        self.fc = nn.Linear(1024, num_classes)

    def forward(self, x):
        x = self.maxpool1(self.conv1(x))
        x = self.maxpool2(self.conv3(self.conv2(x)))
        x = self.maxpool3(self.inception3b(self.inception3a(x)))
        x = self.inception4c(self.inception4b(self.inception4a(x)))
        x = self.maxpool4(self.inception4e(self.inception4d(x)))
        x = self.avgpool(self.inception5b(self.inception5a(x)))
        return self.fc(self.dropout(torch.flatten(x, 1)))
