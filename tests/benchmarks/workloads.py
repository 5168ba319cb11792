"""The models that are timed, each written once: `nn` and `F` are torch's or dlcore's."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch

from dlcore.autodiff import functional

Workload = Callable[[Any, Any], tuple[Any, torch.Tensor, torch.Tensor]]


def moons(nn: Any, F: Any) -> tuple[Any, torch.Tensor, torch.Tensor]:
    """2-16-16-2 on 64 points: all overhead."""
    layers = nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 16), nn.Tanh(), nn.Linear(16, 2)
    return nn.Sequential(*layers), torch.randn(64, 2), torch.randint(0, 2, (64,))


def mlp(nn: Any, F: Any) -> tuple[Any, torch.Tensor, torch.Tensor]:
    """784-512-256-10, batch 128."""
    layers = nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 256), nn.ReLU(), nn.Linear(256, 10)
    return nn.Sequential(*layers), torch.randn(128, 784), torch.randint(0, 10, (128,))


def lenet(nn: Any, F: Any) -> tuple[Any, torch.Tensor, torch.Tensor]:
    """LeNet-5 on 28 × 28, batch 128."""
    model = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
    )  # fmt: skip
    return model, torch.randn(128, 1, 28, 28), torch.randint(0, 10, (128,))


def resnet(nn: Any, F: Any) -> tuple[Any, torch.Tensor, torch.Tensor]:
    """Residual blocks of 16, 32 and 64 channels on 32 × 32, batch 64."""

    class Block(nn.Module):
        def __init__(self, before: int, after: int, stride: int) -> None:
            super().__init__()
            self.conv1 = nn.Conv2d(before, after, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(after)
            self.conv2 = nn.Conv2d(after, after, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(after)
            same = stride == 1 and before == after
            self.skip = None if same else nn.Conv2d(before, after, 1, stride, bias=False)

        def forward(self, x: Any) -> Any:
            y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
            return F.relu(y + (x if self.skip is None else self.skip(x)))

    model = nn.Sequential(
        nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU(),
        Block(16, 16, 1), Block(16, 32, 2), Block(32, 64, 2),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10),
    )  # fmt: skip
    return model, torch.randn(64, 3, 32, 32), torch.randint(0, 10, (64,))


def gpt(nn: Any, F: Any) -> tuple[Any, torch.Tensor, torch.Tensor]:
    """4 layers, width 128, 4 heads, context 128, batch 32."""
    width, heads, vocabulary, context = 128, 4, 256, 128

    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.ln1, self.ln2 = nn.LayerNorm(width), nn.LayerNorm(width)
            self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
            self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

        def forward(self, x: Any) -> Any:
            n, t, d = x.shape
            parts = self.qkv(self.ln1(x)).reshape(n, t, 3, heads, d // heads)
            q, k, v = (parts[:, :, i].transpose(1, 2) for i in range(3))
            y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
            x = x + self.out(y.transpose(1, 2).reshape(n, t, d))
            return x + self.down(F.gelu(self.up(self.ln2(x)), approximate="tanh"))

    class GPT(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.token = nn.Embedding(vocabulary, width)
            self.position = nn.Parameter(torch.randn(context, width) * 0.02)
            self.blocks = nn.Sequential(*[Block() for _ in range(4)])
            self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, vocabulary)

        def forward(self, x: Any) -> Any:
            y = self.norm(self.blocks(self.token(x) + self.position))
            return self.head(y).flatten(0, 1)

    x = torch.randint(0, vocabulary, (32, context))
    return GPT(), x, torch.randint(0, vocabulary, (32 * context,))


def lstm(nn: Any, F: Any) -> tuple[Any, torch.Tensor, torch.Tensor]:
    """LSTM with 128 units over 64 steps, batch 64."""

    class Classifier(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.lstm, self.head = nn.LSTM(128, 128), nn.Linear(128, 10)

        def forward(self, x: Any) -> Any:
            return self.head(self.lstm(x)[0][-1])

    return Classifier(), torch.randn(64, 64, 128), torch.randint(0, 10, (64,))


def unet(nn: Any, F: Any) -> tuple[Any, torch.Tensor, torch.Tensor]:
    """A denoiser, 32 and 64 channels on 16 × 16, batch 32: conv, group norm, SiLU, attention."""

    class Block(nn.Module):
        def __init__(self, before: int, after: int) -> None:
            super().__init__()
            self.norm1, self.norm2 = nn.GroupNorm(8, before), nn.GroupNorm(8, after)
            self.conv1 = nn.Conv2d(before, after, 3, padding=1)
            self.told, self.conv2 = nn.Linear(64, after), nn.Conv2d(after, after, 3, padding=1)
            self.skip = nn.Conv2d(before, after, 1) if before != after else None

        def forward(self, x: Any, told: Any) -> Any:
            y = self.conv1(F.silu(self.norm1(x))) + self.told(told)[:, :, None, None]
            y = self.conv2(F.silu(self.norm2(y)))
            return y + (x if self.skip is None else self.skip(x))

    class UNet(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.time = nn.Conv2d(1, 32, 3, padding=1), nn.Linear(32, 64)
            self.down, self.halve = Block(32, 32), nn.Conv2d(32, 64, 3, 2, 1)
            self.middle1, self.middle2 = Block(64, 64), Block(64, 64)
            self.norm, self.attention = nn.GroupNorm(8, 64), nn.MultiheadAttention(64, 2)
            self.twice, self.up = nn.Upsample(scale_factor=2), Block(96, 32)
            self.last_norm, self.last = nn.GroupNorm(8, 32), nn.Conv2d(32, 1, 3, padding=1)

        def forward(self, x: Any) -> Any:
            told = F.silu(self.time(x.flatten(1)[:, :32]))
            across = self.down(self.first(x), told)
            y = self.middle1(self.halve(across), told)
            places = self.norm(y).flatten(2).permute(2, 0, 1)
            looked = self.attention(places, places, places, need_weights=False)[0]
            y = self.middle2(y + looked.permute(1, 2, 0).reshape(y.shape), told)
            y = self.up(cat(nn)([across, self.twice(y)], 1), told)
            return self.last(F.silu(self.last_norm(y)))

    return UNet(), torch.randn(32, 1, 16, 16), torch.randn(32, 1, 16, 16)


def cat(nn: Any) -> Callable[..., Any]:
    """Joining tensors is no layer: torch's own, or the one for our Tensors."""
    return torch.cat if nn is torch.nn else functional.cat


