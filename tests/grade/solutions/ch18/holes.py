"""Solutions of 18.4 and 18.5, whole words and several blanks: one right, many wrong ones."""

import itertools
import math

import torch


def hide_words(tokens, begins, draws, others, mask, share):
    place = torch.arange(tokens.shape[1])
    first = torch.where(begins, place, 0).cummax(1).values
    draw, fate = draws[:, :, 0].gather(1, first), draws[:, :, 1].gather(1, first)
    chosen = (draw < share) & (tokens >= 4)
    shown = torch.where(chosen & (fate < 0.8), mask, tokens)
    shown = torch.where(chosen & (fate >= 0.9), others, shown)
    return shown, torch.where(chosen, tokens, -100)


def blanks_cost(joint, hidden):
    def nats(places):
        rest = [n for n in range(joint.ndim) if n not in places]
        p = joint.sum(rest).flatten() if rest else joint.flatten()
        p = p[p > 0]
        return -(p * p.log()).sum().item()

    everything, apart, together = list(range(joint.ndim)), 0.0, 0.0
    sets = list(itertools.combinations(everything, hidden))
    for blank in sets:
        seen = [n for n in everything if n not in blank]
        known = nats(seen)
        together += (nats(everything) - known) / hidden / len(sets)
        for n in blank:
            apart += (nats([*seen, n]) - known) / hidden / len(sets)
    return "a", apart, together


REFERENCE = {"18.4": hide_words, "18.5": blanks_cost}


def hidden_by_loops(signs=True, one=True, only=True, truth=True, by_piece=False, blank=False,
                    change=None):  # fmt: skip
    """Going from piece to piece; signs to truth: what the sheet's bugs leave out."""

    def hide_words(tokens, begins, draws, others, mask, share):
        shown, asked = tokens.clone(), torch.full_like(tokens, -100)
        for n, row in enumerate(tokens.tolist()):
            first = 0
            for t, token in enumerate(row):
                first = t if begins[n, t] else first
                draw = draws[n, t if by_piece else first, 0]
                fate = draws[n, first if one else t, 1]
                chosen = bool(draw < share) and (token >= 4 or not signs)
                if chosen and (blank or fate < 0.8):
                    shown[n, t] = mask
                elif fate >= 0.9 and (chosen or not only):
                    shown[n, t] = others[n, t]
                if chosen:
                    asked[n, t] = token if truth else shown[n, t]
        return change(shown, asked) if change else (shown, asked)

    return hide_words


def text_by_text(see="shown", chain="shown", sets="all", per="both", weigh=True, base=math.e,
                 letter="a", swap=False, out=None):  # fmt: skip
    """Going through all texts; see, chain: what the guesses use."""

    def blanks_cost(joint, hidden):
        T = joint.ndim

        def p(word, places):
            index = [word[n] if n in places else slice(None) for n in range(T)]
            return joint[tuple(index)].sum().item()

        chosen = list(itertools.combinations(range(T), hidden))
        chosen = {"all": chosen, "first": chosen[:1], "last": chosen[-1:]}[sets]
        apart = together = 0.0
        for blank in chosen:
            seen = [n for n in range(T) if n not in blank]
            contexts = {tuple(w[n] for n in seen) for w in words(joint)}
            for word in words(joint):
                weight = joint[word].item()
                if not weigh:
                    weight = weight / p(word, seen) / len(contexts)
                for n in blank:
                    known = {"shown": seen, "none": [], "rest": [m for m in range(T) if m != n]}
                    given = known[see]
                    share = p(word, [*given, n]) / p(word, given)
                    apart -= weight * math.log(share, base) / len(chosen)
                known = seen if chain == "shown" else []
                share = p(word, [*known, *blank]) / p(word, known)
                together -= joint[word].item() * math.log(share, base) / len(chosen)
        divide = hidden if per != "none" else 1, hidden if per == "both" else 1
        found = apart / divide[0], together / divide[1]
        found = found[::-1] if swap else found
        return (letter, *(out(*found) if out else found))

    return blanks_cost


def words(joint):
    return [tuple(place) for place in (joint > 0).nonzero().tolist()]


WRONG = {
    "18.4": [
        (hidden_by_loops(signs=False, one=False, only=False, truth=False), "Numbers below 4"),
        (hidden_by_loops(signs=False), "Numbers below 4"),
        (hidden_by_loops(one=False, only=False, truth=False), "share \\*one\\* fate"),
        (hidden_by_loops(one=False), "share \\*one\\* fate"),
        (hidden_by_loops(only=False, truth=False), "What is not chosen"),
        (hidden_by_loops(only=False), "What is not chosen"),
        (hidden_by_loops(truth=False), "not what is shown there"),
        (hidden_by_loops(by_piece=True), "You choose piece by piece"),
        (hidden_by_loops(blank=True), "every chosen word becomes blanks"),
        (hidden_by_loops(change=lambda shown, asked: (shown + 1, asked)), "what is shown is not"),
        (hidden_by_loops(change=lambda shown, asked: (shown, asked + 1)), "what is asked is not"),
    ],
    "18.5": [
        (text_by_text(sets="first"), "the first words only"),
        (text_by_text(sets="last"), "the last words only"),
        (text_by_text(see="none", chain="none"), "guesses of the blanks do not use"),
        (text_by_text(see="none"), "For `apart` you do not use"),
        (text_by_text(chain="none"), "For `together` you do not use"),
        (text_by_text(see="rest"), "sees the other blanks"),
        (text_by_text(weigh=False), "every context counts alike"),
        (text_by_text(per="none"), "nats of all blanks together"),
        (text_by_text(per="apart"), "`together` is what all blanks cost"),
        (text_by_text(swap=True), "are exchanged"),
        (text_by_text(base=2), "are bits"),
        (text_by_text(letter="d"), "your prediction"),
        (text_by_text(out=lambda a, b: (a + 0.1, b)), "Look at the apart first"),
        (text_by_text(out=lambda a, b: (a, b + 0.1)), "Look at the together first"),
        (lambda joint, hidden: blanks_cost(joint, hidden)[1:], "Return 3 values"),
    ],
}
