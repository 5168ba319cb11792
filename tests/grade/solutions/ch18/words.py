"""Solutions of 18.1 to 18.3, the table, the floor and asking: one right, many wrong ones."""

import math

import torch


def tied(table, turn, tokens):
    shown, wanted = tokens[:, :-1].flatten(), tokens[:, 1:].flatten()
    shown, wanted = shown[wanted > 0], wanted[wanted > 0]
    count = max(1, len(wanted))
    x = table[shown]
    h = x @ turn.T
    log_p = (h @ table.T).log_softmax(1)
    loss = -log_p[torch.arange(len(wanted)), wanted].sum() / count
    to_logits = log_p.exp()
    to_logits[torch.arange(len(wanted)), wanted] -= 1
    to_logits = to_logits / count
    to_h = to_logits @ table
    to_table = (to_logits.T @ h).index_add(0, shown, to_h @ turn)
    return loss, to_table, to_h.T @ x


def floor(names, things, gives, kept, given, loss):
    words = (1 - gives) * kept + gives * given
    fate = 0.0
    for p in (gives, 1 - gives):
        fate -= p * math.log(p) if p > 0 else 0.0
    cast = math.log(names) + math.log(things)
    best = (cast + fate + gives * math.log(names - 1)) / words
    blind = (cast + fate + gives * math.log(names) + cast) / words
    return best, blind, math.exp((best - loss) * words / 2)


def choose_rule(told, alone, lengths, right, cut):
    whole = told.sum(2)
    rules = {"whole": whole, "word": whole / lengths, "gain": whole - alone.sum(2)}
    hits = {rule: (score.argmax(1) == right).double() for rule, score in rules.items()}
    rule = max(hits, key=lambda name: hits[name][:cut].sum().item())
    seen = torch.stack([hit[:cut].mean() for hit in hits.values()])
    return rule, seen, hits[rule][cut:].mean()


REFERENCE = {"18.1": tied, "18.2": floor, "18.3": choose_rule}


def by_autograd(shift=1, padding=False, mean="words", turned=False, ways="both", change=None):
    """Gradients by torch, with one thing changed."""

    def tied(table, turn, tokens):
        first, last = (table.clone().requires_grad_() for _ in range(2))
        A = turn.clone().requires_grad_()
        h = first[tokens[:, :-1]] @ (A if turned else A.T)
        logits = (h @ last.T).flatten(0, 1)
        target = (tokens[:, 1:] if shift else tokens[:, :-1]).flatten()
        paid = torch.nn.functional.cross_entropy(
            logits, target, ignore_index=-100 if padding else 0, reduction="sum"
        )
        asked = len(target) if padding else int((target > 0).sum())
        by = {"words": asked, "places": len(target), "sum": 1}[mean]
        loss = paid / max(1, by)
        loss.backward()
        both = {"both": first.grad + last.grad, "in": first.grad, "out": last.grad}[ways]
        found = loss.item(), both, A.grad
        return change(found, table, turn, tokens) if change else found

    return tied


def last_one_counts(found, table, turn, tokens):
    """A word read twice gets the gradient of its last place."""
    shown, wanted = tokens[:, :-1].flatten(), tokens[:, 1:].flatten()
    x = table[shown]
    p = (x @ turn.T @ table.T).softmax(1)
    p[torch.arange(len(wanted)), wanted] -= 1
    p = p * (wanted > 0)[:, None] / max(1, int((wanted > 0).sum()))
    to_table = torch.zeros_like(table)
    for word, row in zip(shown.tolist(), p @ table @ turn):
        to_table[word] = row
    return found[0], to_table + p.T @ (x @ turn.T), found[2]


def asked_rows_only(found, table, turn, tokens):
    """On the way out only the rows of words that are asked for get something."""
    way_in = by_autograd(ways="in")(table, turn, tokens)[1]
    way_out = by_autograd(ways="out")(table, turn, tokens)[1]
    for word in range(len(table)):
        if word not in tokens[:, 1:].flatten().tolist() or word == 0:
            way_out[word] = 0
    return found[0], way_in + way_out, found[2]


def exponentials(table, turn, tokens):
    shown, wanted = tokens[:, :-1].flatten(), tokens[:, 1:].flatten()
    shown, wanted = shown[wanted > 0], wanted[wanted > 0]
    e = (table[shown] @ turn.T @ table.T).exp()
    p = e / e.sum(1, keepdim=True)
    _, *rest = tied(table, turn, tokens)
    return -p[torch.arange(len(wanted)), wanted].log().sum() / max(1, len(wanted)), *rest


def told_by(friend=1, blind=0, coin=1, last=None, places=2, words=None, by_blind=False, out=None):
    """The floor by going through the stories' places, with one thing changed."""

    def floor(names, things, gives, kept, given, loss):
        length = words(gives, kept, given) if words else kept + gives * (given - kept)
        fate = sum(p * math.log(1 / p) for p in (gives, 1 - gives) if p) * coin
        first = math.log(names * things)
        best = first + fate + gives * math.log(names - friend)
        again = last(names, things, fate) if last else first
        other = first + fate + gives * math.log(names - blind) + again
        above = loss * length - (other if by_blind else best)
        found = best / length, other / length, math.exp(-above / places)
        return out(*found) if out else found

    return floor


