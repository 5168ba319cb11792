"""Runs the scripts of the pages in node."""

import json
import subprocess
from pathlib import Path

import vendor

LIVE = Path(__file__).resolve().parents[2] / "assets" / "live"


def in_node(body, question, **scripts):
    """What a function body in JavaScript returns for `question`; scripts: the file of each name."""
    loaded = [f"globalThis.{k} = require({json.dumps(str(LIVE / v))});" for k, v in scripts.items()]
    program = f"""{"".join(loaded)}
    const question = JSON.parse(require("fs").readFileSync(0, "utf8"));
    const answer = (() => {{ {body} }})();
    const plain = (_, value) => (value instanceof Float32Array ? [...value] : value);
    process.stdout.write(JSON.stringify(answer, plain));"""
    node = Path(vendor.npm()[0]).with_name("node")
    done = subprocess.run(
        [node, "-e", program], input=json.dumps(question), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
