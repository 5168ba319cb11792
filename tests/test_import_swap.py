"""A model file written for torch.nn runs with its imports swapped, and does the same."""

from pathlib import Path

import pytest
import torch

import dlcore.layers
import dlcore.training

FOLDER = Path(__file__).parent / "torch_models"
SWAPS = {
    "import torch.nn as nn": "import dlcore as nn",
    "from torch import nn": "import dlcore as nn",
    "import torch.nn.functional as F": "import dlcore.layers as F",
    "from torch.nn import functional as F": "import dlcore.layers as F",
    "from torch.nn.utils.rnn import": "from dlcore.layers import",
}


def both(name):
    """What the file defines, run as it is and with its imports swapped."""
    source = (FOLDER / f"{name}.py").read_text()
    swapped = source
    for theirs, ours in SWAPS.items():
        swapped = swapped.replace(theirs, ours)
    assert "torch.nn" in source
    assert "torch.nn" not in swapped.split('"""')[2]
    return run(source, name), run(swapped, name)


def run(source, name):
    names = {"__name__": name}
    exec(compile(source, str(FOLDER / f"{name}.py"), "exec"), names)
    return names


def models(name, kind, *arguments):
    """Both models, made under one seed: torch's, then ours."""
    made = []
    for names in both(name):
        torch.manual_seed(0)
        config = [names[a]() if isinstance(a, str) else a for a in arguments]
        made.append(names[kind](*config).double())
    assert isinstance(made[0], torch.nn.Module)
    assert isinstance(made[1], dlcore.layers.Module)
    return made


def plain(x):
    return x.data if isinstance(x, dlcore.Tensor) else x.detach()


def assert_close(mine, other, atol=1e-10):
    torch.testing.assert_close(plain(mine), plain(other), rtol=0, atol=atol)


def assert_same_state(ours, theirs, atol=0.0):
    mine, other = ours.state_dict(), theirs.state_dict()
    assert list(mine) == list(other)
    for name, value in other.items():
        assert_close(mine[name], value, atol)


def assert_same_gradients(ours, theirs):
    for (name, mine), (same, other) in zip(
        ours.named_parameters(), theirs.named_parameters(), strict=True
    ):
        assert name == same
        assert_close(mine.grad, other.grad, 1e-10)


OPTIMIZERS = [
    ("SGD", {"lr": 0.05, "momentum": 0.9, "weight_decay": 1e-3}),
    ("Adam", {"lr": 0.01}),
]


def train(model, optim, name, options, loss_of, steps=20):
    """The ordinary loop; the loss of every step."""
    optimizer, losses = getattr(optim, name)(model.parameters(), **options), []
    for step in range(steps):
        optimizer.zero_grad()
        loss = loss_of(model, step)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def assert_trains_alike(theirs, ours, name, options, losses_of, atol=1e-8):
    expected = train(theirs, torch.optim, name, options, losses_of[0])
    found = train(ours, dlcore.training, name, options, losses_of[1])
    assert found == pytest.approx(expected, abs=atol)
    assert min(expected[-3:]) < expected[0]
    assert_same_state(ours, theirs, atol)
    theirs.load_state_dict(ours.state_dict())  # weights travel either way
    assert_same_state(ours, theirs)
    ours.load_state_dict(theirs.state_dict())


def images(step=0):
    generator = torch.Generator().manual_seed(step)
    x = torch.randn(6, 1, 12, 12, dtype=torch.float64, generator=generator)
    return x, torch.randint(10, (6,), generator=generator)


def criterion_loss(nn):
    criterion = nn.CrossEntropyLoss(label_smoothing=0.1)
    return lambda model, step: criterion(model(images(step % 2)[0]), images(step % 2)[1])


def test_convnet_answers_alike():
    theirs, ours = models("convnet", "ConvNet")
    assert_same_state(ours, theirs)  # one seed, the same first weights
    x, _ = images()
    y, expected = ours(x), theirs(x)
    assert_close(y, expected)
    probe = torch.randn_like(expected)
    y.backward(probe), expected.backward(probe)
    assert_same_gradients(ours, theirs)
    assert_same_state(ours, theirs, 1e-12)  # the running statistics moved alike
    for mine, other in zip(ours.predict(x), theirs.predict(x), strict=True):
        assert_close(mine, other)
    assert not ours.training


