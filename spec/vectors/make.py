#!/usr/bin/env python3
"""Writes spec/vectors/*.json: signed octets with the verdict each deserves.

Python 3.11, its standard library and the cryptography package. It shares no
code with the Go package and is written from ../standard.md; a second run
writes the same octets.
"""

import sys

sys.dont_write_bytecode = True

import cases_open  # noqa: E402
import cases_signatures  # noqa: E402
import cases_records  # noqa: E402
import cases_work  # noqa: E402
import cases_nodes  # noqa: E402
import cases_feed  # noqa: E402
import cases_policy  # noqa: E402


def main():
    total = 0
    for module in (cases_open, cases_signatures, cases_records, cases_work, cases_nodes, cases_feed, cases_policy):
        for book in module.books():
            n = book.write()
            total += n
            print("%-14s %4d" % (book.name, n))
    print("%-14s %4d" % ("total", total))


if __name__ == "__main__":
    main()
