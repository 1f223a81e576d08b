"""What the benches share: run a command and weigh it, show rounds as a table with their spread."""
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time


class Run:
    """One run of a command: seconds, seconds of processor time, peak resident memory in MB of the
    largest of it and its children."""

    def __init__(self, seconds, cpu, memory_mb):
        self.seconds, self.cpu, self.memory_mb = seconds, cpu, memory_mb


def run(*command, output=None):
    """Runs a command to its end; a failure ends the bench, for a failed run has no speed."""
    with tempfile.TemporaryFile() as said, open(output or os.devnull, "wb") as out:
        begin = time.monotonic()
        process = subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL,
                                   stdout=out, stderr=said)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        text = said.read().decode(errors="replace")
    if process.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: exit {process.returncode}\n{text[-2000:]}")
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def spread(values, form="{:.2f}"):
    """Median (least to most)."""
    middle = form.format(statistics.median(values))
    if len(values) == 1:
        return middle
    return f"{middle} ({form.format(min(values))}–{form.format(max(values))})"


class Table:
    """Rows of text under a header, in Markdown, so that it can go into a README as it is."""

    def __init__(self, *header):
        self.rows = [header]

    def add(self, *cells):
        self.rows.append(tuple(str(cell) for cell in cells))

    def print(self):
        widths = [max(len(row[i]) for row in self.rows) for i in range(len(self.rows[0]))]
        for index, row in enumerate(self.rows):
            print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |")
            if index == 0:
                print("|" + "|".join("-" * (width + 2) for width in widths) + "|")
        sys.stdout.flush()


def verdict(good):
    return "yes" if good else "NO"


def machine():
    """One line about where the figures come from."""
    model = "unknown processor"
    with open("/proc/cpuinfo") as file:
        for line in file:
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    return f"{model}, {os.cpu_count()} CPUs, {platform.system()} {platform.release().split('-')[0]}"


def missing(*programs):
    """Names of the peers' programmes that are not installed."""
    return [name for name in programs if not shutil.which(name)]
