# SPDX-License-Identifier: GPL-2.0-only
"""The page of a matrix in Chromium, by chromedriver:	browser_test.py FOLDER for pictures"""
import base64
import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
import urllib.request

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [os.path.join(TOP, "scripts", "matrix"), os.path.join(TOP, "tests", "unit")]
import merge
import plan as plans
import records

FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-dev-shm-usage")
MATRIX = """
[cells]
line = v6.1 v6.12
xen = 4.14 4.17 4.20
role = dom0 domU
cpus = 1 2
[skip]
line = v6.12
xen = 4.14
why = there is no such hypervisor call
"""
WIDE, NARROW = (1300, 900), (420, 800)
ROWS = "[...document.querySelectorAll('.cells tbody tr')]"
SEEN = ROWS + ".filter(r => r.offsetParent !== null || r.getClientRects().length)"


def made(folder):
    """A page with every outcome: of 24 cells 4 are skipped."""
    path = os.path.join(folder, "matrix")
    with open(path, "w", encoding="utf-8") as f:
        f.write(MATRIX)
    plan = plans.read(path)
    for n, cell in enumerate(c for c in plan["cells"] if not c["skip"]):
        found = records.record(seconds=(n * 7 % 20) + 0.25)
        if cell["xen"] == "4.14":
            found = records.record(domains=[records.dead(tail=["(XEN) " + "x" * 300, "Call Trace:"])])
        elif cell["xen"] == "4.20" and cell["cpus"] == "2":
            continue
        home = os.path.join(folder, "cells", cell["id"])
        os.makedirs(home)
        with open(os.path.join(home, "result.json"), "w", encoding="utf-8") as f:
            json.dump(found, f)
        if cell["role"] == "dom0":
            with open(os.path.join(home, "witness.svg"), "w", encoding="utf-8") as f:
                f.write('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 40" width="900">'
                        '<text x="5" y="20">loads</text></svg>')
    with contextlib.redirect_stdout(None):
        merge.merge(folder, plan)
    return os.path.join(folder, "matrix.html")


