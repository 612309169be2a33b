"""Pin every package that requirements.txt leads to, with its hashes, and list their licences. Needs the network."""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from _environment import LOCKED, REQUIREMENTS, ROOT, enter, install

# Only this script uses them.
TOOLS = ("uv==0.13.9", "pip-licenses==5.5.5")
LICENCES = ROOT / "docs" / "licences.md"
# What torch's CUDA build alone needs comes with torch, and like it is pinned by version, not by hash.
WITH_TORCH = re.compile(r"(torch|triton|cuda-[a-z-]+|nvidia-[a-z0-9-]+)==")
PACKAGE = re.compile(r"^(?=[a-z0-9])", re.MULTILINE)
COMMAND = "python3 scripts/lock.py"
# What pip-licenses says of a field that a package leaves empty.
UNKNOWN = "UNKNOWN"
HEAD = f"""\
# Made by `{COMMAND}` from requirements.txt; not to be edited.
# Every package but torch, whose build differs by platform (CPU or CUDA) and is pinned in requirements.txt.
"""


def main() -> int:
    """0 when lock and licences are written, 1 when the packages cannot be resolved or installed."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    enter()
    _run(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *TOOLS)
    LOCKED.write_text(HEAD + _resolve())
    install()
    LICENCES.write_text(_licences())
    print(f"Wrote {LOCKED.relative_to(ROOT)} and {LICENCES.relative_to(ROOT)}; commit both.")
    return 0


def _resolve() -> str:
    """The lock for every platform and every Python that is supported."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lock.txt"
        options = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-header", "--no-annotate"]
        _run(sys.executable, "-m", "uv", "pip", "compile", "--quiet", *options, "-o", path, REQUIREMENTS)
        packages = PACKAGE.split(path.read_text())
    return "".join(package for package in packages if not WITH_TORCH.match(package))


def _licences() -> str:
    """A table of what is installed here of the lock, with torch: name, version, licence, where it comes from."""
    shown = ("--with-urls", "--with-license-file", "--no-license-path", "--with-system")
    told = _run(sys.executable, "-m", "piplicenses", "--format=json", "--from=mixed", *shown)
    locked = set(re.findall(r"^([a-z0-9-]+)==", LOCKED.read_text(), re.MULTILINE)) | {"torch"}
    rows = [
        f"| {each['Name']} | {each['Version']} | {_licence(each)} | {_origin(each)} |"
        for each in json.loads(told)
        if re.sub(r"[-_.]+", "-", each["Name"]).lower() in locked
    ]
    made = f"Made by `{COMMAND}` from what the packages say of themselves; this project's own is in `LICENSE`."
    return "\n".join(
        ["# Licences", "", made, "", "| package | version | licence | from |", "|---|---|---|---|", *rows, ""]
    )


def _origin(package: dict) -> str:
    return package["URL"] if package["URL"] != UNKNOWN else f"https://pypi.org/project/{package['Name']}/"


def _licence(package: dict) -> str:
    """A licence's name; where a package names none, or gives its whole text as the name, that text's first line."""
    text = package["License"] if package["License"] != UNKNOWN else package["LicenseText"]
    return text.strip().splitlines()[0].replace("|", "/")


def _run(*command: object) -> str:
    """What the command prints; ends this script when it fails."""
    done = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command[:5]))} failed; the reason stands above, and nothing more was changed.")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
