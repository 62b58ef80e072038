"""Lists of domains become jobs: files as they come, every line with a verdict, the same input the same job."""

from __future__ import annotations

import asyncio
import csv
import gzip
import io
import random
import signal
import subprocess
import sys
import zipfile
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.outcomes import done, store_settings
from tests.test_domains import SPELLINGS

from domainscout.errors import ExitCode, InputError
from domainscout.intake import submit
from domainscout.intake.files import inspected, lines
from domainscout.records import JobOptions, JobState, TargetState
from domainscout.store import Store, open_store


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_store(store_settings(tmp_path / "data")) as opened:
        yield opened
        assert await opened.check() == []


async def domains_of(store: Store, job_id: str) -> list[str]:
    return [row.domain for row in await store.targets.listing(job_id, limit=1_000_000)]


@pytest.fixture
def write(tmp_path: Path):
    def _write(content: str | bytes, name: str = "list.txt") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return _write


async def test_every_line_has_a_verdict(store, write, tmp_path):
    path = write("acme.example\n\nhttps://www.ACME.example/\n# a comment\n10.0.0.5\nbeta.example\nnot a host\n")
    report = await submit(store, [path], rejects=tmp_path / "rejects.csv", name="mine")
    assert (report.accepted, report.duplicates, report.rejected, report.fresh, report.known) == (2, 1, 2, 0, 0)
    assert (report.job.name, report.job.size, report.job.state) == ("mine", 2, JobState.ACTIVE)
    assert [(reject.line, reject.text, reject.reason) for reject in report.first_rejects] == [
        (5, "10.0.0.5", "IP address"),
        (7, "not a host", "not a host name (spaces)"),
    ]
    rows = list(csv.reader((tmp_path / "rejects.csv").read_text().splitlines()))
    assert rows[0] == ["source", "line", "input", "reason"]
    assert rows[1] == [str(path), "5", "10.0.0.5", "IP address"]
    (source,) = report.sources
    assert (source.lines, source.encoding, source.column) == (7, "UTF-8", None)


async def test_spellings_of_one_domain_are_one_target(store, write):
    listed = [line for line in SPELLINGS if "\t" not in line]
    report = await submit(store, [write("\n".join(listed))])
    assert (report.accepted, report.duplicates, report.rejected) == (1, len(listed) - 1, 0)
    assert await domains_of(store, report.job.id) == ["acme.example"]


async def test_the_same_input_again_adds_nothing(store, write):
    content = "".join(f"c{n}.example\n" for n in range(300)) + "c1.example\nbad line\n"
    first = await submit(store, [write(content)])
    for name in ("list.txt", "renamed.csv"):
        again = await submit(store, [write(content, name)])
        assert again.job.id == first.job.id
        assert again.continued
        assert (again.accepted, again.known, again.duplicates, again.rejected) == (0, 300, 1, 1)
    assert again.job.size == 300
    anew = await submit(store, [write(content)], new_job=True)
    assert anew.job.id != first.job.id
    assert (anew.accepted, anew.continued) == (300, False)


async def test_another_way_of_reading_the_same_bytes_is_another_job(store, write):
    path = write("website,host\nacme.example,beta.example\n")
    jobs = [(await submit(store, [path], column=column)).job.id for column in ("website", "host")]
    assert jobs[0] != jobs[1]


async def test_several_files_are_one_job_and_the_standard_input_is_a_file(store, write, monkeypatch):
    one, two = write("acme.example\n", "one.txt"), write("domain\nbeta.example\nacme.example\n", "two.csv")
    report = await submit(store, [one, two])
    assert (report.accepted, report.duplicates, len(report.sources)) == (2, 1, 2)
    assert report.job.name == "one.txt, two.csv"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"gamma.example\n")))
    piped = await submit(store, ["-"])
    assert (piped.accepted, piped.sources[0].name) == (1, "stdin")


async def test_what_an_earlier_job_crawled_a_short_while_ago_is_shared(store, write):
    first = await submit(store, [write("acme.example\nbeta.example\n")])
    (acme, _beta) = await store.targets.feed(10)
    await store.targets.commit([done(acme)])
    path = write("acme.example\nnew.example\n", "second.txt")
    tried = await submit(store, [path], dry_run=True)
    assert (tried.job, tried.accepted, tried.fresh) == (None, 1, 1)
    second = await submit(store, [path])
    assert (second.accepted, second.fresh) == (1, 1)
    states = {row.domain: row.state for row in await store.targets.listing(second.job.id)}
    assert states == {"acme.example": TargetState.SKIPPED, "new.example": TargetState.WAITING}
    anew = await submit(store, [write("acme.example\n", "third.txt")], options=JobOptions(max_age_s=0))
    assert (anew.accepted, anew.fresh) == (1, 0)
    assert first.job.id != second.job.id


async def test_a_list_of_fresh_domains_only_is_finished_at_once(store, write):
    await submit(store, [write("acme.example\n")])
    await store.targets.commit([done(target) for target in await store.targets.feed(10)])
    report = await submit(store, [write("acme.example\n#\n", "again.txt")])
    assert (report.fresh, report.job.state) == (1, JobState.FINISHED)


