#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""
Make a kernel that is one in its form alone, and its modules, for tests:
	image.py FOLDER [NAME=VALUE...]
In FOLDER: vmlinuz, vmlinux, modules/.  What can be asked for: release; packed gzip, xz,
zstd or none; note, the type of Xen's note; magic, of another release; flags; builtin.
"""
import gzip
import lzma
import os
import struct
import subprocess
import sys

opt = {"release": "9.9.0-test", "packed": "gzip", "note": "1", "magic": "", "flags": "1", "builtin": "", "protocol": "0x20f"}
folder = sys.argv[1]
opt.update(word.split("=", 1) for word in sys.argv[2:])
os.makedirs(f"{folder}/modules/kernel/xen", exist_ok=True)


def vmlinux():
    note = struct.pack("<III", 4, 8, int(opt["note"])) + b"Xen\0" + bytes(8)
    text = f"Linux version {opt['release']} (me@here) (gcc 12.2.0, GNU ld 2.40) #1 SMP now\n".encode()
    body = note + b"\0" + text + b"\0" + opt["builtin"].encode().replace(b",", b"\0") + b"\0"
    head = b"\x7fELF\2\1\1" + bytes(9) + struct.pack("<HHIQQQIHHHHHH", 2, 62, 1, 0, 64, 0, 0, 64, 56, 1, 0, 0, 0)
    return head + struct.pack("<IIQQQQQQ", 4, 4, 120, 0, 0, len(note), len(note), 4) + body


def module(name, depends=""):
    magic = opt["magic"] or opt["release"]
    return b"\x7fELF\2\0" + f"vermagic={magic} SMP \0name={name}\0depends={depends}\0".encode()


def write(path, data):
    with open(f"{folder}/{path}", "wb") as f:
        f.write(data)


kernel = vmlinux()
packed = {"gzip": gzip.compress, "xz": lzma.compress, "none": bytes,
          "zstd": lambda d: subprocess.run(["zstd", "-cq"], input=d, capture_output=True, check=True).stdout}[opt["packed"]](kernel)
if opt["packed"] != "gzip":
    packed += struct.pack("<I", len(kernel))
head = bytearray(1024)
head[0x1f1] = 1
head[0x202:0x206] = b"HdrS"
struct.pack_into("<H", head, 0x206, int(opt["protocol"], 0))
struct.pack_into("<H", head, 0x20e, 0x100)
head[0x300:0x340] = f"{opt['release']} (me@here) #1 SMP now".encode().ljust(64, b"\0")
struct.pack_into("<H", head, 0x236, int(opt["flags"]))
struct.pack_into("<II", head, 0x248, 16, len(packed))
write("vmlinuz", bytes(head) + bytes(16) + packed)
write("vmlinux", kernel)
write("modules/kernel/xen/xenfs.ko.xz", lzma.compress(module("xenfs", "xen-privcmd")))
write("modules/kernel/xen/xen-privcmd.ko", module("xen_privcmd", "first"))
write("modules/kernel/xen/first.ko", module("first"))
write("modules/kernel/xen/other.ko", module("other"))
write("modules/kernel/xen/xen-gntdev.ko.gz", gzip.compress(module("xen_gntdev")))
write("modules/kernel/xen/xen_evtchn.ko", module("xen_evtchn"))
