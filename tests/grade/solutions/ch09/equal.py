"""Slips in the solutions of chapter 9 that change nothing."""

ORDER = "the inner product does not depend on the order"
AXIS = "a list of numbers has one axis"
CANCELS = "a factor in all sums cancels when one is divided by another"

AGREE = "agree.append(sum((weight[i, j] * s[i] * s[j] for i, j in pairs)) + "
MOVE = "torch.where(there > 0, chance, 1 - chance).prod(2)"
SHARE = "share, quiet = "
SEEN = "share * (1 - quiet if effect else quiet)"
LOG_P = "log_p = x @ b + torch.nn.functional.softplus(x @ weight.T + c).sum(1) - parts."

EQUAL = {
    "9.1": {
        f"chances: {AGREE}bias @ states[-1]) → {AGREE}states[-1] @ bias)": ORDER,
        "chances: shares = torch.softmax(torch.stack(agree), 0)"
        " → shares = torch.softmax(torch.stack(agree), -1)": AXIS,
    },
    "9.2": {"twins: if share >= 0.5: → if share > 0.5:": "at a half all weights are 0 either way"},
    "9.5": {
        f"apart: return {MOVE} → return -{MOVE}": "a step takes two of them: the signs cancel",
    },
    "9.6": {
        f"blame: {SHARE}(1.0, 1 - leak) → {SHARE}(-1.0, 1 - leak)": CANCELS,
        f"blame: {SHARE}(1.0, 1 - leak) → {SHARE}(2.0, 1 - leak)": CANCELS,
        f"blame: total += {SEEN} → total -= {SEEN}": CANCELS,
        "blame: return total → return -total": CANCELS,
    },
    "9.7": {
        "stacked: prior = torch.log_softmax(scores, 0)"
        " → prior = torch.log_softmax(scores, -1)": AXIS,
        "stacked: log_p.append(torch.stack(joint).logsumexp(0))"
        " → log_p.append(torch.stack(joint).logsumexp(-1))": AXIS,
    },
    "9.10": {f"trust: {LOG_P}logsumexp(0) → {LOG_P}logsumexp(-1)": AXIS},
}