async def test_a_dry_run_writes_nothing(store, write, tmp_path):
    path = write("acme.example\nacme.example\nbad\n")
    report = await submit(store, [path], dry_run=True, rejects=tmp_path / "rejects.csv")
    assert (report.accepted, report.duplicates, report.rejected) == (1, 1, 1)
    assert await store.jobs.list() == []
    assert (tmp_path / "rejects.csv").exists()
    await submit(store, [path])
    again = await submit(store, [path], dry_run=True)
    assert (again.accepted, again.known, again.continued) == (0, 1, True)


@pytest.mark.parametrize(
    ("content", "column", "expected"),
    [
        ("domain,name\nacme.example,Acme\nbeta.example,Beta\n", "domain", "acme beta"),
        ("Name;Website;City\nAcme;https://www.acme.example/;Leeds\n", "Website", "acme"),
        ("name\turl\nAcme\thttp://acme.example\n", "url", "acme"),
        ('"Company, Name","Host"\n"Acme, Ltd","acme.example"\n"A ""b"" c","beta.example"\n', "Host", "acme beta"),
        ("\ufeffDomain\nacme.example\n", "Domain", "acme"),
        ('id,domain,notes\n1,acme.example,"two\nlines"\n2,beta.example,x\n', "domain", "acme beta"),
        ('notes,domain\n"stray, acme.example\nx,beta.example\ny,gamma.example\n', "domain", "acme beta gamma"),
        ("website,domain\nx,acme.example\n", "domain", "acme"),
        ("Acme Ltd;acme.example;1\nBeta Ltd;beta.example;2\n", "2", "acme beta"),
        ("https://acme.example/a,b;c\nhttps://beta.example/?x=1;2\n", None, "acme beta"),
    ],
)
async def test_tables_are_understood(store, write, content, column, expected):
    report = await submit(store, [write(content)])
    assert await domains_of(store, report.job.id) == [f"{name}.example" for name in expected.split()]
    assert report.sources[0].column == column


async def test_a_column_can_be_named_or_numbered(store, write):
    path = write("a,b,c\nacme.example,beta.example,gamma.example\n")
    for column, domain in (("B", "beta.example"), ("3", "gamma.example")):
        report = await submit(store, [path], column=column)
        assert domain in await domains_of(store, report.job.id)
    with pytest.raises(InputError, match="no column 'd'") as caught:
        await submit(store, [path], column="d")
    assert "a, b, c" in caught.value.why
    assert "--column" in caught.value.fix


async def test_addresses_are_refused_with_a_hint_or_taken_on_request(store, write):
    path = write("name,email\nJo,jo@acme.example\nAl,al@gmail.com\nBo,bo@acme.example\n")
    with pytest.raises(InputError) as caught:
        await submit(store, [path])
    assert caught.value.fix.startswith("domainscout submit --from-emails ")
    report = await submit(store, [path], from_emails=True)
    assert await domains_of(store, report.job.id) == ["acme.example"]
    assert (report.duplicates, report.rejected) == (1, 1)
    assert "free-mail" in report.first_rejects[0].reason
    assert report.sources[0].column == "email"


TEXT = "domäne.example\nacme.example\n"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (TEXT.encode(), "UTF-8"),
        (TEXT.encode("utf-8-sig"), "UTF-8"),
        (TEXT.encode("utf-16"), "UTF-16"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "UTF-16"),
        ("acme.example\nb\u00e9ta.example\n".encode("utf-16-le"), "UTF-16"),
        (TEXT.encode("latin-1"), "Latin-1"),
        (TEXT.replace("\n", "\r\n").encode(), "UTF-8"),
        (TEXT.replace("\n", "\r").encode(), "UTF-8"),
    ],
)
async def test_encodings_are_told_apart(store, write, content, name):
    report = await submit(store, [write(content)])
    assert report.accepted == 2, report.first_rejects
    assert report.sources[0].encoding == name


def archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as book:
        book.writestr(zipfile.ZipInfo("xl/workbook.xml"), "<x/>")  # without the time of day
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\n\n  \t\r\n", "empty"),
        (b"\xef\xbb\xbf\n", "empty"),
        (gzip.compress(b"acme.example\n", mtime=0), "gzip"),
        (archive(), "Excel"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"SQLite format 3\x00" + bytes(90), "SQLite"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "PNG"),
        (bytes(range(256)) * 40, "binary"),
        (random.Random(1).randbytes(5000), "binary"),
        (b"PAR1" + bytes(50), "Parquet"),
        (b"\xef\xbb\xbf\n<!DOCTYPE HTML><title>x</title>", "web page"),
        (b'[{"domain": "acme.example"}]', "JSON"),
        (b'{"schema":1,"domain":"acme.example"}\n', "JSON lines"),
        (b"hello\nworld\n", "no domain"),
        (b"domain\n", "no domain"),
    ],
    ids=lambda value: value if isinstance(value, str) else "bytes",
)
async def test_what_is_no_list_says_what_it_looks_like(store, write, content, words):
    with pytest.raises(InputError) as caught:
        await submit(store, [write(content)])
    error = caught.value
    assert words in error.what + error.why
    assert error.fix
    assert error.exit_code == ExitCode.INPUT
    assert await store.jobs.list() == []


