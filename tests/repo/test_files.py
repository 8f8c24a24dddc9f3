"""Rules for every file in the repository."""

import re

from .common import ROOT, tracked

# Hosts of registries and mirrors, and folders of one machine: the brackets keep this file out of the search.
FORBIDDEN = re.compile(
    r"p[y]pi\.org|p[y]thonhosted|d[e]b\.debian|s[e]curity\.debian|r[e]gistry\.npmjs|p[r]oxy\.golang"
    r"|https?://[\w.-]*m[i]rror|/w[o]rk/|/r[o]ot/"
)
# The marks of unfinished work that people leave in comments.
MARKS = re.compile(r"\b(T[O]DO|F[I]XME|X{3})\b")
CONFLICT = re.compile(r"^(<{7}|>{7}) ", re.MULTILINE)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
BINARY = {".png", ".jpg", ".ico", ".woff2", ".xlsx"}


def texts():
    for path in tracked():
        if path.suffix not in BINARY and path.is_file():
            yield path, path.read_text(encoding="utf-8")


def occurrences(pattern):
    return [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path, text in texts()
        for match in pattern.finditer(text)
    ]


def test_no_host_of_a_registry_and_no_path_of_a_machine():
    assert not occurrences(FORBIDDEN)


def test_nothing_is_left_for_later():
    assert not occurrences(MARKS)
    assert not occurrences(CONFLICT)


def test_code_files_are_short_enough_to_read():
    long = {
        str(path.relative_to(ROOT)): lines
        for path, text in texts()
        if path.suffix in (".py", ".js") and (lines := text.count("\n")) > 300
    }
    assert not long
    for path in tracked("bin"):
        assert path.read_text(encoding="utf-8").count("\n") < 150, path


def test_links_in_the_documentation_lead_somewhere():
    broken = []
    for path in tracked("*.md"):
        for target in LINK.findall(path.read_text(encoding="utf-8")):
            elsewhere = "://" in target or target.startswith("mailto:")
            if not elsewhere and not (path.parent / target).exists():
                broken.append(f"{path.relative_to(ROOT)} -> {target}")
    assert not broken


def test_the_scripts_of_the_makefile_exist():
    for script in re.findall(r"@(bin/[\w-]+)", (ROOT / "Makefile").read_text(encoding="utf-8")):
        assert (ROOT / script).stat().st_mode & 0o111, f"{script} cannot be run"
