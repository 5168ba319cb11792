"""Print a notebook as text, for `git diff` (.gitattributes, and the driver that `make` sets up).

python3 book/tools/notebook_text.py chapters/ch01_threshold_neurons.ipynb
"""

import hashlib
import json
import sys


def lines(text):
    """The lines of a notebook's text field, which is a string or a list of strings."""
    return "".join(text).splitlines()


def bundle_text(bundle):
    """An output's forms: text in full, anything else as its size and fingerprint."""
    for kind, content in sorted(bundle.items()):
        if kind == "text/plain":
            yield from lines(content)
        else:
            data = json.dumps(content, sort_keys=True).encode()
            yield f"<{kind}, {len(data)} bytes, {hashlib.sha256(data).hexdigest()[:8]}>"


def output_text(output):
    """One output, a stream, an error or a bundle of forms."""
    if output["output_type"] == "stream":
        return lines(output["text"])
    if output["output_type"] == "error":
        return [f"{output['ename']}: {output['evalue']}"]
    return bundle_text(output["data"])


def notebook_text(notebook):
    """The lines of a whole notebook: cells under a rule, outputs behind a bar."""
    for cell in notebook["cells"]:
        tags = cell["metadata"].get("tags", [])
        yield " ".join(["# %%", f"[{cell['cell_type']}]", cell.get("id", ""), *tags]).rstrip()
        yield from lines(cell["source"])
        for output in cell.get("outputs", []):
            yield from (f"| {line}".rstrip() for line in output_text(output))
        yield ""


def main(path):
    """Print a notebook; a file that is none, or of an old format, is printed as it is."""
    with open(path, "rb") as file:
        data = file.read()
    try:
        text = "\n".join(notebook_text(json.loads(data)))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        text = data.decode("utf-8", "replace")
    print(text.encode("utf-8", "replace").decode())


if __name__ == "__main__":
    main(sys.argv[1])
