import pytest
import torch
from arithmetic import arithmetic, results


def test_the_same_machine_rounds_alike_with_any_number_of_threads():
    threads = torch.get_num_threads()
    assert arithmetic() == arithmetic()
    torch.set_num_threads(2)
    assert arithmetic() == arithmetic()
    assert torch.get_num_threads() == 2
    torch.set_num_threads(threads)


@pytest.mark.parametrize("at", [0, 1, 20])
def test_one_last_digit_makes_another(at, monkeypatch):
    before = arithmetic()
    found = list(results())
    found[at] = torch.nextafter(found[at], torch.full_like(found[at], torch.inf))
    monkeypatch.setattr("arithmetic.results", lambda: found)
    assert arithmetic() != before
