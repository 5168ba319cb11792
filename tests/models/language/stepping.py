"""What every writer keeps to: one token at a time it says what it says of all tokens at once."""

import torch

from dlcore.autodiff import no_grad
from dlcore.layers import log_softmax


def assert_step_by_step_is_all_at_once(model, source, target):
    with no_grad():
        whole = log_softmax(model(source, target), -1).data
    state = model.start(source)
    for t in range(target.shape[1]):
        log_p, state = model.step(target[:, t], state)
        torch.testing.assert_close(log_p, whole[:, t], rtol=0, atol=1e-12)
