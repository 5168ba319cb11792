import torch
from torch import nn
from torch.nn import functional as F

from dlcore import Tensor, no_grad
from dlcore.layers import ctc_loss
from dlcore.models import DeepSpeech2
from dlcore.models.speech.deep_speech import Ear


class TorchEar(nn.Module):
    """The same keys, written for torch.nn."""

    def __init__(self, features, hidden):
        super().__init__()
        self.conv1 = nn.Conv1d(features, hidden, 5, 2, 2)
        self.conv2 = nn.Conv1d(hidden, hidden, 5, 2, 2)
        self.norm = nn.BatchNorm1d(hidden)
        self.rnn = nn.RNN(hidden, hidden, batch_first=True, bidirectional=True)

    def forward(self, x, lengths):
        x = self.conv1(x.mT).relu()
        x = x * (torch.arange(x.shape[2]) < ((lengths + 1) // 2)[:, None, None])
        x = self.norm(self.conv2(x)).relu().mT
        packed = nn.utils.rnn.pack_padded_sequence(
            x, (lengths + 3) // 4, batch_first=True, enforce_sorted=False
        )
        return nn.utils.rnn.pad_packed_sequence(self.rnn(packed)[0], batch_first=True)


class TorchDeepSpeech(nn.Module):
    def __init__(self, features, hidden, classes):
        super().__init__()
        self.ear, self.out = TorchEar(features, hidden), nn.Linear(2 * hidden, classes)

    def forward(self, x, lengths):
        rows, lengths = self.ear(x, lengths)
        return self.out(rows).log_softmax(-1).transpose(0, 1), lengths


def pair():
    ours, theirs = DeepSpeech2(6, 5, 4).double(), TorchDeepSpeech(6, 5, 4).double()
    theirs.load_state_dict(ours.state_dict())
    return ours, theirs


def test_loss_and_gradients_are_torchs():
    ours, theirs = pair()
    x, lengths = torch.randn(3, 21, 6).double(), torch.tensor([21, 9, 14])
    targets, counts = torch.tensor([[1, 2], [3, 3], [2, 1]]), torch.tensor([2, 1, 2])
    mine, steps = ours(Tensor(x), lengths)
    y, torch_steps = theirs(x, lengths)
    torch.testing.assert_close(mine.data, y.detach(), rtol=0, atol=1e-9)
    assert steps.tolist() == torch_steps.tolist() == [6, 3, 4]
    ctc_loss(mine, targets, steps, counts).backward()
    F.ctc_loss(y, targets, torch_steps, counts).backward()
    for (name, a), b in zip(ours.named_parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(a.grad, b.grad, rtol=0, atol=1e-8, msg=name)


def test_what_stands_behind_the_end_does_not_matter_in_evaluation():
    ours, _ = pair()
    ours.eval()
    x = torch.randn(1, 12, 6).double()
    longer = torch.cat([x, torch.zeros(1, 30, 6).double()], 1)
    with no_grad():
        alone, steps = ours(x, torch.tensor([12]))
        padded, _ = ours(longer, torch.tensor([12]))
    torch.testing.assert_close(padded.data[:2, 0], alone.data[:2, 0])
    assert steps.tolist() == [3]


def test_each_convolution_halves_time_rounded_up():
    ear = Ear(2, 3)
    for length in range(1, 14):
        rows, counts = ear(torch.randn(2, length, 2), torch.tensor([length, length]))
        assert rows.shape == (2, -(-length // 4), 6)
        assert counts.tolist() == [-(-length // 4)] * 2
