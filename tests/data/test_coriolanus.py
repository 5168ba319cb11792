import hashlib

from dlcore import data


def test_the_text_is_the_opening_of_tiny_shakespeare():
    text = data.coriolanus()
    assert text.startswith("First Citizen:\nBefore we proceed any further, hear me speak.\n\nAll:")
    assert text.endswith("They are not such as you.\n")
    assert len(text) == 4902
    assert len(set(text)) == 53
    digest = hashlib.sha256(text.encode("ascii")).hexdigest()
    assert digest == "87786d5a013f51845a53a5a9b5b7c88bc567bc0c2d877db67e5d576de40294d1"
