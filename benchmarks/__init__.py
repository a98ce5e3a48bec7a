"""Benchmarks: every case next to its competitors, run in turn; see `python -m benchmarks --help`.

    cases/       one function per case: our code, and what it is compared with
    rivals.py    what others would write, and the lower limits of time
    timing.py    contenders take turns; medians, quartiles, ratios of neighbouring turns
    goals.py     what each figure must reach, and what it should reach
    setting.py   what the command line chose: sizes, rounds, folders, digits
    child.py     one case in a process of its own, on one processor if the case is for one core
    processes.py whole processes, timed, with the memory of all their children
    report.py    the Markdown tables, the JSON file, the generated part of docs/performance.md

Nothing here is a test: no time is ever asserted.
"""
