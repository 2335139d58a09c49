# SPDX-License-Identifier: GPL-2.0-only
"""
What steps in Python share: how they take arguments, and how they end.

	sys.path.append(sys.path[0] + "/../run")
	import step
"""
import argparse
import os
import sys
import traceback

UNJUDGED = 125


class Unjudged(Exception):
    """One line: why a step cannot do its work."""


def name():
    return os.path.basename(sys.argv[0]).removesuffix(".py")


def complain(text):
    print(f"{name()}: error: {text}", file=sys.stderr, flush=True)


class Parser(argparse.ArgumentParser):
    """One whose errors are one line and status 125; argparse's own would be 2."""

    def __init__(self, description):
        super().__init__(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)

    def error(self, message):
        complain(message)
        sys.exit(UNJUDGED)


def run(main, *errors):
    """
    Exit with what main() returns, or with 125: Python's own status for an error, 1,
    is the kernel's. Exceptions of these kinds are one line.
    """
    try:
        sys.exit(main())
    except BrokenPipeError:
        # Who reads has gone; Python's own farewell is not for them, either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    except (Unjudged, OSError, *errors) as error:
        complain(error)
    except Exception:
        traceback.print_exc()
    sys.exit(UNJUDGED)
