"""Sentences in plain English and in a made-up language that puts the verb last (chapter 16).

In the made-up language the adjective follows its noun, prepositions follow their phrase, an adverb
opens the sentence, articles are dropped, and the verb's ending tells number and gender of the
subject: "the old dog often sees a bird" has an order that no word by itself gives away.
"""

import random
from typing import NamedTuple

NOUNS = str.split(
    "dog cat man woman child teacher farmer king bird horse house tree river book letter apple "
    "bread boat hat song"
)
VERBS = str.split("sees finds likes carries follows paints wants hears brings loses")
IRREGULAR = {"man": "men", "woman": "women", "child": "children", "carries": "carry"}
ADJECTIVES = str.split("old small red green young happy big dark")
ADVERBS = str.split("often today quietly never")
PREPOSITIONS = str.split("near with behind")
PLURAL, MANY, BECAUSE, AND = "mi", "lo", "nu", "ve"
ENDINGS = {"plural": "ka", True: "ta", False: "sa"}


class Translation(NamedTuple):
    """The same sentence twice, as words."""

    source: list[str]
    target: list[str]


class _Phrase(NamedTuple):
    source: list[str]
    target: list[str]
    noun: str
    plural: bool


def made_up(word: str) -> str:
    """The made-up word for an English one: four letters that follow from its letters."""
    dice = random.Random("word " + word)
    return "".join(dice.choice("bdgklmnprtvz") + dice.choice("aeiou") for _ in range(2))


def plural_form(word: str) -> str:
    """Of one of NOUNS, or of VERBS, which are listed in the singular."""
    if word in VERBS:
        return IRREGULAR.get(word, word[:-1])
    return IRREGULAR.get(word, word + "s")


def gender(noun: str) -> bool:
    """One of two classes, which follows from the noun's letters."""
    return random.Random("gender " + noun).random() < 0.5


def translations(
    count: int, seed: int = 0, clauses: tuple[int, ...] = (1,), reorder: bool = True
) -> list[Translation]:
    """`count` pairs by a grammar: about 10⁹ sentences of one clause, 4 to 20 words.

    clauses: how many, drawn from these: 1, 2 or both; "because" then turns the clauses round.
    reorder=False is the control: the same words and endings, in the source's order.
    Raises ValueError for a count below 0 or other numbers of clauses.
    """
    if count < 0 or not clauses or not set(clauses) <= {1, 2}:
        raise ValueError(
            f"translations needs count ≥ 0, clauses of 1 or 2, got {count=}, {clauses=}"
        )
    dice = random.Random(seed)
    found = []
    for _ in range(count):
        one = _clause(dice, reorder)
        if dice.choice(clauses) == 2:
            joint, two = dice.choice(("because", "and")), _clause(dice, reorder)
            source = [*one.source, joint, *two.source]
            if joint == "because" and reorder:
                one = Translation(source, [*two.target, BECAUSE, *one.target])
            else:
                word = BECAUSE if joint == "because" else AND
                one = Translation(source, [*one.target, word, *two.target])
        found.append(one)
    return found


def _clause(dice: random.Random, reorder: bool) -> Translation:
    subject, thing = (_noun_phrase(dice, reorder, deep=True) for _ in range(2))
    verb = dice.choice(VERBS)
    ending = ENDINGS["plural"] if subject.plural else ENDINGS[gender(subject.noun)]
    said = made_up(verb) + ending
    source = [*subject.source, plural_form(verb) if subject.plural else verb, *thing.source]
    target = [*subject.target, *thing.target, said]
    if not reorder:
        target = [*subject.target, said, *thing.target]
    if dice.random() < 0.3:
        adverb = dice.choice(ADVERBS)
        source = [*source, adverb]
        target = [made_up(adverb), *target] if reorder else [*target, made_up(adverb)]
    return Translation(source, target)


def _noun_phrase(dice: random.Random, reorder: bool, deep: bool = False) -> _Phrase:
    noun, plural = dice.choice(NOUNS), dice.random() < 0.35
    count = dice.choices((0, 1, 2), (0.45, 0.4, 0.15))[0]
    adjectives = dice.sample(ADJECTIVES, 2)[:count]
    article = dice.choice(("the", "many") if plural else ("the", "a"))
    source = [article, *adjectives, plural_form(noun) if plural else noun]
    if article == "a" and source[1][0] in "aeiou":
        source[0] = "an"
    many, several = [MANY] * (article == "many"), [PLURAL] * plural
    if reorder:
        target = [made_up(noun), *several, *(made_up(a) for a in reversed(adjectives)), *many]
    else:
        target = [*many, *(made_up(a) for a in adjectives), made_up(noun), *several]
    if deep and dice.random() < 0.25:
        place, inner = dice.choice(PREPOSITIONS), _noun_phrase(dice, reorder)
        source = [*source, place, *inner.source]
        if reorder:
            target = [*inner.target, made_up(place), *target]
        else:
            target = [*target, made_up(place), *inner.target]
    return _Phrase(source, target, noun, plural)
