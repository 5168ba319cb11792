"""The front page's net with a hidden layer: its slopes are torch's, and it parts the points."""

import torch

from tests.live.nodes import in_node

PARTS = {"DL": "dl-layers.js", "StageModel": "../js/stage-model.js"}


def test_a_step_follows_the_gradient_of_torch():
    body = """const set = StageModel.points("xor"), net = StageModel.net(4, 7);
    const state = () => net.parameters().map(({ data }) => [...data]);
    const before = state(), loss = StageModel.loss(net, set);
    StageModel.descend(net, set, 1);
    return { set, before, loss, after: state() };"""
    found = in_node(body, None, **PARTS)
    x = torch.tensor([[p["x"], p["y"]] for p in found["set"]])
    side = torch.tensor([p["side"] for p in found["set"]])
    start = [torch.tensor(values, requires_grad=True) for values in found["before"]]
    hidden = torch.tanh(x @ start[0].view(4, 2).T + start[1])
    loss = ((torch.tanh(hidden @ start[2] + start[3]) - side) ** 2).mean()
    torch.testing.assert_close(loss.item(), found["loss"], rtol=1e-5, atol=0)
    (loss / 2).backward()
    for before, after in zip(start, found["after"], strict=True):
        step = before.detach() - torch.tensor(after)
        torch.testing.assert_close(step, before.grad, rtol=0, atol=1e-5)


def test_it_parts_the_points_from_every_start_that_a_reader_sees_first():
    body = """const set = StageModel.points("xor");
    return [6, 7, 8, 9, 10].map((seed) => {
      const net = StageModel.net(4, seed);
      let steps = 0;
      for (; StageModel.loss(net, set) >= 0.03 && steps < 800; steps += 1)
        StageModel.descend(net, set, 0.8);
      return [steps, StageModel.netWrong(net, set).length, StageModel.lines(net).length];
    });"""
    for steps, wrong, lines in in_node(body, None, **PARTS):
        assert (steps < 200, wrong, lines) == (True, 0, 4)
