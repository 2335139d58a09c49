#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-only
"""
Take a kernel that somebody has built, and make of it what kernel.sh would have left.

Leaves in FOLDER/with bzImage, vmlinux (without symbols, unless one is given: pvboot
reads those that the kernel carries for itself) and `built`, its release; and in
FOLDER/modules those modules that a guest needs, unpacked, their names in the order in
which they have to be loaded.
"""
import bz2
import lzma
import os
import re
import shutil
import struct
import subprocess
import sys
import zlib

sys.path.append(sys.path[0] + "/../run")
import step

# What dom0's toolstack opens: the module, and a text that a kernel holds which has it
# built in.
TOOLSTACK = {"xen-evtchn": b"\0xen/evtchn\0", "xen-gntdev": b"\0xen/gntdev\0",
             "xen-privcmd": b"\0xen/privcmd\0", "xenfs": b"\0xenfs\0"}
# What is there in any guest, and has a part that only runs under Xen.
OTHERS = ("xen-gntalloc", "xen-blkfront", "xen-netfront", "xen-blkback", "xen-netback")

# arch/x86/include/uapi/asm/bootparam.h: where in a bzImage what is
MAGIC, VERSION, RELEASE, LOADFLAGS, PAYLOAD, SECTORS = 0x202, 0x206, 0x20e, 0x236, 0x248, 0x1f1
XLF_KERNEL_64 = 1
# include/xen/interface/elfnote.h: what only a PV kernel has
NOTE_ENTRY = 1
PT_NOTE = 4
UNPACKED_MAX = 1 << 30
# What the kernel's build puts after what it packs, but for gzip
SIZE = 4


def text_at(image, at):
    return image[at:image.find(b"\0", at)].decode("ascii", "replace")


def by_program(*command):
    def unpack(data):
        try:
            found = subprocess.run(command, input=data[:-SIZE], capture_output=True)
        except FileNotFoundError:
            raise step.Unjudged(f"{command[0]} is needed to unpack it, and is not installed") from None
        if found.returncode:
            raise ValueError
        return found.stdout
    return unpack


def by_object(make):
    def unpack(data):
        one = make()
        found = one.decompress(data, UNPACKED_MAX)
        if not one.eof:
            raise ValueError
        return found
    return unpack


# First bytes, and what they are unpacked by
PACKED = (
    (b"\x1f\x8b", by_object(lambda: zlib.decompressobj(31))),
    (b"\xfd7zXZ\0", by_object(lzma.LZMADecompressor)),
    (b"BZh", by_object(bz2.BZ2Decompressor)),
    (b"\x5d\0\0", by_object(lambda: lzma.LZMADecompressor(lzma.FORMAT_ALONE))),
    (b"\x28\xb5\x2f\xfd", by_program("zstd", "-dcq", "--long=31")),
    (b"\x02\x21\x4c\x18", by_program("lz4", "-dcq")),
    (b"\x89LZO", by_program("lzop", "-dc")),
)


def unpack(data, what):
    """A kernel, with that size, or a module with as much added."""
    for magic, how in PACKED:
        if data.startswith(magic):
            try:
                return how(data)
            except (zlib.error, lzma.LZMAError, OSError, ValueError, EOFError):
                break
    raise step.Unjudged(f"{what} cannot be unpacked: it is damaged, or packed in an unknown way")


def read_image(path):
    """Its release, and the vmlinux in it."""
    with open(path, "rb") as f:
        image = f.read()
    if len(image) < 0x260 or image[MAGIC:MAGIC + 4] != b"HdrS":
        raise step.Unjudged(f"{path} is not a bzImage of x86")
    version, = struct.unpack_from("<H", image, VERSION)
    if version < 0x20c or not struct.unpack_from("<H", image, LOADFLAGS)[0] & XLF_KERNEL_64:
        raise step.Unjudged(f"{path} is not a kernel of 64 bits, or one from before 3.8")
    text = text_at(image, 0x200 + struct.unpack_from("<H", image, RELEASE)[0])
    start, length = struct.unpack_from("<II", image, PAYLOAD)
    start += ((image[SECTORS] or 4) + 1) * 512
    vmlinux = unpack(image[start:start + length], path)
    if not text or vmlinux[:4] != b"\x7fELF":
        raise step.Unjudged(f"{path} holds no vmlinux")
    return text.split()[0], vmlinux


