"""A made-up text in which words have attributes: gender, number, capital, tense (chapter 16).

Each noun is a base (king and queen share words of their own, invented ones) times gender times
number; each attribute has words of its own that it is seen with: his and her, is and are, border
and street, today and yesterday. So the text knows why king − man + woman should be queen.
"""

import random
from typing import NamedTuple

Pair = tuple[str, str]


def _pairs(text: str) -> list[Pair]:
    return [(first, second) for first, second in (word.split("/") for word in text.split())]


NOUNS = _pairs(
    "king/queen prince/princess duke/duchess emperor/empress lord/lady man/woman boy/girl "
    "father/mother brother/sister son/daughter uncle/aunt nephew/niece husband/wife actor/actress "
    "waiter/waitress host/hostess hero/heroine wizard/witch monk/nun bull/cow rooster/hen "
    "stallion/mare ram/ewe tiger/tigress"
)
CAPITALS = _pairs(
    "france/paris italy/rome spain/madrid greece/athens egypt/cairo japan/tokyo norway/oslo "
    "poland/warsaw peru/lima cuba/havana kenya/nairobi turkey/ankara"
)
TENSES = _pairs(
    "walks/walked sings/sang eats/ate writes/wrote buys/bought finds/found loses/lost sees/saw "
    "takes/took brings/brought keeps/kept sells/sold"
)
OWN = (str.split("his he himself beard"), str.split("her she herself dress"))
NUMBER = (("this", "is", "alone"), ("these", "are", "together"))
WHEN = (str.split("today now daily often"), str.split("yesterday earlier before once"))
WHERE = (str.split("border army coast people"), str.split("street mayor museum station"))
LETTERS = ("bdfgklmnprst", "aeiou")


class _Dice(NamedTuple):
    """A source of chance, the invented words of each base, and whether attributes count."""

    random: random.Random
    topics: dict[str, list[str]]
    attribute: bool

    def topic(self, base: str) -> str:
        return self.random.choice(self.topics[base])

    def seen_with(self, kind: int) -> int:
        """Which attribute's words come: its own, or without attributes either's."""
        return kind if self.attribute else self.random.randrange(2)


def plural(noun: str) -> str:
    """The plural of one of the NOUNS."""
    if noun.endswith("man"):
        return noun[:-3] + "men"
    if noun.endswith("y") and noun != "boy":
        return noun[:-1] + "ies"
    if noun.endswith("fe"):
        return noun[:-2] + "ves"
    return noun + ("es" if noun[-1] in "sho" else "s")


def word_relations() -> dict[str, list[Pair]]:
    """The pairs of words that each of four relations joins, as the text knows them."""
    gender = NOUNS + [(plural(a), plural(b)) for a, b in NOUNS]
    number = [(noun, plural(noun)) for pair in NOUNS for noun in pair]
    return {"gender": gender, "number": number, "capital": CAPITALS, "tense": TENSES}


def word_corpus(count: int, seed: int = 0, attribute: bool = True) -> list[list[str]]:
    """`count` sentences of six kinds, each a list of words that ends with a full stop.

    attribute=False is the control: the same words about as often, but his or her, is or are, and so
    on come by chance, whatever the noun. 6,000 sentences have about 50,000 words, 380 different.
    Raises ValueError for a count below 0.
    """
    if count < 0:
        raise ValueError(f"count must be at least 0, got {count}")
    chance = random.Random(seed)
    dice = _Dice(chance, _topics(chance), attribute)
    kinds = (_who, _likes, _when, _matter, _of, _near)
    return [[*chance.choice(kinds)(dice).split(), "."] for _ in range(count)]


def _topics(chance: random.Random) -> dict[str, list[str]]:
    """Four invented words for each base, which nothing else is seen with."""
    bases = [first for first, _ in (*NOUNS, *CAPITALS, *TENSES)]
    invented: dict[str, None] = {}
    while len(invented) < 4 * len(bases):
        size = chance.choice((2, 2, 3))
        word = "".join(chance.choice(letters) for _ in range(size) for letters in LETTERS)
        invented[word] = None
    words = list(invented)
    return {base: words[4 * i : 4 * i + 4] for i, base in enumerate(bases)}


def _noun(dice: _Dice) -> tuple[str, str, list[str], tuple[str, str, str]]:
    """A noun's form, one of its base's words, and the words of its gender and number."""
    pair, kind, many = dice.random.choice(NOUNS), dice.random.randrange(2), dice.random.randrange(2)
    form = plural(pair[kind]) if many else pair[kind]
    return form, dice.topic(pair[0]), OWN[dice.seen_with(kind)], NUMBER[dice.seen_with(many)]


def _who(dice: _Dice) -> str:
    noun, topic, own, (this, is_, alone) = _noun(dice)
    return f"{this} {noun} with {own[0]} {topic} {is_} {alone}"


def _likes(dice: _Dice) -> str:
    noun, topic, own, (this, is_, _) = _noun(dice)
    return f"the {topic} {is_} for {this} {noun} and {own[1]} likes {own[2]}"


def _near(dice: _Dice) -> str:
    noun, topic, own, (_, is_, _) = _noun(dice)
    return f"the {noun} in the {own[3]} {is_} near the {topic}"


def _when(dice: _Dice) -> str:
    pair, past = dice.random.choice(TENSES), dice.random.randrange(2)
    when = dice.random.choice(WHEN[dice.seen_with(past)])
    if dice.random.random() < 0.5:
        return f"{when} ann {pair[past]} the {dice.topic(pair[0])}"
    return f"the {dice.topic(pair[0])} that tom {pair[past]} {when}"


def _place(dice: _Dice) -> tuple[str, str, str]:
    pair, city = dice.random.choice(CAPITALS), dice.random.randrange(2)
    return pair[city], dice.random.choice(WHERE[dice.seen_with(city)]), dice.topic(pair[0])


def _matter(dice: _Dice) -> str:
    place, where, topic = _place(dice)
    return f"in {place} the {where} and the {topic} matter"


def _of(dice: _Dice) -> str:
    place, where, topic = _place(dice)
    return f"the {where} of {place} has a {topic}"
