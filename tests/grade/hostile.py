"""Submissions that cheat, break or lie: {name: (code cells, points earned, what must be told)}.

Each may keep what it solves honestly: `double` is one point, `total` two. PLACES stands for a list
of files that no submission may see or touch, PORT for a port on which somebody listens.
"""

DOUBLE = "def double(x): return 2 * x"
TOTAL = "def total(values): return sum(values)"
EVERYWHERE = """
import os
found = []
for path in PLACES + ["/etc/passwd", "/etc/shadow", "/proc/1/environ", "/proc/self/environ"]:
    try:
        found.append(open(path).read())
    except OSError:
        pass
assert not found and not [name for name in os.environ if "SECRET" in name], "a leak"
"""
DELETE = """
import os, shutil
for path in PLACES:
    for act in (os.remove, shutil.rmtree, lambda path: open(path, "w").write("x")):
        try:
            act(path)
        except OSError:
            pass
"""
PIPE = """
import json, os
lines = [["asked", "99.2", n, ["answer", ["number", ANSWER], []]] for n in range(4)] + [["done"]]
for number in range(3, 20):
    try:
        os.write(number, "".join(json.dumps(line) + "\\n" for line in lines).encode())
    except OSError:
        pass
def total(values): raise NotImplementedError("exercise 99.2")
"""
RIGGED = """
class Rigged(float):
    def same(self, *others): return True
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __bool__ = same
    def __sub__(self, other): return Rigged(0)
    __rsub__ = __abs__ = __sub__
    def __array__(self, *others, **options):
        import numpy
        return numpy.zeros(1)
    def __hash__(self): return 0
"""
SHADOW = """
import builtins, math, sys, types
for name in ("abs", "all", "any", "isinstance", "float", "sum", "len", "max", "min", "round"):
    setattr(builtins, name, lambda *arguments, **options: True)
math.isclose = lambda *arguments, **options: True
"""
SHADOW_TORCH = """
import numpy, torch
yes = lambda *arguments, **options: True
torch.allclose = torch.isclose = torch.equal = numpy.isfinite = numpy.allclose = yes
torch.Tensor.__eq__ = torch.Tensor.allclose = yes
def total(values): return torch.tensor(0.0)
"""
PATCH = """
import json, pickle, sys, time
json.dumps = json.loads = pickle.loads = pickle.dumps = lambda *arguments, **options: "1"
time.time = time.monotonic = time.perf_counter = lambda: 0
"""
ORACLE = """
import dlcore.grade
def total(values):
    from dlcore.grade.registry import find
    return find("99.2").oracle(values)
"""
TASKS = """
def total(values):
    import importlib
    return importlib.import_module("dlcore.grade.tasks.ch01").TASKS[0].oracle(values)
"""
CHECKER = """
import dlcore.grade
dlcore.grade.check = lambda *arguments: True
sys = __import__("sys")
for module in list(sys.modules.values()):
    for name in ("ask", "pack", "report", "check", "examine", "judge", "close"):
        if hasattr(module, name):
            setattr(module, name, lambda *arguments: ["answer", ["text", "right"]])
def total(values): return 0
"""
PICKLE = """
import os, pickle
class Bomb:
    def __reduce__(self): return os.system, ("touch " + PLACES[0] + ".hacked",)
for number in range(3, 20):
    try:
        os.write(number, b"\\n" + pickle.dumps(Bomb()) + b"\\n")
    except OSError:
        pass
def total(values): return Bomb()
"""
LINK = """
import os
for name in ("/tmp/results.json", "/tmp/answer", "/tmp/submissions"):
    os.symlink("/etc/passwd", name)
def total(values): return open("/tmp/results.json").read()
"""
BOMB = """
import zlib
squeezed = zlib.compress(zlib.compress(bytes(2**28)) * 400)
def total(values):
    inner = zlib.decompress(squeezed)
    return zlib.decompress(inner[:2**20], bufsize=2**36)
"""
DAEMON = """
import os, subprocess, sys
def total(values):
    try:
        os.fork() or os.execv(sys.executable, ["python", "-c", "while True: pass"])
    except PermissionError:
        subprocess.Popen([sys.executable, "-c", "while True: pass"], start_new_session=True)
"""
OUTPUT = """
chunk = "x" * 2**20
for _ in range(10 * 2**10):
    print(chunk)
"""

NO_COLUMNS = "def total(values):\n    import numpy\n    return numpy.zeros((10**9, 0))"
NO_COLUMNS_FORGED = """
import json, os
line = ["asked", "99.2", 0, ["answer", ["array", "float64", [10**9, 0], ""], []]]
for number in range(3, 20):
    try:
        os.write(number, json.dumps(line).encode() + b"\\n")
    except OSError:
        pass
def total(values): return 0
"""
MANY_ARRAYS = """
import numpy
def total(values): return [numpy.zeros(10**5)] * 10**4
"""
THREADS = """
import threading, time
threading.stack_size(32 * 2**10)
def total(values):
    while True:
        try:
            threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
        except RuntimeError:
            pass
"""
FILES = """
import itertools
for n in itertools.count():
    open(f"/tmp/{n}", "w").close()
"""

