"""Writes a tree of source files full of planted flaws: the same seed, the same tree. No line of it is anybody's."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

_NOUNS = ("order", "basket", "invoice", "account", "parcel", "ticket", "voucher", "customer", "stock", "refund")
_VERBS = ("load", "store", "check", "send", "print", "merge", "count", "archive", "export", "sign")
_FLAWS_IN_PYTHON = (
    'subprocess.run(f"convert {NOUN} out.png", shell=True)',
    'subprocess.call("ls " + NOUN, shell=True)',
    'os.system("rm -rf " + NOUN)',
    "result = eval(NOUN)",
    "exec(NOUN)",
    "data = pickle.loads(NOUN)",
    "settings = yaml.load(NOUN, Loader=yaml.Loader)",
    "digest = hashlib.md5(NOUN).hexdigest()",
    "digest = hashlib.sha1(NOUN.encode()).hexdigest()",
    "token = random.randint(0, 999999)",
    "token = random.choice(NOUN)",
    'cursor.execute(f"SELECT * FROM NOUN WHERE id = {value}")',
    "cursor.execute(\"DELETE FROM NOUN WHERE name = '%s'\" % value)",
    "page = requests.get(NOUN, verify=False)",
    "page = requests.post(NOUN, timeout=None)",
    "assert NOUN, 'nothing there'",
    'path = "/tmp/NOUN"',
    'handle = open("/tmp/NOUN.log", "w")',
    "tree = ElementTree.fromstring(NOUN)",
    'os.chmod("NOUN.db", 0o777)',
    "archive.extractall(NOUN)",
    'server.bind(("0.0.0.0", 8080))',
    "field = getattr(NOUN, name)",
    "template = jinja2.Environment(loader=loader)",
    'subprocess.run(["convert", NOUN])',
    "name = tempfile.mktemp()",
)
_FLAWS_IN_SCRIPT = (
    "eval(NOUN);",
    "const run = new Function(NOUN);",
    'exec("convert " + NOUN);',
    "element.innerHTML = NOUN;",
    'response.send("hello " + NOUN);',
    "const pattern = new RegExp(NOUN);",
    "const token = Math.random();",
    "table[NOUN] = value;",
    "const entry = table[NOUN];",
    "const plugin = require(NOUN);",
    "const memory = new Buffer(NOUN);",
    "fs.readFileSync(NOUN);",
    "if (NOUN.secret === given) { total += 1; }",
    "setTimeout(NOUN, 100);",
    "const strange = /(a+)+$/.test(NOUN);",
)
_FILLER_IN_PYTHON = (
    "total += 1",
    "names.append(NOUN)",
    "count = len(NOUN)",
    "logger.info(NOUN)",
    "# NOUN first",
    "value = NOUN",
)
_FILLER_IN_SCRIPT = (
    "total += 1;",
    "names.push(NOUN);",
    "const count = NOUN.length;",
    "console.log(NOUN);",
    "// NOUN first",
)
_HEAD = """\
import hashlib
import os
import pickle
import random
import subprocess
import tempfile
from xml.etree import ElementTree

