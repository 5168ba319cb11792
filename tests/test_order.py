"""The order in which tests start: long ones first, those of a file together."""

import pytest


def test_long_tests_start_first_and_files_stay_together(request):
    long = [item.get_closest_marker("long") is not None for item in request.session.items]
    assert long == sorted(long, reverse=True)
    rest = request.session.items[sum(long) :]
    groups = [item.get_closest_marker("xdist_group").args for item in rest]
    assert groups == [(str(item.path),) for item in rest]


@pytest.mark.long
@pytest.mark.parametrize("number", range(2))
def test_long_tests_are_for_the_worker_that_is_free(number, request):
    assert request.node.get_closest_marker("xdist_group") is None
