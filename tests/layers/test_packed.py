import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn.utils import rnn

import dlcore
from dlcore import (
    LSTM,
    PackedSequence,
    Tensor,
    pack_padded_sequence,
    pack_sequence,
    pad_packed_sequence,
    pad_sequence,
)
from dlcore.layers.packed import Pack, Pad
from tests.oracle import assert_gradcheck, assert_like_torch, random
from tests.recurrent_pair import assert_same, pair

LENGTHS = st.lists(st.integers(1, 5), min_size=1, max_size=4)


def test_hand_computed():
    x = torch.tensor([[1.0, 4.0, 6.0], [2.0, 5.0, 0.0], [3.0, 0.0, 0.0]])  # three columns
    packed = pack_padded_sequence(x, [3, 2, 1])
    assert packed.data.tolist() == [1, 4, 6, 2, 5, 3]
    assert packed.batch_sizes.tolist() == [3, 2, 1]
    padded, lengths = pad_packed_sequence(packed, padding_value=-1.0)
    assert padded.tolist() == [[1, 4, 6], [2, 5, -1], [3, -1, -1]]
    assert lengths.tolist() == [3, 2, 1]


@settings(max_examples=40, deadline=None)
@given(LENGTHS, st.booleans(), st.booleans(), st.integers(0, 2))
def test_like_torch(lengths, batch_first, enforce_sorted, more):
    lengths = sorted(lengths, reverse=True) if enforce_sorted else lengths
    n, t = len(lengths), max(lengths) + more
    x = random(*((n, t) if batch_first else (t, n)), 2)
    options = {"batch_first": batch_first, "enforce_sorted": enforce_sorted}
    theirs = rnn.pack_padded_sequence(x, torch.tensor(lengths), **options)
    ours = pack_padded_sequence(x, lengths, **options)
    assert torch.equal(ours.data.data, theirs.data)
    assert torch.equal(ours.batch_sizes, theirs.batch_sizes)
    for mine, other in zip(ours[2:], theirs[2:], strict=True):
        assert (mine is None) == (other is None)
        assert mine is None or torch.equal(mine, other)
    padded, counts = pad_packed_sequence(ours, batch_first, -2.0, t)
    expected, other_counts = rnn.pad_packed_sequence(theirs, batch_first, -2.0, t)
    assert torch.equal(padded.data, expected)
    assert torch.equal(counts, other_counts)


def test_gradients_pass_both_ways():
    def both(pack, pad):
        return lambda x: pad(pack(x, [2, 4, 1], enforce_sorted=False), padding_value=3.0)[0]

    theirs = both(rnn.pack_padded_sequence, rnn.pad_packed_sequence)
    assert_like_torch(both(pack_padded_sequence, pad_packed_sequence), theirs, [random(4, 3, 2)])


def test_gradcheck():
    t, n = torch.tensor([0, 0, 1]), torch.tensor([1, 0, 1])
    assert_gradcheck(Pack, random(2, 3, 2), t, n)
    assert_gradcheck(Pad, random(3, 2), t, n, 2, 3, 5.0)


@pytest.mark.parametrize("batch_first", [False, True])
def test_sequences_that_are_not_padded_yet(batch_first):
    sequences = [random(length, 2, seed=length) for length in (2, 4, 1)]
    boxed = [Tensor(s, True) for s in sequences]
    expected = rnn.pad_sequence(sequences, batch_first, 7.0)
    assert torch.equal(pad_sequence(boxed, batch_first, 7.0).data, expected)
    ours, theirs = (f(s, enforce_sorted=False) for f, s in
                    ((pack_sequence, boxed), (rnn.pack_sequence, sequences)))  # fmt: skip
    assert torch.equal(ours.data.data, theirs.data)
    ours.data.backward(2 * ours.data.data)
    for mine, sequence in zip(boxed, sequences, strict=True):
        assert torch.equal(mine.grad, 2 * sequence)


@pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU"])
@pytest.mark.parametrize("lengths", [[2, 4, 1, 4], [3, 3, 3]])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_layers_take_packed_sequences(name, lengths, bidirectional):
    ours, theirs = pair(name, 3, 4, 2, bidirectional=bidirectional)
    packs = tuple(
        lambda x, pack=pack: pack(x, lengths, enforce_sorted=False)
        for pack in (pack_padded_sequence, rnn.pack_padded_sequence)
    )
    x = random(4, len(lengths), 3)
    assert_same(ours, theirs, x, prepare=packs)
    shape = (2 * (1 + bidirectional), len(lengths), 4)
    states = [random(*shape, seed=3 + i) for i in range(2 if name == "LSTM" else 1)]
    assert_same(ours, theirs, x, *states, prepare=packs)


@pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU"])
def test_sorted_batches(name):
    ours, theirs = pair(name, 3, 4)
    packs = tuple(
        lambda x, pack=pack: pack(x, [4, 2, 1])
        for pack in (pack_padded_sequence, rnn.pack_padded_sequence)
    )
    assert_same(ours, theirs, random(4, 3, 3), prepare=packs)


@pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU"])
def test_each_sequence_is_read_as_if_it_were_alone(name):
    layer = getattr(dlcore, name)(3, 4, 2, bidirectional=True).double()
    lengths, x = [2, 4, 1], random(4, 3, 3)
    packed, last = layer(pack_padded_sequence(x, lengths, enforce_sorted=False))
    y, _ = pad_packed_sequence(packed)
    for i, length in enumerate(lengths):
        alone, end = layer(x[:length, i])
        torch.testing.assert_close(y.data[:length, i], alone.data)
        for states, state in zip(tuple_of(last), tuple_of(end), strict=True):
            torch.testing.assert_close(states.data[:, i], state.data)


def tuple_of(states):
    return states if isinstance(states, tuple) else (states,)


def test_what_stands_in_the_padding_does_not_matter():
    layer, x = LSTM(3, 4, 2, bidirectional=True), torch.randn(4, 2, 3)
    before = layer(pack_padded_sequence(x, [4, 2]))[0].data.data
    x[2:, 1] = float("nan")
    boxed = Tensor(x, True)
    y = layer(pack_padded_sequence(boxed, [4, 2]))[0].data
    assert torch.equal(y.data, before)
    y.backward(torch.ones_like(y.data))
    assert boxed.grad[2:, 1].tolist() == [[0, 0, 0], [0, 0, 0]]
    assert torch.isfinite(boxed.grad).all()


X = torch.randn(4, 2, 3)
BAD = [
    (lambda: pack_padded_sequence(X, [1, 2]), r"lengths \[1, 2\], which rise; sort the batch"),
    (lambda: pack_padded_sequence(X, [2, 0]), r"a length of 0; lengths lie in 1..4"),
    (lambda: pack_padded_sequence(X, [5, 1]), r"a length of 5; lengths lie in 1..4"),
    (lambda: pack_padded_sequence(X, [4]), r"one length per example, 2 of them"),
    (lambda: pack_padded_sequence(X[:, :0], []), r"at least 1, got lengths of shape \(0,\)"),
    (lambda: pack_padded_sequence(X[:, 0, 0], [4]), r"at least two axes \(T, N, …\), got .*\(4,\)"),
    (lambda: pad_packed_sequence(pack_padded_sequence(X, [4, 1]), total_length=3),
     r"total_length=3, but the longest sequence has 4 steps"),
    (lambda: pad_sequence([]), r"pad_sequence got no sequences"),
    (lambda: LSTM(2, 4)(pack_padded_sequence(X, [4, 1])), r"input_size=2\) got x with 3 features"),
    (lambda: LSTM(3, 4)(PackedSequence(X, torch.tensor([2, 1]))), r"data of a PackedSequence"),
]  # fmt: skip


@pytest.mark.parametrize(("bad", "message"), BAD)
def test_bad_input(bad, message):
    with pytest.raises(ValueError, match=message):
        bad()