class Browser:
    """As much of WebDriver as is needed."""

    def __init__(self, folder):
        self.driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, text=True,
                                       stderr=subprocess.DEVNULL)
        for line in self.driver.stdout:
            port = re.search(r"started successfully on port (\d+)", line)
            if port:
                break
        self.home = f"http://127.0.0.1:{port[1]}/session"
        self.home += "/" + self.ask("", {"capabilities": {"alwaysMatch": {
            "browserName": "chrome", "goog:loggingPrefs": {"browser": "ALL"},
            "goog:chromeOptions": {"args": [*FLAGS, "--user-data-dir=" + os.path.join(folder, "profile")]}}}})["sessionId"]

    def ask(self, path, body=None, method=None):
        request = urllib.request.Request(self.home + path, None if body is None else json.dumps(body).encode(),
                                         {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.load(answer)["value"]

    def js(self, expression):
        return self.ask("/execute/sync", {"script": "return " + expression, "args": []})

    def find(self, css):
        return next(iter(self.ask("/element", {"using": "css selector", "value": css}).values()))

    def click(self, css):
        self.ask(f"/element/{self.find(css)}/click", {})

    def type(self, css, text):
        element = self.find(css)
        self.ask(f"/element/{element}/clear", {})
        self.ask(f"/element/{element}/value", {"text": text})

    def size(self, width, height, scheme="light"):
        for command, params in (
                ("Emulation.setDeviceMetricsOverride", {"width": width, "height": height, "deviceScaleFactor": 1,
                                                        "mobile": width < 600}),
                ("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})):
            self.ask("/goog/cdp/execute", {"cmd": command, "params": params})

    def picture(self, path):
        with open(path, "wb") as f:
            f.write(base64.b64decode(self.ask("/screenshot")))

    def complaints(self):
        return self.ask("/se/log", {"type": "browser"})

    def close(self):
        try:
            self.ask("", method="DELETE")
        finally:
            self.driver.terminate()
            self.driver.wait()
            self.driver.stdout.close()


class Page(unittest.TestCase):
    """One browser for all."""

    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.page = made(cls.temporary.name)
        cls.browser = Browser(cls.temporary.name)

    @classmethod
    def tearDownClass(cls):
        cls.browser.close()
        cls.temporary.cleanup()

    def open(self, width, height, **more):
        self.browser.size(width, height, **more)
        self.browser.ask("/url", {"url": "file://" + self.page})

    def seen(self):
        """Rows that can be seen, as their cells' text."""
        return self.browser.js(SEEN + ".map(r => [...r.cells].map(c => c.innerText.trim()))")

    def tearDown(self):
        self.assertEqual(self.browser.complaints(), [])

    def test_all_is_there(self):
        self.open(*WIDE)
        self.assertEqual(len(self.seen()), 24)
        self.assertEqual(self.browser.js("performance.getEntriesByType('resource').length"), 0)

    def test_words_filter(self):
        self.open(*WIDE)
        self.browser.type(".filters input", "xen_get_user_pgd v6.1")
        self.assertEqual({(r[1], r[4]) for r in self.seen()}, {("v6.1", "4.14")})
        self.assertEqual(self.browser.js("document.querySelector('.filters output').value"), "4 of 24")
        # What is told one by one goes with the table
        self.assertEqual(self.browser.js("[...document.querySelectorAll('details')].filter(d => !d.hidden).length"), 4)
        # Enter would load the page anew
        self.browser.type(".filters input", "no such thing\ue007")
        self.assertEqual(self.seen(), [])

    def test_choices_filter(self):
        self.open(*WIDE)
        self.browser.click("select[name=outcome] option[value=unjudged]")
        self.assertEqual({(r[4], r[6]) for r in self.seen()}, {("4.20", "2")})
        self.browser.click("select[name=role] option[value=domU]")
        self.assertEqual(len(self.seen()), 2)
        self.browser.click("select[name=role] option[value='']")
        self.browser.click("select[name=outcome] option[value='']")
        self.assertEqual(len(self.seen()), 24)

    def test_sorts(self):
        self.open(*WIDE)
        head = ".cells th:nth-child(%d) button"
        self.browser.click(head % 9)
        seconds = [float(r[8]) for r in self.seen() if r[8]]
        self.assertEqual(seconds, sorted(seconds))
        self.assertGreater(len(set(seconds)), 5)
        self.browser.click(head % 9)
        self.assertEqual([float(r[8]) for r in self.seen() if r[8]], sorted(seconds, reverse=True))
        self.assertEqual(self.browser.js("document.querySelectorAll('th[aria-sort]').length"), 1)
        # As numbers: 6.1 is before 6.12
        self.browser.click(head % 2)
        self.assertEqual([r[1] for r in self.seen()], ["v6.1"] * 12 + ["v6.12"] * 12)

    def test_leads_to_details(self):
        self.open(*WIDE)
        closed = self.browser.js("document.querySelector('details:not([open])').id")
        self.browser.click(f".cells a[href='#{closed}']")
        self.assertTrue(self.browser.js(f"document.getElementById('{closed}').open"))

    def fits(self, width, height):
        self.open(width, height)
        self.browser.js("document.querySelectorAll('details').forEach(d => d.open = true)")
        self.assertEqual(self.browser.js("innerWidth"), width)
        self.assertLessEqual(self.browser.js("document.documentElement.scrollWidth"), width)

    def test_fits_wide(self):
        self.fits(*WIDE)
        self.assertTrue(self.browser.js("document.querySelector('.cells thead').offsetHeight > 0"))

    def test_fits_narrow(self):
        self.fits(*NARROW)
        self.assertFalse(self.browser.js("document.querySelector('.cells thead').offsetHeight > 0"))
        self.browser.type(".filters input", "v6.12")
        self.assertEqual(len(self.seen()), 12)

    def test_pictures(self):
        for (width, height), scheme in ((WIDE, "light"), (NARROW, "light"), (WIDE, "dark")):
            self.open(width, height, scheme=scheme)
            path = os.path.join(PICTURES, f"page-{width}-{scheme}.png")
            self.browser.picture(path)
            with open(path, "rb") as f:
                head = f.read(24)
            self.assertEqual((int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")), (width, height))


if __name__ == "__main__":
    PICTURES = sys.argv.pop()
    unittest.main()