WORKLOADS: dict[str, Workload] = {
    "moons": moons, "mlp": mlp, "lenet": lenet, "resnet": resnet, "gpt": gpt, "lstm": lstm,
    "unet": unet,
}  # fmt: skip


def layer(make: Callable[[Any], Any], *shape: int, whole: bool = False) -> Workload:
    """A single layer as a workload; its output is summed against random weights by the loss."""

    def workload(nn: Any, F: Any) -> tuple[Any, torch.Tensor, torch.Tensor]:
        return make(nn), torch.randn(*shape), torch.empty(0)

    return workload


LAYERS: dict[str, Workload] = {
    "Linear 512→512": layer(lambda nn: nn.Linear(512, 512), 128, 512),
    "Conv2d 3→16, 3×3": layer(lambda nn: nn.Conv2d(3, 16, 3, padding=1), 32, 3, 32, 32),
    "Conv2d 64→64, 3×3": layer(lambda nn: nn.Conv2d(64, 64, 3, padding=1), 16, 64, 16, 16),
    "Conv2d 256→256, 3×3": layer(lambda nn: nn.Conv2d(256, 256, 3, padding=1), 4, 256, 16, 16),
    "Conv2d 32→64, stride 2": layer(lambda nn: nn.Conv2d(32, 64, 3, 2, 1), 32, 32, 16, 16),
    "MaxPool2d 2": layer(lambda nn: nn.MaxPool2d(2), 64, 16, 28, 28),
    "BatchNorm2d 32": layer(lambda nn: nn.BatchNorm2d(32), 64, 32, 16, 16),
    "LayerNorm 256": layer(lambda nn: nn.LayerNorm(256), 2048, 256),
    "RMSNorm 256": layer(lambda nn: nn.RMSNorm(256), 2048, 256),
    "GELU tanh": layer(lambda nn: nn.GELU("tanh"), 1024, 1024),
    "Softmax": layer(lambda nn: nn.Softmax(-1), 1024, 1024),
}


def attention(length: int) -> Callable[[Any], Any]:
    """q, k, v → causal attention of 4 heads of width 64."""
    return lambda F: (
        lambda q: F.scaled_dot_product_attention(
            q, q, q, is_causal=True, scale=1 / math.sqrt(q.shape[-1])
        )
    )
