"""The filter, run by a small machine here, refuses what it lists and allows the rest."""

import errno
import struct

import pytest

from dlcore.grade import seccomp
from dlcore.grade.seccomp import ALLOW, ARCHITECTURES, KILL, REFUSE, REFUSED, X32, program

REFUSED_NOW, UNKNOWN_NOW = REFUSE | errno.EPERM, REFUSE | errno.ENOSYS


def answer(code, number, argument=0, audit=ARCHITECTURES["x86_64"][0]):
    """Run a filter on one call, as the kernel does (classic BPF, the five steps used)."""
    data = struct.pack("=IIQQ", number, audit, 0, argument)
    steps = list(struct.iter_unpack("=HBBI", code))
    at = register = 0
    while True:
        kind, yes, no, value = steps[at]
        if kind == seccomp.LOAD:
            (register,) = struct.unpack_from("=I", data, value)
            at += 1
        elif kind == seccomp.RETURN:
            return value
        else:
            tests = {
                seccomp.EQUAL: register == value,
                seccomp.AT_LEAST: register >= value,
                seccomp.ANY_BIT: bool(register & value),
            }
            at += 1 + (yes if tests[kind] else no)


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_listed_calls_are_refused(machine):
    audit, column = ARCHITECTURES[machine]
    code = program(machine)
    for numbers in REFUSED.values():
        if numbers[column] is not None:
            assert answer(code, numbers[column], audit=audit) == REFUSED_NOW
    assert answer(code, 435, audit=audit) == UNKNOWN_NOW


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_threads_are_allowed_and_processes_are_not(machine):
    audit, column = ARCHITECTURES[machine]
    clone = seccomp.CLONE[column]
    assert answer(program(machine), clone, seccomp.CLONE_THREAD | 0x100, audit) == ALLOW
    assert answer(program(machine), clone, 17, audit) == REFUSED_NOW


def test_other_calls_are_allowed():
    for number in (0, 1, 9, 202, 231, 318):  # read, write, mmap, futex, exit_group, getrandom
        assert answer(program("x86_64"), number) == ALLOW


def test_second_set_of_numbers_is_refused():
    assert answer(program("x86_64"), X32 | 57) == REFUSED_NOW


def test_calls_of_another_machine_end_the_process():
    assert answer(program("x86_64"), 1, audit=0x40000003) == KILL


def test_supported(monkeypatch):
    monkeypatch.setattr(seccomp.platform, "system", lambda: "Linux")
    monkeypatch.setattr(seccomp.platform, "machine", lambda: "x86_64")
    assert seccomp.supported()
    monkeypatch.setattr(seccomp.platform, "machine", lambda: "riscv64")
    assert not seccomp.supported()
