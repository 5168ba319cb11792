"""Chapter 17's translator as it runs in the page, and what the page says of it.

The net is the chapter's with half its width, and the sentences are the chapter's; it learns for
longer and from more of them, because a reader who types wants an answer that makes sense. It takes
six minutes on one quiet core.
"""

import copy

import torch
from live_steps import take_steps

from dlcore.autodiff import no_grad
from dlcore.data import Vocabulary, translations
from dlcore.data.translations import (
    ADJECTIVES,
    ADVERBS,
    ENDINGS,
    MANY,
    NOUNS,
    PLURAL,
    PREPOSITIONS,
    VERBS,
    gender,
    made_up,
    plural_form,
)
from dlcore.layers import Sequential
from dlcore.methods.decode.beam import beam_search
from dlcore.methods.export import in_half
from dlcore.models import TransformerTranslator
from dlcore.models.language.seq2seq import BEGIN, END, translation_loss, trimmed
from dlcore.study import draw
from dlcore.training import Adam

WIDTH, HEADS, LAYERS, INSIDE = 32, 4, 2, 128
STEPS, RATE, BATCH = 6000, 0.004, 64
LONGEST = 24  # tokens that the page's sentences may have, and their translations
# What the page opens with: a sentence, the places that are chosen there, and who looks.
FIRST = {
    "words": ["the", "old", "dog", "near", "a", "tree", "sees", "many", "birds", "often"],
    "place": {"source": 2, "said": 8},
    "look": {"kind": "source", "layer": 1, "head": 3},
}
LOOKS = ("encoder", "writer", "source")  # who looks: the encoder, the writer at itself, and there


def words():
    """The vocabularies of both languages: all words that the grammar knows."""
    here = [*NOUNS, *VERBS, *map(plural_form, NOUNS + VERBS), *ADJECTIVES, *ADVERBS]
    there = [*map(made_up, NOUNS + ADJECTIVES + ADVERBS + PREPOSITIONS), PLURAL, MANY]
    verbs = [made_up(verb) + ending for verb in VERBS for ending in ENDINGS.values()]
    articles = ["the", "a", "an", "many"]
    return Vocabulary([here + PREPOSITIONS + articles]), Vocabulary([there + verbs])


def lexicon():
    """The same words by kind, for the page: it knows the grammar and says what would be right."""
    return {
        "nouns": [[noun, plural_form(noun), made_up(noun), gender(noun)] for noun in NOUNS],
        "verbs": [[verb, plural_form(verb), made_up(verb)] for verb in VERBS],
        "adjectives": [[word, made_up(word)] for word in ADJECTIVES],
        "adverbs": [[word, made_up(word)] for word in ADVERBS],
        "prepositions": [[word, made_up(word)] for word in PREPOSITIONS],
        "plural": PLURAL,
        "many": MANY,
        "endings": {"plural": ENDINGS["plural"], "yes": ENDINGS[True], "no": ENDINGS[False]},
    }


def empty():
    """The net before it has learned."""
    here, there = words()
    return TransformerTranslator(
        len(here), len(there), WIDTH, HEADS, LAYERS, INSIDE, norm_first=True
    )


def translator(steps=STEPS, examples=60_000):
    """The net, trained."""
    here, there = words()
    pairs = translations(examples, seed=10_000)
    x = here.table([pair.source for pair in pairs], end=True)
    y = there.table([pair.target for pair in pairs], begin=True, end=True)
    torch.manual_seed(0)
    net = empty()
    return take_steps(
        net, Adam(net.parameters(), lr=RATE),
        lambda x, y: translation_loss(net, trimmed(x), trimmed(y)), [x, y],
        steps=steps, batch=BATCH, warmup=steps // 20 + 1, longest=1.0,
    )  # fmt: skip


def translate(net, sources):
    """Lists of words into lists of words: each next word is the one with the highest score."""
    here, there = words()
    start = net.start(here.table(sources, end=True))
    said, _ = beam_search(net.step, start, len(sources), BEGIN, END, width=1, longest=LONGEST)
    return [there.sentence(row) for row in said.tolist()]


def right(net, pairs):
    """How many of these sentences it gets right as a whole."""
    found = translate(net, [pair.source for pair in pairs])
    return sum(said == pair.target for said, pair in zip(found, pairs))


