"""What the fakes of the clouds' programs share: the cloud, which is one file, and how they read their arguments.

A fake knows the options of its calls and no others, and refuses what its cloud would refuse. Its answers have the form
of the real ones, and queries are evaluated.
"""

import json
import os
import shutil
import sys

import jmespath

STATE = "/harness/state"


class Refusal(Exception):
    """What the cloud says instead of doing it."""


def run(program, commands):
    """Runs the command that the arguments name: the longest row of words in `commands`."""
    words = sys.argv[1:]
    for length in range(len(words), 0, -1):
        command = commands.get(" ".join(words[:length]))
        if command:
            break
    else:
        sys.exit(f"{program}: no such command: {words}")
    try:
        with open(f"{STATE}/cloud.json") as file:
            cloud = json.load(file)
        answer = command(cloud, Arguments(words[length:]))
        with open(f"{STATE}/cloud.json", "w") as file:
            json.dump(cloud, file, indent=2, sort_keys=True)
    except Refusal as why:
        sys.exit(f"{program}: {why}")
    if answer is not None:
        print(answer)


class Arguments:
    """Words and options; each must be asked for before the command is done."""

    def __init__(self, words):
        self.words, self.options, name = [], {}, None
        for word in words:
            if word.startswith("--"):
                name, equals, value = word.partition("=")
                if name in self.options:
                    sys.exit(f"{name} is given twice")
                self.options[name] = [value] if equals else []
            elif name:
                self.options[name].append(word)
            else:
                self.words.append(word)

    def word(self):
        return self.words.pop(0) if self.words else sys.exit("a word is missing")

    def values(self, name):
        return self.options.pop(name, None)

    def value(self, name, among=None):
        values = self.values(name)
        if values is None or len(values) != 1:
            sys.exit(f"{name} has the values {values}")
        if among and values[0] not in among:
            sys.exit(f"{name} is {values[0]}, not among {among}")
        return values[0]

    def flag(self, name):
        values = self.values(name)
        if values:
            sys.exit(f"{name} takes no value")
        return values is not None

    def all_read(self):
        if self.words or self.options:
            sys.exit(f"not known: {self.words} {self.options}")


def variable(name):
    """A variable that the real program could not do without."""
    return os.environ.get(name) or sys.exit(f"{name} is not set")


def number():
    """A number that was not given out before."""
    path = f"{STATE}/numbers"
    with open(path, "a+") as file:
        file.write(".")
        return file.tell()


def keep(path):
    """Keeps the content of a file in the cloud; the name that it has there."""
    name = f"bytes-{number()}"
    if shutil.which("cp") is None or os.system(f"cp --sparse=always '{path}' {STATE}/{name}"):
        sys.exit(f"cannot read {path}")
    return name


def find(there, name, what):
    """A thing by its name, or what a cloud says where it is not there."""
    if name not in there:
        raise Refusal(f"{what}: {name} does not exist")
    return there[name]


def absent(there, name, what):
    if name in there:
        raise Refusal(f"{what}: {name} exists")


def pairs(words):
    return dict(word.split("=", 1) for word in words)


def query(arguments, document, columns):
    """A document as `--query` and `--output` want it; `columns` is how null is written among columns."""
    document = jmespath.search(arguments.value("--query"), document)
    output = arguments.value("--output", ["text", "tsv"])
    arguments.all_read()
    rows = document if isinstance(document, list) else [document]
    if output == "text" and rows and not isinstance(rows[0], list):
        # The AWS CLI writes a list of words on one line.
        rows = [rows]
    return "\n".join("\t".join(cell(it, columns) for it in (row if isinstance(row, list) else [row])) for row in rows)


def cell(value, null):
    return null if value is None else str(value)
