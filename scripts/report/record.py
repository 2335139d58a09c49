# SPDX-License-Identifier: GPL-2.0-only
"""
Read records, the result.json that pvboot leaves of each boot.

Documentation/record.rst is what is checked here.  What a guest printed is in a
record, and a record may be cut, so nothing in it is trusted: whoever gets one from
load() finds every key of the document there, and of its kind.
"""
import json
import os
import stat

FORMAT = "pvboot-record"
VERSION = 1
NAME = "result.json"
# A console that is kept is 64 MiB at most, and a record is a digest of it.
SIZE_MAX = 64 << 20
# How many faults of a domain a record lists.
FAULTS_MAX = 16

OK, FAULT, UNJUDGED = "ok", "fault", "unjudged"
STATUS = {OK: 0, FAULT: 1, UNJUDGED: 125}


class RecordError(Exception):
    """One line: which record cannot be used, and why."""


# What a value may be.  A tuple is (kind, more); a dictionary an object with at
# least these keys.
TEXT, COUNT, SECONDS = "text", "count", "seconds"


def maybe(kind):
    return "maybe", kind


def each(kind):
    return "each", kind


def word(*words):
    return "word", words


TEST = {
    "name": TEXT, "kind": TEXT,
    "outcome": word("ok", "failed", "skipped", "not run", "cut off"),
    "planned": COUNT, "passed": COUNT, "failed": COUNT, "skipped": COUNT,
    "why": maybe(TEXT), "ktap": each(TEXT),
}
FAULTS = {
    "kind": TEXT, "source": TEXT, "class": maybe(TEXT), "title": TEXT,
    "signature": maybe(TEXT), "known": maybe(TEXT), "line": maybe(TEXT), "chain": each(TEXT), "place": maybe(TEXT),
    "address": maybe(TEXT), "at": maybe(SECONDS),
}
DOMAIN = {
    "name": TEXT, "expect": TEXT, "outcome": word(*STATUS), "state": TEXT,
    "summary": TEXT, "title": maybe(TEXT), "why": maybe(TEXT), "because": maybe(TEXT),
    "begun": maybe(SECONDS), "ended": maybe(SECONDS), "silence": maybe(SECONDS),
    "milestones": each({"name": TEXT, "at": maybe(SECONDS)}),
    "tests": each(TEST), "complaints": COUNT, "faults": each(FAULTS),
    "tail": each(TEXT), "log": maybe(TEXT),
}
RECORD = {
    "format": word(FORMAT), "version": COUNT,
    "cell": TEXT, "expect": TEXT, "outcome": word(*STATUS), "status": COUNT,
    "title": maybe(TEXT), "why": maybe(TEXT), "begun": maybe(TEXT),
    "seconds": maybe(SECONDS), "silence": maybe(SECONDS),
    "facts": ("values", maybe(TEXT)),
    "machine": maybe({"accel": TEXT, "cpu": TEXT, "cpus": COUNT, "memory": COUNT,
                      "dom0_memory": COUNT, "box": TEXT}),
    "logs": ("values", maybe(TEXT)), "domains": each(DOMAIN),
}


def check(value, kind, where):
    """Raise ValueError if a value is not what its kind says."""
    if isinstance(kind, dict):
        if not isinstance(value, dict):
            raise ValueError(f"{where or 'it'} is not an object")
        for key, inner in kind.items():
            name = f"{where}.{key}" if where else key
            if key not in value:
                raise ValueError(f"{name} is missing")
            check(value[key], inner, name)
    elif kind == TEXT:
        if not isinstance(value, str):
            raise ValueError(f"{where} is not a text")
    elif kind == COUNT:
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << 31:
            raise ValueError(f"{where} is not a count")
    elif kind == SECONDS:
        if not isinstance(value, (int, float)) or isinstance(value, bool) or \
           not 0 <= value < 1 << 31:
            raise ValueError(f"{where} is not a number of seconds")
    elif kind[0] == "maybe":
        if value is not None:
            check(value, kind[1], where)
    elif kind[0] == "word":
        if value not in kind[1]:
            raise ValueError(f"{where} is not {' or '.join(kind[1])}")
    elif kind[0] == "each":
        if not isinstance(value, list):
            raise ValueError(f"{where} is not a list")
        for i, item in enumerate(value):
            check(item, kind[1], f"{where}[{i}]")
    elif kind[0] == "values":
        if not isinstance(value, dict):
            raise ValueError(f"{where} is not an object")
        for i, item in enumerate(value.values()):
            check(item, kind[1], f"{where}[{i}]")


def worst(outcomes):
    """What outcomes come to together: a fault beats what could not be judged."""
    outcomes = set(outcomes)
    return FAULT if FAULT in outcomes else UNJUDGED if UNJUDGED in outcomes else OK


def check_sense(record):
    """A record that says of a boot better than of its domains is not believed."""
    if record["status"] != STATUS[record["outcome"]]:
        raise ValueError(f"outcome is {record['outcome']} and status {record['status']}")
    domains = worst(d["outcome"] for d in record["domains"])
    if worst((domains, record["outcome"])) != record["outcome"]:
        raise ValueError(f"outcome is {record['outcome']}, and that of a domain {domains}")
    if record["outcome"] == OK and not record["domains"]:
        raise ValueError("outcome is ok, and there is no domain")


def no_constant(name):
    raise ValueError(f"{name} is no number")


def no_twins(pairs):
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is there twice")
    return found


def parse(text):
    """A record from its text; ValueError says what is wrong."""
    try:
        record = json.loads(text, parse_constant=no_constant, object_pairs_hook=no_twins)
    except json.JSONDecodeError as error:
        raise ValueError(f"it is not JSON, or is cut: {error}") from None
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if not isinstance(record, dict) or record.get("format") != FORMAT:
        raise ValueError("it is no record of pvboot's")
    if record.get("version") != VERSION:
        raise ValueError(f"it has another version than {VERSION}; boot again")
    check(record, RECORD, "")
    check_sense(record)
    return record


def load(path):
    """A record from its file, or from the folder of its cell."""
    if os.path.isdir(path):
        path = os.path.join(path, NAME)
    try:
        # Before it is opened: a pipe would keep us waiting.
        found = os.stat(path)
        if not stat.S_ISREG(found.st_mode):
            raise ValueError("it is not a file")
        if found.st_size > SIZE_MAX:
            raise ValueError("it is larger than any record")
        with open(path, "rb") as f:
            return parse(f.read(SIZE_MAX).decode("utf-8"))
    except OSError as error:
        raise RecordError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise RecordError(f"{path} cannot be used: it is not UTF-8") from None
    except ValueError as error:
        raise RecordError(f"{path} cannot be used: {error}") from None


def unjudged(cell, why):
    """A record in place of one that is not there."""
    return {
        "format": FORMAT, "version": VERSION, "cell": cell, "expect": "boot",
        "outcome": UNJUDGED, "status": STATUS[UNJUDGED], "title": None, "why": why,
        "begun": None, "seconds": None, "silence": None, "facts": {},
        "machine": None, "logs": {}, "domains": [],
    }
