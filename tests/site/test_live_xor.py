"""The net for exclusive or that runs in the page: its sliders, its answers, its slopes."""

import pytest
import torch

from tests.site.live_page import PAGE, started

pytestmark = pytest.mark.two_browsers


@pytest.fixture
def xor(site, share):
    """The element with the nine sliders, just started."""
    return started(share(f"{site}/{PAGE}.html"), "xor")


def weights(xor):
    return xor.evaluate("node => node.weights()")


def table(xor):
    """h₁, h₂ and y of the four rows, as the page shows them."""
    cells = [float(text) for text in xor.locator("tbody .dl-value").all_inner_texts()]
    return torch.tensor(cells).view(4, 3)


def test_sliders_set_the_weights_and_dlcore_agrees(xor):
    sliders = xor.get_by_role("slider")
    values = [5.0, -4.2, 1.3, -2.0, 6.1, -0.5, 3.3, -7.0, 0.9]
    for index, value in enumerate(values):
        sliders.nth(index).fill(str(value))
    assert weights(xor) == pytest.approx(values, abs=1e-6)
    w = torch.tensor(values)
    x = torch.tensor([[0.0, 0], [0, 1], [1, 0], [1, 1]])
    hidden = torch.sigmoid(x @ torch.stack([w[0:2], w[3:5]]).T + w[[2, 5]])
    y = torch.sigmoid(hidden @ w[6:8] + w[8])
    torch.testing.assert_close(table(xor), torch.cat([hidden, y[:, None]], 1), rtol=0, atol=6e-3)


def test_one_slider_mends_the_first_weights(xor):
    assert xor.locator("output").inner_text().startswith("2 of 4 rows right")
    picture = xor.locator("canvas").evaluate("c => c.toDataURL()")
    last = xor.get_by_role("slider").last
    last.focus()
    for _ in range(32):
        xor.page.keyboard.press("ArrowLeft")
    assert xor.locator("output").inner_text().startswith("4 of 4 rows right")
    assert xor.locator("canvas").evaluate("c => c.toDataURL()") != picture
    assert xor.locator("canvas").get_attribute("aria-label").endswith("All four corners are right")


def test_trained_weights_are_right_and_downhill_lowers_the_loss(xor):
    xor.get_by_role("button", name="Random start").click()
    assert max(map(abs, weights(xor))) <= 1
    loss = [xor.evaluate("node => node.loss()")]
    for _ in range(3):
        xor.get_by_role("button", name="100 steps").click()
        loss.append(xor.evaluate("node => node.loss()"))
    assert loss[0] > loss[1] > loss[2] > loss[3]
    xor.get_by_role("button", name="Trained weights").click()
    assert xor.locator("output").inner_text().startswith("4 of 4 rows right")


def test_the_slopes_are_those_of_backpropagation(xor):
    before = torch.tensor(weights(xor), dtype=torch.float64)
    xor.evaluate("node => node.descend(1, 1)")
    w = before.clone().requires_grad_()
    x = torch.tensor([[0.0, 0], [0, 1], [1, 0], [1, 1]], dtype=torch.float64)
    hidden = torch.sigmoid(x @ torch.stack([w[0:2], w[3:5]]).T + w[[2, 5]])
    y = torch.sigmoid(hidden @ w[6:8] + w[8])
    ((y - torch.tensor([0, 1, 1, 0])) ** 2).sum().div(8).backward()
    step = before - torch.tensor(weights(xor), dtype=torch.float64)
    torch.testing.assert_close(step, w.grad, rtol=0, atol=1e-4)
