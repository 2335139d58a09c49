# SPDX-License-Identifier: GPL-2.0-only
"""
Boots side by side, with commands that are no boots: who runs beside whom, in what
order, and what is left when it is broken off.
"""
import os
import signal
import subprocess
import tempfile
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
BOOTS = os.path.join(HERE, "../../scripts/boot/boots.py")
# Each says when it begins and ends; the file that it waits for ends it.
BEGIN, END = 'echo "+$0" >>log\n', '\necho "-$0" >>log'
WAIT = "n=0; until [ -e %s ]; do sleep 0.05; n=$((n + 1)); [ $n -lt 200 ] || exit 1; done"


def free_memory():
    with open("/proc/meminfo", encoding="ascii") as f:
        return next(int(line.split()[1]) // 1024 for line in f if line.startswith("MemAvailable"))


@unittest.skipIf(len(os.sched_getaffinity(0)) < 2, "there is one core")
class Boots(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = holder.name
        self.write("how", '#!/bin/sh\n[ ! -e "$1.sh" ] || printf "%s\\0" sh "$1.sh" $(cat "$1.options")\n')
        os.chmod(self.path("how"), 0o755)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text=""):
        with open(self.path(name), "w", encoding="utf-8") as f:
            f.write(text)

    def cell(self, name, script="", options=""):
        self.write(f"{name}.sh", BEGIN.replace("$0", name) + script + END.replace("$0", name))
        self.write(f"{name}.options", options)

    def log(self):
        try:
            with open(self.path("log"), encoding="utf-8") as f:
                return f.read().split()
        except FileNotFoundError:
            return []

    def start(self, *arguments, cores=2):
        some = sorted(os.sched_getaffinity(0))[:cores]
        return subprocess.Popen([BOOTS, "./how", *arguments], cwd=self.folder, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, start_new_session=True,
                                preexec_fn=lambda: os.sched_setaffinity(0, some))

    def boots(self, *arguments, cores=2):
        boots = self.start(*arguments, cores=cores)
        said, errors = boots.communicate(timeout=60)
        return boots.returncode, said, errors

    def test_side_by_side(self):
        """Each ends only when the other has begun."""
        self.cell("a", "touch a.here; " + WAIT % "b.here")
        self.cell("b", "touch b.here; " + WAIT % "a.here")
        self.assertEqual(self.boots("a", "b")[0], 0)
        self.assertEqual(set(self.log()[:2]), {"+a", "+b"})
        self.assertEqual(set(self.log()[2:]), {"-a", "-b"})

    def test_one_core(self):
        for name in "abc":
            self.cell(name, "sleep 0.2")
        self.assertEqual(self.boots("a", "b", "c", cores=1)[0], 0)
        self.assertEqual(self.log(), ["+a", "-a", "+b", "-b", "+c", "-c"])

    def test_two_vcpus(self):
        """By KVM one with two has two cores to itself; a later small one goes before it."""
        self.cell("a", WAIT % "c.here")
        self.cell("two", "", "--accel kvm --cpus 2")
        self.cell("c", "touch c.here")
        self.assertEqual(self.boots("a", "two", "c")[0], 0)
        log = self.log()
        self.assertEqual(log[-2:], ["+two", "-two"])
        self.assertLess(log.index("+c"), log.index("-a"))

    def test_vcpus_in_turns(self):
        """Where QEMU emulates them they take one core."""
        self.cell("a", "touch a.here; " + WAIT % "b.here", "--accel tcg --cpus 2")
        self.cell("b", "touch b.here; " + WAIT % "a.here", "--accel tcg --cpus 2")
        self.assertEqual(self.boots("a", "b")[0], 0)

    def test_more_vcpus_than_cores(self):
        self.cell("a", "", "--accel kvm --cpus 64")
        self.cell("b", "", "--accel kvm --cpus 64")
        self.assertEqual(self.boots("a", "b")[0], 0)
        self.assertEqual(self.log(), ["+a", "-a", "+b", "-b"])

    def test_memory(self):
        large = f"--memory {free_memory() * 2 // 3}"
        for name in "ab":
            self.cell(name, "sleep 0.3", large)
        self.assertEqual(self.boots("a", "b")[0], 0)
        self.assertEqual(self.log(), ["+a", "-a", "+b", "-b"])

    def test_not_of_this_run(self):
        self.cell("a")
        self.cell("c")
        self.assertEqual(self.boots("--list", "cells", "c", "b", "a")[0], 0)
        with open(self.path("cells"), encoding="utf-8") as f:
            self.assertEqual(f.read(), "c\na\n")

    def test_words_are_whole(self):
        """What one says is not in the middle of what another says."""
        for name in "ab":
            self.cell(name, f"touch {name}.here; for i in 1 2 3 4 5 6 7 8; do printf {name} >&2; sleep 0.05; done; "
                      "echo >&2; " + WAIT % f"{'b' if name == 'a' else 'a'}.here")
        _, _, errors = self.boots("a", "b")
        self.assertEqual(sorted(line for line in errors.splitlines() if "boots:" not in line), ["a" * 8, "b" * 8])

    def test_bad_boot(self):
        """A boot that is not ok is none of our business..."""
        self.cell("a", "exit 1")
        self.cell("b")
        self.assertEqual(self.boots("a", "b")[0], 0)
        self.assertIn("-b", self.log())

    def test_all_or_none(self):
        """...unless both are needed: then the other does not run on."""
        self.cell("good", "exec sleep 100")
        self.cell("bad", "sleep 0.3; exit 1")
        begun = time.monotonic()
        status, said, _ = self.boots("--all-or-none", "good", "bad")
        self.assertEqual((status, said), (125, "bad\n"))
        self.assertLess(time.monotonic() - begun, 30)

    def test_deaf(self):
        """One that minds no signal is killed."""
        self.cell("deaf", "trap '' TERM; echo $$ >pid; while :; do sleep 0.1; done")
        self.cell("bad", WAIT % "pid" + "; exit 1")
        self.assertEqual(self.boots("--all-or-none", "deaf", "bad")[0], 125)
        self.assertGone()

    def test_how_is_a_step(self):
        """It would look for the user's terminal where there is none in a child."""
        self.cell("a")
        os.environ["STEP_STDERR"] = "99"
        self.addCleanup(os.environ.pop, "STEP_STDERR")
        with open(self.path("how"), "a", encoding="utf-8") as f:
            f.write('[ -z "$STEP_STDERR" ] || exec 2>&"$STEP_STDERR"\n')
        self.assertEqual(self.boots("a")[0], 0)

    def test_no_command(self):
        self.write("how", "#!/bin/sh\nexit 125\n")
        self.assertEqual(self.boots("a"), (125, "", "boots: error: ./how a failed without a word\n"))
        self.write("how", "#!/bin/sh\necho its own words >&2; exit 125\n")
        self.assertEqual(self.boots("a"), (125, "", "its own words\n"))

    def assertGone(self):
        with open(self.path("pid"), encoding="utf-8") as f:
            pid = int(f.read())
        for _ in range(100):
            try:
                with open(f"/proc/{pid}/stat", encoding="ascii") as f:
                    if f.read().rpartition(")")[2].split()[0] in "ZX":
                        return
            except (FileNotFoundError, ProcessLookupError):
                return
            time.sleep(0.05)
        os.kill(pid, signal.SIGKILL)
        self.fail("it runs on")

    def broken_off(self, number, group):
        self.cell("a", "echo $$ >pid; exec sleep 100")
        self.cell("b", "exec sleep 100")
        boots = self.start("a", "b")
        for _ in range(200):
            if len(self.log()) == 2:
                break
            time.sleep(0.05)
        time.sleep(0.1)
        os.kill(-boots.pid if group else boots.pid, number)
        _, errors = boots.communicate(timeout=30)
        self.assertNotIn("Traceback", errors)
        self.assertGone()
        return boots.returncode

    def test_ctrl_c(self):
        self.assertEqual(self.broken_off(signal.SIGINT, True), 125)

    def test_terminated(self):
        self.assertEqual(self.broken_off(signal.SIGTERM, False), 125)

    def test_hung_up(self):
        self.assertEqual(self.broken_off(signal.SIGHUP, False), 125)

    def test_killed(self):
        self.broken_off(signal.SIGKILL, False)


if __name__ == "__main__":
    unittest.main()