def notes(vmlinux):
    """The types of Xen's notes in it."""
    start, = struct.unpack_from("<Q", vmlinux, 32)
    size, count = struct.unpack_from("<HH", vmlinux, 54)
    for i in range(count):
        kind, _, offset, _, _, length = struct.unpack_from("<IIQQQQ", vmlinux, start + i * size)
        at = offset
        while kind == PT_NOTE and at + 12 <= offset + length:
            name, desc, number = struct.unpack_from("<III", vmlinux, at)
            if vmlinux[at + 12:at + 12 + name] == b"Xen\0":
                yield number
            at += 12 + (name + 3) // 4 * 4 + (desc + 3) // 4 * 4


def banner(vmlinux, release):
    """What the kernel says of itself, which no other one says."""
    found = re.search(rb"Linux version %s [^\n\0]*" % re.escape(release.encode()), vmlinux)
    return found and found[0]


def compiler(vmlinux, release):
    """By which it was built: Linux version 6.1.0 (who@where) (gcc ..., GNU ld ...) #1 ..."""
    found = re.match(rb"\S+ \S+ \S+ \([^)]*\) \((.*)\) #", banner(vmlinux, release) or b"")
    return found[1].decode("ascii", "replace") if found else "unknown"


class Modules:
    """Those in a folder, by their names."""

    def __init__(self, folder, release):
        self.release, self.paths, self.wanted = release, {}, {}
        for where, _, files in os.walk(folder) if folder else ():
            for file in files:
                name = re.fullmatch(r"(.+)\.ko(\.[a-z0-9]+)?", file)
                if name:
                    self.paths[name[1].replace("_", "-")] = os.path.join(where, file)

    def want(self, name):
        """It after those that it depends on; none if the kernel has it built in, or not at all."""
        name = name.replace("_", "-")
        path = self.paths.get(name)
        if name in self.wanted or not path:
            return
        with open(path, "rb") as f:
            module = f.read()
        if not module.startswith(b"\x7fELF"):
            module = unpack(module + bytes(SIZE), path)
        magic = re.search(rb"\0vermagic=([^ \0]*)", module)
        if not magic or magic[1].decode("ascii", "replace") != self.release:
            raise step.Unjudged(f"{path} is of another kernel than the image, which is {self.release}")
        depends = re.search(rb"\0depends=([^\0]*)", module)
        for other in depends[1].decode("ascii", "replace").split(",") if depends else ():
            self.want(other)
        self.wanted[name] = module

    def write(self, folder):
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        for number, (name, module) in enumerate(self.wanted.items()):
            with open(f"{folder}/{number:02}-{name}.ko", "wb") as f:
                f.write(module)


def take_vmlinux(given, vmlinux, release, path):
    """The one with symbols, if it is of this kernel."""
    if not given:
        with open(path, "wb") as f:
            f.write(vmlinux)
        return
    with open(given, "rb") as f:
        theirs = f.read()
    if not theirs.startswith(b"\x7fELF") or banner(theirs, release) != banner(vmlinux, release):
        raise step.Unjudged(f"VMLINUX={given} is not that of the image, which is {release}")
    shutil.copyfile(given, path)


def main():
    parser = step.Parser(__doc__)
    parser.add_argument("image")
    parser.add_argument("folder")
    parser.add_argument("--vmlinux", help="with symbols")
    parser.add_argument("--modules", help="folder that holds them, at any depth")
    parser.add_argument("--role", default="all")
    options = parser.parse_args()
    release, vmlinux = read_image(options.image)
    if NOTE_ENTRY not in notes(vmlinux):
        raise step.Unjudged(f"{release} is built without Xen PV (CONFIG_XEN_PV)")
    modules = Modules(options.modules, release)
    for name in (*TOOLSTACK, *OTHERS):
        modules.want(name)
    missing = [n for n, text in TOOLSTACK.items() if n not in modules.wanted and text not in vmlinux]
    if missing and options.role != "dom0":
        raise step.Unjudged(f"{release} has no {', '.join(missing)}, which dom0's toolstack needs, "
                            f"neither built in nor in MODULES=; without it there is ROLE=dom0")
    kernel = f"{options.folder}/with"
    os.makedirs(kernel, exist_ok=True)
    take_vmlinux(options.vmlinux, vmlinux, release, f"{kernel}/vmlinux")
    shutil.copyfile(options.image, f"{kernel}/bzImage")
    modules.write(f"{options.folder}/modules")
    with open(f"{kernel}/compiler", "w", encoding="ascii", errors="replace") as f:
        f.write(compiler(vmlinux, release) + "\n")
    with open(f"{kernel}/built", "w", encoding="ascii", errors="replace") as f:
        f.write(release + "\n")
    return 0


step.run(main, struct.error)