@pytest.mark.parametrize(("name", "options"), OPTIMIZERS)
def test_convnet_trains_alike(name, options):
    theirs, ours = models("convnet", "ConvNet")
    losses = criterion_loss(torch.nn), criterion_loss(dlcore)
    assert_trains_alike(theirs, ours, name, options, losses)


def text(step=0):
    generator = torch.Generator().manual_seed(step)
    return torch.randint(11, (4, 9), generator=generator)


def gpt_loss(model, step):
    tokens = text(step % 3)
    return model(tokens[:, :-1], tokens[:, 1:].contiguous())[1]


def test_gpt_answers_alike():
    theirs, ours = models("small_gpt", "GPT", "Config")
    assert_same_state(ours, theirs)
    assert ours.num_params() == theirs.num_params()
    assert ours.transformer.wte.weight is ours.lm_head.weight
    tokens = text()
    logits, loss = ours(tokens[:, :-1], tokens[:, 1:].contiguous())
    expected, expected_loss = theirs(tokens[:, :-1], tokens[:, 1:].contiguous())
    assert_close(logits, expected)
    assert_close(loss, expected_loss)
    loss.backward(), expected_loss.backward()
    assert_same_gradients(ours, theirs)


def test_gpt_writes_alike():
    theirs, ours = models("small_gpt", "GPT", "Config")
    texts = []
    for model in (theirs, ours):
        torch.manual_seed(1)
        texts.append(model.generate(text()[:, :2], 12, temperature=0.9, top_k=5))
    assert torch.equal(*texts)


@pytest.mark.parametrize(("name", "options"), OPTIMIZERS)
def test_gpt_trains_alike(name, options):
    theirs, ours = models("small_gpt", "GPT", "Config")
    assert_trains_alike(theirs, ours, name, options, (gpt_loss, gpt_loss))


LENGTHS = torch.tensor([4, 7, 1, 7, 3])


def sentences(step=0):
    generator = torch.Generator().manual_seed(step)
    tokens = torch.randint(1, 20, (5, 7), generator=generator)
    tokens[torch.arange(7) >= LENGTHS[:, None]] = 0
    return tokens, torch.randint(3, (5,), generator=generator)


def lstm_loss(functional):
    def loss(model, step):
        tokens, labels = sentences(step % 2)
        return functional.cross_entropy(model(tokens, LENGTHS), labels)

    return loss


def test_lstm_answers_alike():
    theirs, ours = models("lstm_classifier", "LSTMClassifier")
    assert_same_state(ours, theirs)
    tokens, labels = sentences()
    y, expected = ours(tokens, LENGTHS), theirs(tokens, LENGTHS)
    assert_close(y, expected)
    dlcore.layers.cross_entropy(y, labels).backward()
    torch.nn.functional.cross_entropy(expected, labels).backward()
    assert_same_gradients(ours, theirs)
    assert ours.embedding.weight.grad[0].eq(0).all()  # nothing is learned from padding


@pytest.mark.parametrize(("name", "options"), OPTIMIZERS)
def test_lstm_trains_alike(name, options):
    theirs, ours = models("lstm_classifier", "LSTMClassifier")
    losses = lstm_loss(torch.nn.functional), lstm_loss(dlcore.layers)
    assert_trains_alike(theirs, ours, name, options, losses)


def test_torchs_namespaces_are_there():
    nn = dlcore
    assert nn.functional.relu is dlcore.layers.relu
    assert nn.init.xavier_uniform_ is dlcore.layers.init.xavier_uniform_
    assert nn.utils.clip_grad_norm_ is dlcore.training.clip_grad_norm_
    assert nn.utils.rnn.pack_sequence is dlcore.layers.pack_sequence
    assert nn.utils.spectral_norm is dlcore.layers.spectral_norm
    with pytest.raises(AttributeError, match="dlcore has no 'Bilinear'; the layers are those"):
        nn.Bilinear  # noqa: B018
