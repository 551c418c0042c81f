"""Archives as programs leave them: packed, with a byte order mark, with line ends of old systems."""

import gzip
import io
import random
from pathlib import Path

import pytest

from bbs.mbox.errors import ArchiveUnreadable
from bbs.mbox.source import open_source
from tests.cli.house import House
from tests.cli.mails import archive, mail, planned

PLAIN = archive(mail("<1@x>"), mail("<2@x>", body="Bye.\n\nAgain.\n"))


def test_an_archive_is_read_in_every_dress() -> None:
    """A byte order mark, lone CR, CRLF and gzip, in one piece or two, change nothing of the mails."""
    dresses = {
        "byte order mark": b"\xef\xbb\xbf" + PLAIN,
        "lone CR": PLAIN.replace(b"\n", b"\r"),
        "CRLF": PLAIN.replace(b"\n", b"\r\n"),
        "gzip": gzip.compress(PLAIN),
        "two of gzip": gzip.compress(PLAIN[:99]) + gzip.compress(PLAIN[99:]),
        "all": gzip.compress(b"\xef\xbb\xbf" + PLAIN.replace(b"\n", b"\r")),
    }
    expected = planned(PLAIN)
    assert len(expected[0]) == 2
    for name, data in dresses.items():
        assert planned(data) == expected, name


def test_a_long_archive_is_read_to_its_end() -> None:
    """What stands beyond the bytes that are looked at first is read all the same."""
    long = archive(*(mail(f"<{n}@x>", body="word\n" * 3_000) for n in range(30)))
    expected = planned(long)
    assert len(expected[0]) == 30
    assert planned(gzip.compress(long)) == expected
    assert planned(long.replace(b"\n", b"\r")) == expected


def test_a_packed_archive_is_bounded_and_may_be_damaged() -> None:
    """A packed file that ends early, is damaged or holds more than the bound is refused by name."""
    packed = gzip.compress(PLAIN + random.Random(1).randbytes(200_000))
    for data in (packed[:-4], packed[:5_000], packed[:5_000] + b"x" * 99 + packed[5_099:]):
        with pytest.raises(ArchiveUnreadable, match="damaged"):
            planned(data)
    bomb = gzip.compress(bytes(3_000_000))
    source = open_source(io.BytesIO(bomb), unpacked_bytes_max=1_000_000)
    with pytest.raises(ArchiveUnreadable, match="more than 1000000 bytes"):
        source.read()
    assert open_source(io.BytesIO(bomb), unpacked_bytes_max=3_000_000).read() == bytes(3_000_000)


def test_a_damaged_file_is_a_sentence(house: House, tmp_path: Path) -> None:
    """On the command line a damaged file is one sentence and 1; a whole one is imported."""
    path = tmp_path / "list.mbox.gz"
    words = ("admin", "threads", "import-mbox", str(path), "--board", "commons", "--profile", "ana")
    path.write_bytes(gzip.compress(PLAIN)[:-9])
    result = house.bbs(*words)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "packed with gzip and damaged" in result.stderr
    path.write_bytes(gzip.compress(PLAIN))
    assert house.data("ana", *words[:-2], "--dry-run")["read"] == 2
