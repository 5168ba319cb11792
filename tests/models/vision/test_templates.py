"""Template matching: the correlation in plain loops, a shape found at its place, refusals."""

import pytest
import torch

from dlcore.models import Templates
from dlcore.models.vision.templates import correlation


def square(n=7):
    pattern = torch.zeros(n, n)
    pattern[1:-1, 1:-1] = 1
    return pattern


def test_correlation_is_a_cosine():
    x = torch.rand(2, 1, 9, 9, generator=torch.Generator().manual_seed(0))
    for n in (3, 4):
        patterns = torch.rand(2, n, n, generator=torch.Generator().manual_seed(n))
        found = correlation(x, patterns)
        assert found.shape == (2, 2, 9, 9)
        for row, column in ((4, 4), (2, 5), (5, 3)):
            low = n // 2
            window = x[1, 0, row - low : row - low + n, column - low : column - low + n]
            a, b = (part.flatten() - part.mean() for part in (window, patterns[1]))
            cosine = torch.cosine_similarity(a, b, dim=0)
            assert found[1, 1, row, column].item() == pytest.approx(cosine.item(), abs=1e-4)
    assert correlation(torch.ones(1, 1, 5, 5), square(3)[None]).abs().max() < 1e-3  # nothing to see


def test_edges_are_mirrored():
    x = torch.arange(25.0).view(1, 1, 5, 5)
    wide = torch.nn.functional.pad(x, (1, 1, 1, 1), mode="reflect")
    pattern = (square(3) + torch.eye(3))[None]
    inner = correlation(wide, pattern)[..., 1:-1, 1:-1]
    torch.testing.assert_close(correlation(x, pattern), inner)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_square_is_found_bright_or_dark(sign):
    x = torch.full((2, 1, 20, 20), 0.5)
    x[1, 0, 4:9, 10:15] += 0.3 * sign
    box = torch.tensor([[1.0, 1, 6, 6]])
    nothing, found = Templates([square()], box, torch.tensor([2])).detect(x, least=0.8)
    assert len(nothing["boxes"]) == 0
    assert found["boxes"].tolist() == [[10, 4, 15, 9]]
    assert found["labels"].tolist() == [2]
    assert found["scores"].item() == pytest.approx(1, abs=1e-3)


def test_refusals():
    with pytest.raises(ValueError, match="got 1 patterns, 2 boxes, 1 labels"):
        Templates([square()], torch.zeros(2, 4), torch.zeros(1))
