"""Benchmarks: every case beside its competitors, run in turn; `python -m benchmarks --help` says how.

    cases/       one function a case: what is ours, what it is compared with
    rivals.py    what others would write, and the floors that nobody gets below
    timing.py    contenders take turns; medians, quartiles, ratios of neighbouring turns
    goals.py     what each figure must reach, and what it aims at
    setting.py   what the command line chose: sizes, rounds, folders, digits
    child.py     one case in a process of its own, held to one processor where the case is one core's
    processes.py whole processes, timed, with the memory of all their children
    report.py    the Markdown tables, the JSON file, the part of docs/performance.md that is generated

Nothing here is a test: no time is ever asserted.
"""
