"""Models of sound: recognisers of words, and nets that make waves."""

CHAPTERS = (15,)
READING_ORDER = ("templates", "word_hmm", "deep_speech", "attend_and_spell", "wavenet")
