"""The example for several processes trains chapter 6's LeNet, here alone and on a few digits."""

import pytest
import train_lenet

from dlcore.data import Split, digits


@pytest.mark.slow
def test_it_trains_and_tells(monkeypatch, capsys, tmp_path):
    small = digits(images=True)
    large = [x.repeat_interleave(4, 2).repeat_interleave(4, 3)[:, :, 2:30, 2:30]
             for x in (small.x_train, small.x_test)]  # fmt: skip
    found = Split(large[0], small.y_train, large[1], small.y_test)
    monkeypatch.setattr(train_lenet, "mnist", lambda **options: found)
    monkeypatch.setenv("TQDM_DISABLE", "1")
    folder = str(tmp_path / "kept")
    train_lenet.main(["--epochs", "4", "--checkpoint", folder])
    words = capsys.readouterr().out
    assert "1 processes: " in words
    assert float(words.split(", ")[1].split(" %")[0]) > 50
    train_lenet.main(["--epochs", "4", "--checkpoint", folder])  # it is at its end already
    assert words.split(", ")[1] in capsys.readouterr().out