async def test_a_missing_file_names_the_one_that_was_meant(store, write, tmp_path):
    write("acme.example", "domains.txt")
    with pytest.raises(InputError, match="no file") as caught:
        await submit(store, [tmp_path / "domain.txt"])
    assert "domains.txt" in caught.value.why
    with pytest.raises(InputError, match="is a folder"):
        await submit(store, [tmp_path])


async def test_a_bad_file_beside_a_good_one_writes_nothing_at_all(store, write, tmp_path):
    with pytest.raises(InputError):
        await submit(store, [write("acme.example\n"), tmp_path / "none.txt"], rejects=tmp_path / "rejects.csv")
    assert await store.jobs.list() == []
    assert not list(tmp_path.glob("*rejects*"))


async def test_rejects_that_cannot_be_written_are_told_first(store, write, tmp_path):
    with pytest.raises(InputError, match="rejects cannot be written"):
        await submit(store, [write("acme.example\n")], rejects=tmp_path / "none" / "rejects.csv")
    assert await store.jobs.list() == []


async def test_rejects_hold_no_password_and_no_formula(store, write, tmp_path):
    path = write('acme.example\nhttps://me:hunter2@10.0.0.5/\n=HYPERLINK("x")\n')
    report = await submit(store, [path], rejects=tmp_path / "r.csv")
    content = (tmp_path / "r.csv").read_text()
    assert "hunter2" not in content + repr(report.first_rejects)
    assert "'=HYPERLINK" in content


def test_a_line_without_end_is_read_over_not_held(write):
    path = write(b"acme.example\n" + b"x" * 300_000 + b"\nbeta.example\n" + b"y" * 65_536 + b"\n" + b"z" * 65_536)
    with inspected(path) as source:
        found = list(lines(source))
    assert [(line.number, line.chars, line.cut) for line in found] == [
        (1, 12, False),
        (2, 300_001, True),
        (3, 12, False),
        (4, 65_537, True),
        (5, 65_536, False),
    ]
    assert max(len(line.text) for line in found) <= 65_536


async def test_a_line_without_end_costs_only_itself(store, write):
    report = await submit(store, [write(b"acme.example\n" + b"x" * 300_000 + b"\nbeta.example\n")])
    assert (report.accepted, report.rejected) == (2, 1)
    assert "too long" in report.first_rejects[0].reason


async def test_progress_is_told_while_reading(store, write):
    told = []
    await submit(store, [write("".join(f"c{n}.example\n" for n in range(12_000)))], progress=told.append)
    assert len(told) == 3
    assert told[-1].lines == 12_000
    assert all(0 < one.read_bytes <= one.total_bytes for one in told)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(min_size=1, max_size=400))
def test_any_bytes_end_in_a_report_or_an_input_error(tmp_path, data):
    async def attempt():
        async with open_store(store_settings(tmp_path / "fuzz")) as store:
            path = tmp_path / "fuzz.bin"
            path.write_bytes(data)
            with suppress(InputError):
                report = await submit(store, [path])
                assert report.job.size == report.accepted + report.known

    asyncio.run(attempt())


KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from domainscout.intake import submit
from domainscout.settings import StoreSettings
from domainscout.store import open_store

def tell(progress):
    if progress.lines >= int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)

async def main():
    async with open_store(StoreSettings(data_dir=Path(sys.argv[1]))) as store:
        await submit(store, [sys.argv[2]], progress=tell)

asyncio.run(main())
"""


async def test_killed_half_way_and_run_again_gives_exactly_the_set(write, tmp_path):
    wanted = [f"c{n}.example" for n in range(40_000)]
    path = write("\n".join([*wanted, *wanted[:100]]))
    for at in (10_000, 30_000):
        command = [sys.executable, "-c", KILLED, str(tmp_path / "data"), str(path), str(at)]
        process = await asyncio.create_subprocess_exec(*command, stderr=subprocess.PIPE)
        assert (await process.wait()) == -signal.SIGKILL
    async with open_store(store_settings(tmp_path / "data")) as store:
        (half,) = await store.jobs.list()
        assert 0 < half.size < 40_000
        report = await submit(store, [path])
        assert report.job.id == half.id
        assert report.known == half.size
        assert (report.accepted, report.duplicates) == (40_000 - half.size, 100)
        assert await domains_of(store, half.id) == wanted
        assert await store.check() == []


async def test_the_input_of_a_cancelled_job_becomes_a_new_one(store, write):
    path = write("".join(f"c{n}.example\n" for n in range(2000)))
    first = await submit(store, [path])
    await store.jobs.cancel(first.job.id)
    again = await submit(store, [path])
    assert again.job.id != first.job.id
    assert again.accepted == 2000