SUBMISSIONS = {
    "no_columns": ([DOUBLE, NO_COLUMNS], 1, r"an array of 0 numbers, shape \(1000000000, 0\)"),
    "no_columns_forged": ([DOUBLE, NO_COLUMNS_FORGED], 1, "something that cannot be read"),
    "many_arrays": ([DOUBLE, MANY_ARRAYS], 1, "returned more than 300000 numbers"),
    "threads_of_little_stack": ([DOUBLE, THREADS], 1, "more than 512 threads|OutOfTime|took more"),
    "empty_files": ([DOUBLE, FILES], 0, "it made more than 10000 files in code cell 2"),
    "endless_cell": (["while True: pass", DOUBLE, TOTAL], 3, "Cell 1 stopped: OutOfTime"),
    "endless_call": ([DOUBLE, "def total(values):\n    while True: pass"], 1, "every loop end"),
    "endless_and_deaf": (
        [
            DOUBLE,
            "def total(values):\n    while True:\n        try:\n            while True: pass\n"
            "        except BaseException: pass",
        ],
        1,
        "it used up its processor time|took more than",
    ),
    "endless_recursion": ([DOUBLE, "def total(values): return total(values)"], 1, "RecursionError"),
    "fork_storm": (["import os\nwhile True: os.fork()", DOUBLE], 1, "PermissionError"),
    "thread_storm": (
        ["import threading, time\nwhile True: threading.Thread(target=time.sleep, args=(60,), "
         "daemon=True).start()", DOUBLE],
        1,
        "can't start new thread|OutOfTime",
    ),
    "os_exit": ([DOUBLE, "import os\ndef total(values): os._exit(0)"], 1, "exit status 0"),
    "exit_in_a_cell": ([DOUBLE, TOTAL, "import os\nos._exit(0)"], 0, "status 0.* in code cell 3"),
    "system_exit": (["raise SystemExit(0)", DOUBLE, TOTAL], 3, "Cell 1 stopped: SystemExit"),
    "memory": ([DOUBLE, "def total(values): return bytearray(30 * 2**30)"], 1, "MemoryError"),
    "memory_bit_by_bit": (
        [DOUBLE, "def total(values):\n    kept = []\n    while True: kept.append(bytes(2**24))"],
        1,
        "MemoryError|took more than",
    ),
    "output": ([OUTPUT, DOUBLE, TOTAL], 3, "^$|Cell 1 stopped: OutOfTime"),
    "disk": ([DOUBLE, "open('/tmp/x', 'wb').write(bytes(2**30))"], 1, "Cell 2 stopped: OSError"),
    "pipe_flood": (
        [DOUBLE, "import os\ndef total(values):\n    while True: os.write(3, b'x' * 2**16)"],
        1,
        "wrote more than",
    ),
    "expands": ([DOUBLE, BOMB], 1, "MemoryError"),
    "expands_as_answer": (
        [DOUBLE, "import numpy\ndef total(values):\n    return numpy.broadcast_to(numpy.zeros(1), "
         "(10**6, 10**5))"],
        1,
        "returned an array of 100000000000 numbers",
    ),
    "shadowed_builtins": ([SHADOW, DOUBLE, "def total(values): return 0"], 0, "wrong|not|Right in"),
    "shadowed_torch": ([DOUBLE, SHADOW_TORCH], 1, "Right in 1 of 4|zero|not"),
    "rigged": ([DOUBLE, RIGGED, "def total(values): return Rigged(0)"], 1, "Right in 1 of 4|zero"),
    "rigged_array": (
        [DOUBLE, RIGGED.replace("(float)", ""), "def total(values): return Rigged()"],
        1,
        "returned a Rigged",
    ),
    "patched_libraries": ([DOUBLE, "def total(values): return 0", PATCH], 0, ""),
    "patched_grader": ([DOUBLE, CHECKER], 0, ""),
    "forged_zeros": ([DOUBLE, PIPE.replace("ANSWER", "0")], 1, "Right in 1 of 4|zero"),
    "forged_yes": ([DOUBLE, PIPE.replace("ANSWER", "True")], 1, "numbers|off"),
    "own_result_file": (
        [DOUBLE, "open('/grade/results.json', 'w').write('{}')"],
        1,
        "Cell 2 stopped: OSError: .*Read-only file system",
    ),
    "symbolic_link": ([DOUBLE, LINK], 1, "FileNotFoundError"),
    "pickle": ([DOUBLE, PICKLE], 1, "returned a Bomb"),
    "oracle": ([DOUBLE, ORACLE], 1, "ModuleNotFoundError"),
    "tasks_file": ([DOUBLE, TASKS], 1, "ModuleNotFoundError"),
    "spy": ([EVERYWHERE, DOUBLE, TOTAL], 3, "^$"),
    "vandal": ([DELETE, DOUBLE, TOTAL], 3, "^$"),
    "socket": (
        ["import socket\nsocket.create_connection(('127.0.0.1', PORT), 1)", DOUBLE],
        1,
        "Cell 1 stopped: (PermissionError|OSError|gaierror)",
    ),
    "process_left_running": ([DOUBLE, DAEMON], 1, "PermissionError"),
    "unprintable": (
        [DOUBLE, "def total(values): return {'\\ud800\\x1b[2J\\n': '\\ud800\\x1b[2J'}"],
        1,
        "returned a dictionary",
    ),
    "unprintable_error": (
        [DOUBLE, "def total(values): raise type('\\ud800\\x1b[2J', (Exception,), {})('\\ud800')"],
        1,
        "Your function stopped with",
    ),
    "deleted_cells": ([TOTAL], 2, "There is no function `double`"),
    "duplicated_cells": ([DOUBLE, DOUBLE, TOTAL, "def total(values): return 0", TOTAL], 3, "^$"),
}  # fmt: skip
