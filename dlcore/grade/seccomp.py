"""The system calls that a sandboxed notebook is refused, as a filter program for Linux.

One process with one limit of memory needs no control groups: it may start threads, but no other
process, no memory that its limit does not count, no socket and no namespace of its own.
"""

from __future__ import annotations

import errno
import platform
import struct

# Numbers from Linux's tables: arch/x86/entry/syscalls/syscall_64.tbl and asm-generic/unistd.h.
# AUDIT_ARCH_… from linux/audit.h.
ARCHITECTURES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
REFUSED = {
    # other processes, and looking into them
    "fork": (57, None),
    "vfork": (58, None),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    # memory that a limit on the address space does not count
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    "bpf": (321, 280),
    "vmsplice": (278, 75),
    "splice": (275, 76),
    "tee": (276, 77),
    "io_uring_setup": (425, 425),
    "userfaultfd": (323, 282),
    "perf_event_open": (298, 241),
    # the network, also where a namespace does not cover it
    "socket": (41, 198),
    # namespaces and mounts
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "move_mount": (429, 429),
    "open_tree": (428, 428),
    "fsopen": (430, 430),
    "mount_setattr": (442, 442),
    "open_by_handle_at": (304, 265),
    # keys and modules of the kernel
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "kexec_load": (246, 104),
}
CLONE = (56, 220)
CLONE3 = (435, 435)
CLONE_THREAD = 0x00010000
X32 = 0x40000000  # x86_64's second set of numbers starts here

LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, KILL, REFUSE = 0x7FFF0000, 0x80000000, 0x00050000
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16  # offsets in struct seccomp_data


def supported() -> bool:
    """Whether there is a filter for this machine."""
    return platform.system() == "Linux" and platform.machine() in ARCHITECTURES


def program(machine: str | None = None) -> bytes:
    """Return the filter for a machine ("x86_64", "aarch64") in the form that bubblewrap reads."""
    audit, column = ARCHITECTURES[machine or platform.machine()]
    steps = [(LOAD, 0, 0, ARCHITECTURE), (EQUAL, 1, 0, audit), (RETURN, 0, 0, KILL)]
    steps += [(LOAD, 0, 0, NUMBER)]
    if column == 0:
        steps += [(AT_LEAST, 0, 1, X32), (RETURN, 0, 0, REFUSE | errno.EPERM)]
    for numbers in REFUSED.values():
        steps += _refuse(numbers[column], errno.EPERM)
    steps += _refuse(CLONE3[column], errno.ENOSYS)  # then the C library takes clone
    steps += [(EQUAL, 1, 0, CLONE[column]), (RETURN, 0, 0, ALLOW)]
    steps += [(LOAD, 0, 0, FIRST_ARGUMENT), (ANY_BIT, 0, 1, CLONE_THREAD), (RETURN, 0, 0, ALLOW)]
    steps += [(RETURN, 0, 0, REFUSE | errno.EPERM)]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)


def _refuse(number: int | None, error: int) -> list[tuple[int, int, int, int]]:
    """Two steps: if the call has this number, return the error."""
    if number is None:
        return []
    return [(EQUAL, 0, 1, number), (RETURN, 0, 0, REFUSE | error)]