def as_layers(net):
    """The net's parts in the order in which a page lists them."""
    stacks = net.transformer.encoder, net.transformer.decoder
    encoder, decoder = (
        Sequential({**{str(i): parts_of(layer) for i, layer in enumerate(stack.layers)},
                    "norm": stack.norm})
        for stack in stacks
    )  # fmt: skip
    return Sequential({
        "source": net.source, "target": net.target, "encoder": encoder, "decoder": decoder,
        "out": net.out,
    })  # fmt: skip


def parts_of(layer):
    names = ["norm1", "self_attn", "norm2", "multihead_attn", "norm3", "linear1", "linear2"]
    return Sequential({name: getattr(layer, name) for name in names if hasattr(layer, name)})


def as_translator(layers):
    """The way back."""
    net = empty()
    as_layers(net).load_state_dict(layers.state_dict())
    return net.eval()


def without_head(net, look, layer, head):
    """A copy in which one head brings nothing: 0 in place of its mean."""
    net = copy.deepcopy(net)
    stack = net.transformer.encoder if look == "encoder" else net.transformer.decoder
    block = stack.layers[layer]
    attention = block.multihead_attn if look == "source" else block.self_attn
    wide = WIDTH // HEADS
    attention.out_proj.weight.data[:, head * wide : (head + 1) * wide] = 0
    return net


def without_places(net):
    """A copy that is not told where its words stand."""
    net = copy.deepcopy(net)
    net.places = None
    return net


def looks(net, source, target):
    """(heads, T, S) of each look at one sentence and its translation, by (look, layer)."""
    here, there = words()
    found = {}
    with no_grad():
        rows = net.embed(net.source, here.table([source], end=True))
        for i, layer in enumerate(net.transformer.encoder.layers):
            found["encoder", i] = weights(layer.self_attn, layer.norm1(rows))
            rows = layer(rows)
        memory = net.transformer.encoder.norm(rows)
        rows = net.embed(net.target, there.table([target], begin=True))
        for i, layer in enumerate(net.transformer.decoder.layers):
            seen = layer.norm1(rows)
            found["writer", i] = weights(layer.self_attn, seen, is_causal=True)
            after = rows + layer.self_attention(seen, None, None, True)
            found["source", i] = weights(layer.multihead_attn, layer.norm2(after), memory)
            rows = layer(rows, memory, tgt_is_causal=True)
    return found


def weights(attention, rows, memory=None, **options):
    seen = rows if memory is None else memory
    return attention(rows, seen, seen, average_attn_weights=False, **options)[1].data[0]


def picture(layers):
    """The opening sentence and where the chosen head looks while it is translated."""
    net, source = as_translator(in_half(layers)), FIRST["words"]
    (target,), look = translate(net, [source]), FIRST["look"]
    table = looks(net, source, target)[look["kind"], look["layer"]][look["head"]]
    return draw.heatmap(
        table,
        xticks=[*source, "end"],
        yticks=[*target, "end"],
        xlabel="looked at",
        ylabel="written",
        limits=(0, 1),
        size=(8.5, 4.4),
        alt=f"The sentence “{' '.join(source)}” and its translation by the net, word by word; a "
        "dark square shows where one head of the writer looked before it wrote the word.",
    )


def about(layers, tested=1000, fewer=200):
    """What the page says of the net, measured with the weights that the page has.

    tested, fewer: how many sentences judge the whole net, and the net without each of its heads.
    """
    net, pairs = as_translator(in_half(layers)), translations(tested, seed=20_000)
    some = pairs[:fewer]
    heads = {
        look: [[right(without_head(net, look, layer, head), some) for head in range(HEADS)]
               for layer in range(LAYERS)]
        for look in LOOKS
    }  # fmt: skip
    here, there = words()
    return {
        "here": here.words,
        "there": there.words,
        "lexicon": lexicon(),
        "first": FIRST,
        "heads": HEADS,
        "layers": LAYERS,
        "longest": LONGEST,
        "parameters": sum(p.numel() for p in net.parameters()),
        "steps": STEPS,
        "tested": tested,
        "right": right(net, pairs),
        "without_places": right(without_places(net), pairs),
        "heads_tested": fewer,
        "with_heads": right(net, some),
        "without_head": heads,
    }