def each_story(names, things, gives, kept, given, loss):
    """Nats a word of each kind of story, and then the mean."""
    best = blind = 0.0
    for p, words, friend, anyone in (
        (1 - gives, kept, 1, 1),
        (gives, given, names - 1, names),
    ):
        if p:
            best += p * math.log(names * things * friend / p) / words
            blind += p * math.log((names * things) ** 2 * anyone / p) / words
    words = (1 - gives) * kept + gives * given
    return best, blind, math.exp((best - loss) * words / 2)


def picked(by="first", ties=0, least=False, span="first", rest="rest", divide=None, gain=None,
           out=None):  # fmt: skip
    def choose_rule(told, alone, lengths, right, cut):
        p = told.sum(2)
        rises = gain(p, alone.sum(2), lengths) if gain else p - alone.sum(2)
        words = divide(told) if divide else lengths
        hits = [(x.argmax(1) == right).tolist() for x in (p, p / words, rises)]
        spans = {"first": slice(cut), "rest": slice(cut, None), "all": slice(None)}
        mean = [
            {name: sum(hit[part]) / len(hit[part]) for name, part in spans.items()} for hit in hits
        ]
        shares = [share[by] for share in mean]
        best = min(shares) if least else max(shares)
        place = [n for n, share in enumerate(shares) if share == best][ties]
        seen = [share[span] for share in mean]
        found = ("whole", "word", "gain")[place], seen, mean[place][rest]
        return out(*found) if out else found

    return choose_rule


WRONG = {
    "18.1": [
        (by_autograd(shift=0), "the word that it shows"),
        (by_autograd(padding=True), "ask for the number 0"),
        (by_autograd(mean="places"), "divide by all places"),
        (by_autograd(mean="sum"), "add the losses up"),
        (by_autograd(turned=True), "row times the matrix"),
        (by_autograd(ways="out"), "the way out alone"),
        (by_autograd(ways="in"), "the way in alone"),
        (by_autograd(change=last_one_counts), "one of its gradients only"),
        (by_autograd(change=asked_rows_only), "Every word has a logit"),
        (by_autograd(change=lambda f, *i: (f[0], 2 * f[1], f[2])), "sum of two gradients"),
        (by_autograd(change=lambda f, *i: (f[0], f[1], f[2].T)), "`to_turn` is not"),
        (by_autograd(change=lambda f, *i: (f[0], 2 * f[1], f[2].T)), "a 1 to be taken away"),
        (exponentials, "NaN or infinite"),
        (lambda *inputs: tied(*inputs)[:2], "3 values|asked for"),
    ],
    "18.2": [
        (told_by(friend=0), "somebody \\*else"),
        (told_by(blind=1), "rules the hero out"),
        (told_by(coin=0), "is a choice too"),
        (each_story, "pays all its nats on all its words"),
        (told_by(words=lambda g, kept, given: (kept + given) / 2), "the middle of both kinds"),
        (told_by(last=lambda K, M, fate: math.log(M) + fate), "who the two people are"),
        (told_by(last=lambda K, M, fate: math.log(M)), "knows the owner"),
        (told_by(last=lambda K, M, fate: math.log(K)), "knows the thing"),
        (told_by(places=1), "at \\*two\\* places"),
        (told_by(by_blind=True), "pays more than the best"),
        (told_by(out=lambda a, b, c: (a / math.log(2), b / math.log(2), c)), "are bits"),
        (told_by(places=4), "nats a \\*story"),
        (told_by(last=lambda K, M, fate: 0.0), "one who sees no other"),
        (told_by(out=lambda a, b, c: (a, 2 * b, 2 * c)), "the others are not"),
        (told_by(out=lambda a, b, c: (a / 2, b, c / 2)), "Only `blind` is right"),
        (lambda *inputs: floor(*inputs)[:2], "3 values|asked for"),
    ],
    "18.3": [
        (picked(by="all"), "choose by all questions"),
        (picked(by="rest"), "that are to judge"),
        (picked(ties=-1), "you take the last"),
        (picked(least=True), "most seldom"),
        (picked(rest="all"), "did \\*not\\* choose"),
        (picked(rest="first"), "of the questions that chose"),
        (picked(divide=lambda told: told.shape[2]), "Behind its end"),
        (picked(gain=lambda p, before, n: -p / before), "the difference of their logarithms"),
        (picked(gain=lambda p, before, n: (p - before) / n), "is one a word"),
        (picked(gain=lambda p, before, n: before - p), "turned round"),
        (picked(gain=lambda p, before, n: before), "without a question alone"),
        (picked(out=lambda rule, *rest: (rule.upper(), *rest)), "another name"),
        (picked(out=lambda rule, *rest: ("word", *rest)), "does not follow from them"),
        (picked(out=lambda rule, seen, share: (rule, seen, 1 - share)), "`share` is not"),
        (picked(divide=lambda told: 1 / told.shape[2]), "only the share of \\*word\\*|zeros"),
        (picked(gain=lambda p, before, n: p + before), "only the share of \\*gain\\*"),
        (lambda *inputs: choose_rule(*inputs)[:2], "3 values|asked for"),
    ],
}