import jinja2
import requests
import yaml
"""
_HEAD_OF_SCRIPT = """\
const fs = require("fs");
const { exec } = require("child_process");
"""


def author(seed: int, *, modules: int = 10) -> dict[str, bytes]:
    """A tree: Python, JavaScript, Terraform, Kubernetes, Dockerfiles and settings with made-up secrets."""
    random = Random(seed)  # noqa: S311 - the same tree every time is the point
    texts: dict[str, str] = {}
    for number in range(modules):
        noun = random.choice(_NOUNS)
        texts[f"shop/{random.choice(('api', 'jobs', 'web'))}/{noun}_{number}.py"] = _module(random)
        texts[f"site/{random.choice(('src', 'admin'))}/{noun}{number}.js"] = _script(random)
    for number in range(max(modules // 2, 1)):
        texts[f"infra/{random.choice(('prod', 'stage'))}/{random.choice(_NOUNS)}{number}.tf"] = _terraform(
            random, number
        )
        texts[f"deploy/{random.choice(_NOUNS)}{number}.yaml"] = _kubernetes(random, number)
        texts[f"images/{random.choice(_NOUNS)}{number}/Dockerfile"] = _dockerfile(random)
        texts[f"settings/{random.choice(_NOUNS)}{number}.env"] = _settings(random)
    return {path: text.encode() for path, text in sorted(texts.items())}


def _body(random: Random, flaws: tuple[str, ...], filler: tuple[str, ...], indent: str) -> list[str]:
    rows = []
    for _ in range(random.randint(2, 7)):
        text = random.choice(flaws if random.random() < 1 / 2 else filler)
        rows.append(indent + text.replace("NOUN", random.choice(_NOUNS)))
        if random.random() < 1 / 8:
            rows.append("")
    return rows


def _module(random: Random) -> str:
    parts = [_HEAD]
    for name in _names(random):
        body = _body(random, _FLAWS_IN_PYTHON, _FILLER_IN_PYTHON, "    ")
        if random.random() < 1 / 4:
            inner = _body(random, _FLAWS_IN_PYTHON, _FILLER_IN_PYTHON, "        ")
            body += ["    try:", *inner, "        done = True", "    except Exception:", "        pass"]
        parts.append("\n".join([f"def {name}(value, cursor, table):", *body, "    return value"]) + "\n")
    return "\n\n".join(parts)


def _script(random: Random) -> str:
    parts = [_HEAD_OF_SCRIPT]
    for name in _names(random):
        body = _body(random, _FLAWS_IN_SCRIPT, _FILLER_IN_SCRIPT, "  ")
        scoped = [line.replace("const ", "var ") for line in body]
        parts.append("\n".join([f"function {name}(value, table, element) {{", *scoped, "  return value;", "}"]) + "\n")
    return "\n".join(parts)


def _names(random: Random) -> list[str]:
    wanted = random.randint(3, 8)
    names = [f"{verb}_{noun}" for verb in _VERBS for noun in _NOUNS]
    return random.sample(names, wanted)


def _terraform(random: Random, number: int) -> str:
    makers: tuple[Callable[[str, Random], str], ...] = (_bucket, _group, _database, _volume)
    names = random.sample(_NOUNS, random.randint(3, 6))
    return "\n".join(random.choice(makers)(f"{name}{number}", random) for name in names)


def _bucket(name: str, random: Random) -> str:
    acl = random.choice(("private", "public-read"))
    return f'resource "aws_s3_bucket" "{name}" {{\n  bucket = "{name}-files"\n  acl    = "{acl}"\n}}\n'


def _group(name: str, random: Random) -> str:
    ports = random.sample((22, 80, 443, 3389, 5432), 2)
    rules = "".join(
        f'  ingress {{\n    from_port   = {port}\n    to_port     = {port}\n    protocol    = "tcp"\n'
        '    cidr_blocks = ["0.0.0.0/0"]\n  }\n'
        for port in ports
    )
    return f'resource "aws_security_group" "{name}" {{\n  name = "{name}"\n{rules}}}\n'


def _database(name: str, random: Random) -> str:
    public = random.choice(("true", "false"))
    return (
        f'resource "aws_db_instance" "{name}" {{\n  engine              = "postgres"\n'
        f'  instance_class      = "db.t3.micro"\n  publicly_accessible = {public}\n  storage_encrypted   = false\n}}\n'
    )


def _volume(name: str, random: Random) -> str:
    size = 10 * random.randint(1, 9)
    return f'resource "aws_ebs_volume" "{name}" {{\n  availability_zone = "eu-west-1a"\n  size = {size}\n}}\n'


def _kubernetes(random: Random, number: int) -> str:
    documents = [
        f"apiVersion: v1\nkind: Pod\nmetadata:\n  name: {name}{number}\nspec:\n  containers:\n    - name: {name}\n"
        f"      image: shop/{name}:latest\n      securityContext:\n        privileged: "
        f"{random.choice(('true', 'false'))}\n"
        for name in random.sample(_NOUNS, random.randint(1, 3))
    ]
    return "---\n".join(documents)


def _dockerfile(random: Random) -> str:
    middle = [
        "RUN apt-get update",
        "RUN apt-get install -y curl",
        "ADD . /app",
        f"RUN curl -sSL example.com/{random.choice(_NOUNS)}.sh | sh",
        "EXPOSE 22",
        "WORKDIR app",
        "RUN sudo make install",
    ]
    rows = random.sample(middle, random.randint(3, 6))
    return "\n".join(["FROM python:latest", *rows, 'CMD ["python", "app.py"]']) + "\n"


_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"


def _settings(random: Random) -> str:
    """Nothing here opens anything: the values are drawn by chance."""
    rows = []
    for noun in random.sample(_NOUNS, random.randint(3, 6)):
        value = "".join(random.choice(_LETTERS) for _ in range(36))
        rows.append(f"{noun.upper()}_NAME={noun}")
        rows.append(
            random.choice(
                (f"{noun.upper()}_API_KEY={value}", f"GITHUB_TOKEN=ghp_{value}", f"{noun.upper()}_SECRET={value}")
            )
        )
    return "\n".join(rows) + "\n"
