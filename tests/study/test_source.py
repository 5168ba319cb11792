import inspect

import numpy as np
import pytest

from dlcore.autodiff import Function
from dlcore.layers import Linear
from dlcore.study.source import Source, source


@pytest.mark.parametrize("obj", [Linear, Function, Linear.forward, source])
def test_source_is_the_code_as_it_stands(obj):
    assert source(obj).code == inspect.getsource(obj)


def test_markdown_names_the_file_and_fences_the_code():
    markdown = source(Linear)._repr_mimebundle_()["text/markdown"]
    assert markdown.startswith("**`dlcore/layers/linear.py`**\n\n```python\nclass Linear(")
    assert markdown.endswith("```\n")


def test_code_that_holds_a_fence_gets_a_longer_one():
    markdown = Source("a.py", 'x = "```"\n')._repr_mimebundle_()["text/markdown"]
    assert "````python\n" in markdown
    assert markdown.endswith("\n````\n")


@pytest.mark.parametrize("obj", [3, "Linear", np])
def test_only_classes_and_functions(obj):
    with pytest.raises(TypeError, match=r"expects a class or a function of dlcore, got"):
        source(obj)


@pytest.mark.parametrize("obj", [np.linspace, pytest.raises, len, dict])
def test_only_code_of_dlcore(obj):
    with pytest.raises(ValueError, match=r"source\(\) shows code of dlcore only"):
        source(obj)
