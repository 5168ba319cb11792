"""Models of words, and of whatever can be written as words."""

CHAPTERS = (16, 17, 18, 20, 21, 22)
READING_ORDER = (
    "ngram", "word_counts", "skipgram", "alignment", "phrase_table", "seq2seq", "bilstm", "crnn",
    "attentive", "translator", "seen", "sparse_attention", "lite", "llama", "gpt", "bert",
    "albert", "attention_only", "in_context", "short_sentences", "mamba",
    "fast_weights", "neural_memory", "experts",
)  # fmt: skip
