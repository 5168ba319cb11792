"""Train chapter 6's LeNet on MNIST, in one process or in several that share every batch.

python book/tools/train_lenet.py
torchrun --nproc-per-node 2 book/tools/train_lenet.py --checkpoint lenet

Each process takes half of every batch of 256; the weights are those of one process with the whole,
up to rounding. With --checkpoint a run that was stopped goes on where it was, with as many
processes as before.
"""

import argparse
import time

import torch

from dlcore import CrossEntropyLoss, MaxPool2d, ReLU, no_grad
from dlcore.data import Batches, mnist
from dlcore.models import LeNet
from dlcore.training import SGD, distributed, fit


def main(arguments=None):
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--examples", type=int, default=60_000)
    parser.add_argument("--checkpoint", help="folder for snapshots")
    options = parser.parse_args(arguments)
    device = distributed.device()
    pictures = mnist(images=True, progress=False)
    some = slice(options.examples)
    batches = Batches(
        pictures.x_train[some].to(device), pictures.y_train[some].to(device), batch_size=256
    )
    torch.manual_seed(0)
    how = {"kernel": 5, "padding": 2, "activation": ReLU, "pool": MaxPool2d}
    model = LeNet(28, (16, 32), (120,), **how).to(device)
    optimizer = SGD(model.parameters(), lr=0.02, momentum=0.9)
    begin = time.perf_counter()
    epochs = options.epochs
    fit(model, CrossEntropyLoss(), batches, optimizer, epochs=epochs, checkpoint=options.checkpoint)
    seconds = time.perf_counter() - begin
    if distributed.rank() == 0:
        model.eval()
        with no_grad():
            answers = model(pictures.x_test.to(device)).data.argmax(1).cpu()
        right = (answers == pictures.y_test).double().mean().item()
        print(
            f"{distributed.processes()} processes: {epochs * len(batches) / seconds:.1f} steps a "
            f"second, {100 * right:.2f} % of the test digits read rightly"
        )


if __name__ == "__main__":
    with distributed.group():
        main()
