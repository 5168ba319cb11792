import base64
import io
import re
import wave

import numpy as np
import pytest
import torch

from dlcore.study.sound import LIMIT, sound


def played(given):
    html = given._repr_mimebundle_()["text/html"]
    code = re.findall(r'src="data:audio/wav;base64,([^"]+)"', html)[0]
    with wave.open(io.BytesIO(base64.b64decode(code))) as file:
        return file.getframerate(), np.frombuffer(file.readframes(file.getnframes()), np.uint8)


def test_the_player_holds_the_samples():
    rate, samples = played(sound(torch.tensor([0.0, 2.0, -1.0]), 4000, alt="three samples"))
    assert rate == 4000
    assert samples.tolist() == [128, 242, 71]


def test_words_stand_beside_it_and_in_the_label():
    shown = sound([0.0, 1.0], 8000, alt='a "low"  tone\n<once>')
    html = shown._repr_mimebundle_()["text/html"]
    said = "a &quot;low&quot; tone &lt;once&gt;"
    assert f'aria-label="{said}"' in html
    assert f"<figcaption>{said}</figcaption>" in html
    assert repr(shown) == 'Sound: a "low" tone <once>'
    assert "controls" in html
    assert "autoplay" not in html


def test_silence_is_silent():
    assert played(sound(np.zeros(5), 4000, alt="silence"))[1].tolist() == [128] * 5


@pytest.mark.parametrize("samples", [[], np.zeros((2, 2)), np.zeros(LIMIT + 1)])
def test_refuses_what_is_no_short_sound(samples):
    with pytest.raises(ValueError, match=r"sound\(\) takes samples \(T,\)"):
        sound(samples, 4000, alt="nothing")


@pytest.mark.parametrize("alt", ["", "  ", None])
def test_refuses_a_sound_without_words(alt):
    with pytest.raises(ValueError, match="a sentence that says what is heard"):
        sound([1.0], 4000, alt=alt)
