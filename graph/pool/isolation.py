"""Take away from the own process what a query never needs: network, memory without end, programs, core dumps.

Linux only: elsewhere only the resource limits are set. Nothing here needs privileges.
"""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import socket
import struct
from contextlib import suppress

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 22, 38
_SECCOMP_MODE_FILTER = 2
_ALLOW, _DENY = 0x7FFF0000, 0x00050000 | errno.EACCES

_CALLS = {
    # socket connect execve fork vfork ptrace process_vm_readv process_vm_writev bpf execveat io_uring_setup
    "x86_64": (0xC000003E, (41, 42, 59, 57, 58, 101, 310, 311, 321, 322, 425)),
    # socket connect execve ptrace process_vm_readv process_vm_writev bpf execveat io_uring_setup
    "aarch64": (0xC00000B7, (198, 203, 221, 117, 270, 271, 280, 281, 425)),
}
"""Architecture number and numbers of the system calls refused, by machine."""


def forbid_core_dumps() -> None:
    """Let this process die without a core dump: it would hold what a query read."""
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def limit_memory(size: int) -> None:
    """Cap the address space of this process at so many bytes; a later call may raise the cap."""
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (size if most < 0 else min(size, most), most))


def isolate() -> bool:
    """Cut this process off the network and other programs; return whether the network is out of reach.

    Call it before any thread is started. Two independent means are tried: an own, empty network namespace,
    and a filter of system calls that refuses sockets and new programs.
    """
    with suppress(OSError, AttributeError):
        _unshare_network()
    with suppress(OSError, AttributeError):
        _filter_calls()
    return not can_connect()


def can_connect() -> bool:
    """Tell whether this process can reach any network, its own host's loopback included."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(("127.0.0.1", 9))  # UDP: nothing is sent, only a route is looked for
    except OSError:
        return False
    return True


def _unshare_network() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    for flags in (_CLONE_NEWUSER | _CLONE_NEWNET, _CLONE_NEWNET):
        if libc.unshare(flags) == 0:
            return
    raise OSError(ctypes.get_errno(), "no network namespace")


def _filter_calls() -> None:
    system = os.uname()
    if system.sysname != "Linux" or system.machine not in _CALLS:
        raise OSError(errno.ENOSYS, "no filter for this machine")
    architecture, refused = _CALLS[system.machine]
    program = _program(architecture, refused)
    libc = ctypes.CDLL(None, use_errno=True)
    code = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "no_new_privs")
    if libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.c_char_p(header), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "seccomp")


def _program(architecture: int, refused: tuple[int, ...]) -> bytes:
    """Return the filter (classic BPF): refuse foreign architectures, the x32 calls and the listed numbers."""
    load, equal, at_least, give = 0x20, 0x15, 0x35, 0x06
    steps = [(load, 0, 0, 4), (equal, 1, 0, architecture), (give, 0, 0, _DENY), (load, 0, 0, 0)]
    steps += [(at_least, 0, 1, 0x40000000), (give, 0, 0, _DENY)]
    for number in refused:
        steps += [(equal, 0, 1, number), (give, 0, 0, _DENY)]
    steps.append((give, 0, 0, _ALLOW))
    return b"".join(struct.pack("HBBI", *step) for step in steps)
