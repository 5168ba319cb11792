"""Slips in the solutions of chapter 15 that change nothing."""

SURPLUS = "nobody reads the number behind the last one, and without a phrase all are 0"
UNREAD = "nobody reads the numbers behind the last state"
BLANK = "a blank stands at every second state, and two blanks never differ"
FIRST = "before the first layer only place 0 is read"
BEGIN = "before place 0 there is nothing to match"
NO_TIE = "no drawn weights reach one half exactly, where rounding errors would decide"

START = "blanks: counts = [(1, 0)] + [(0, 0)] * (len(states) - 1)"
COUNTS = START.split(": ")[1].removesuffix("- 1)")
HEARD = "one_kernel: counts, reached = ([1.0] + [0.0] * (field - 1), {0})"
BACK = "play_on: for place in range(len(notes) - 1, 0, -1):"
JUMP = "blanks: if k >= 2 and state != 0 and (state != states[k - 2]):"

EQUAL = {
    "15.2": {
        "spot: row = [0] * (len(transcript) + 1) → row = [0] * (len(transcript) + 2)": SURPLUS,
    },
    "15.5": {
        f"{START} → {COUNTS}+ 1)": UNREAD,
        f"{START} → {COUNTS}- 0)": UNREAD,
        f"{JUMP} → if k >= 2 and state != states[k - 2]:": BLANK,
        f"{JUMP} → if k > 2 and state != 0 and (state != states[k - 2]):": BLANK,
        f"{JUMP} → if k >= 3 and state != 0 and (state != states[k - 2]):": BLANK,
        f"{JUMP} → if k >= 2 and state != -1 and (state != states[k - 2]):": BLANK,
    },
    "15.6": {"looks: if total >= 0.5: → if total > 0.5:": NO_TIE},
    "15.8": {f"{HEARD} → counts, reached = ([1.0] + [0.0] * (field - 2), {{0}})": FIRST},
    "15.9": {
        f"{BACK} → for place in range(len(notes) - 1, 0 - 1, -1):": BEGIN,
        f"{BACK} → for place in range(len(notes) - 1, -1, -1):": BEGIN,
    },
}
