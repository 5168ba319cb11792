"""Write requirements.txt from pyproject.toml, and try the oldest versions that it allows.

python book/tools/pins.py [write]     resolve again, keeping the pins that still fit
python book/tools/pins.py upgrade     take the newest versions instead
python book/tools/pins.py check       have all pins wheels for every Python and machine we name?
python book/tools/pins.py lowest      the unit tests in an environment of the oldest versions
"""

import os
import re
import subprocess
import sys
from pathlib import Path

from package import project

ROOT = Path(__file__).resolve().parents[2]
PINS = "requirements.txt"
LOWEST = Path("_build") / "lowest"
PLATFORMS = ("x86_64-manylinux_2_28", "aarch64-manylinux_2_28", "aarch64-apple-darwin")
TESTS = ("tests/autodiff", "tests/layers", "tests/training", "tests/data", "tests/study")
LATER = (  # comparisons with what the oldest torch lacks or does otherwise
    "one_graph", "compile", "repr", "without_a_bias", "instance_norm_like",  # fewer settings
    "torchs_without_its_rounding", "torchs_own_rounding",  # no Muon of its own
    "predicted_variance_like",  # a variance that is a number
    "cut_off_like",  # its other way to draw from a cut normal
    "edges_are_torchs and Hardswish", "test_module and LocalResponseNorm",  # corners
    "torchs_functions_refuse",  # its checkpoint passes our tensors through a Function of its own
)  # fmt: skip
NEEDED_BY_TESTS = ("einops", "hypothesis", "playwright", "psutil", "pytest", "pytest-xdist")
# PyPI's torch asks for NVIDIA's libraries in exact versions; the one without CUDA asks for none.
LEFT_OUT = re.compile(r"^(nvidia|cuda|triton)\b")
HEADER = """\
# The exact environment of the book: `make book` and `make test` install it into .venv.
# Written by `make pins` from pyproject.toml; change the bounds there, run it and `make test`, and
# commit both. Tested with Python {tested} on Linux; all pins have wheels for {others}.
# On Linux, PyPI's torch brings NVIDIA's libraries with it (it pins them itself); a machine without
# a GPU saves several GB with PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu make book
"""


def uv(*arguments, **options):
    """Call uv, which `make pins` installs. The environment it is called from does not count."""
    variables = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}
    variables["MACOSX_DEPLOYMENT_TARGET"] = "14.0"  # the oldest for which torch has wheels
    command = [sys.executable, "-m", "uv", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, env=variables, check=True, text=True, **options)


def pythons():
    """The versions of Python that the classifiers name, oldest first."""
    named = re.findall(r"Python :: (3\.\d+)", "\n".join(project(ROOT)["classifiers"]))
    return sorted(named, key=lambda version: int(version[2:]))


def without_nvidia(pins):
    """The pins that every machine needs: those that torch for CUDA adds are left to torch."""
    return "".join(line for line in pins.splitlines(True) if not LEFT_OUT.match(line))


def header():
    tested = "{}.{}".format(*sys.version_info)
    others = [version for version in pythons() if version != tested]
    return HEADER.format(tested=tested, others=", ".join(others[:-1]) + f" and {others[-1]}")


def write(*options):
    file = ROOT / PINS
    quiet = ("--quiet", "--no-annotate", "--no-header", "--universal", "--all-extras")
    uv("pip", "compile", *quiet, *options, f"--python-version={pythons()[0]}",
       "pyproject.toml", "-o", PINS)  # fmt: skip
    pins = without_nvidia(file.read_text(encoding="utf-8"))
    file.write_text(f"{header()}\n{pins}", encoding="utf-8")


def check():
    """One line for each Python and machine; an error names the pin that has no wheel there."""
    for version in pythons():
        for platform in PLATFORMS:
            uv("pip", "compile", "--quiet", "--no-header", "--only-binary=:all:",
               f"--python-version={version}", f"--python-platform={platform}", PINS,
               stdout=subprocess.DEVNULL)  # fmt: skip
            print(f"Python {version}, {platform}: every pin has a wheel", flush=True)


def lowest():
    """Make an environment of the oldest versions that pyproject.toml allows, and test there."""
    python, pins = ROOT / LOWEST / "bin" / "python", f"{LOWEST}.txt"
    oldest = ("--resolution=lowest-direct", "--only-binary=:all:", "--upgrade")
    (ROOT / LOWEST).parent.mkdir(exist_ok=True)
    uv("venv", "--quiet", "--clear", LOWEST)
    uv("pip", "compile", "--quiet", *oldest, f"--python={python}", "pyproject.toml", "-o", pins)
    uv("pip", "install", "--quiet", f"--python={python}", "-r", pins,
       *NEEDED_BY_TESTS)  # fmt: skip
    uv("pip", "install", "--quiet", f"--python={python}", "--no-deps", "-e", ".")
    quiet = ("-q", "-o", "filterwarnings=default")  # old packages warn of new ones
    known = f"not ({' or '.join(f'({words})' for words in LATER)})"
    subprocess.run([python, "-m", "pytest", *quiet, "-k", known, *TESTS], cwd=ROOT, check=True)


def main(action="write"):
    actions = {"write": write, "check": check, "lowest": lowest,
               "upgrade": lambda: write("--upgrade")}  # fmt: skip
    if action not in actions:
        raise SystemExit(f"there is no {action}; say one of {', '.join(actions)}")
    actions[action]()


if __name__ == "__main__":
    main(*sys.argv[1:])
