import pytest

from dlcore.training import History


def test_epochs_are_kept_by_name():
    history = History()
    history.add_epoch({"loss": 2.0, "val_loss": 3.0}, seconds=0.5)
    history.add_epoch({"loss": 1.0, "val_loss": 2.5}, seconds=0.4)
    assert history["val_loss"] == [3.0, 2.5]
    assert history.seconds == [0.5, 0.4]
    assert len(history) == 2


def test_time_has_no_part_in_equality():
    assert History([1.0], {"loss": [1.0]}, [9.9]) == History([1.0], {"loss": [1.0]}, [0.1])
    assert History([1.0]) != History([2.0])
    assert History([1.0], {"loss": [1.0]}) != History([1.0], {"loss": [2.0]})


def test_an_unknown_name():
    with pytest.raises(KeyError, match="nothing yet: no epoch is finished"):
        History()["loss"]
    with pytest.raises(KeyError, match="no 'accuracy' was recorded: there is loss, val_loss"):
        History(epochs={"loss": [1.0], "val_loss": [1.0]})["accuracy"]
