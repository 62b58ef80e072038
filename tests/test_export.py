"""Profiles in files: every format complete, valid, safe to open, and whole or not there at all."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest
from tests.support.outcomes import done, failed, partial, store_settings

from domainscout.cells import FORMULA_SIGNS, safe
from domainscout.errors import StorageError, UsageError
from domainscout.export import Format, export, workbook
from domainscout.export.files import FIELDS
from domainscout.profile import Address, EvidenceLine, Person, Phone, Profile, Social, Status
from domainscout.store import Store, open_store

RICH = {
    "company_name": "=cmd|' /C calc'!A0",
    "legal_name": "Acme & Söhne <Ltd>",
    "short_description": 'First line,\nsecond; with "quotes"\tand a tab',
    "phones": [Phone(number="+442079460958", label="Call us"), Phone(number="+442079460959")],
    "emails": ["info@acme.example", "@handle"],
    "addresses": [Address(full="1 High St, Leeds", street="1 High St", city="Leeds", country="GB", hq=True)],
    "social": Social(linkedin="https://www.linkedin.com/company/acme"),
    "people": [Person(name="Jo Bloggs", title="Director"), Person(name="Al Roe")],
    "sic_code": "62020",
    "sic_text": "Consultancy",
    "certifications": ["ISO 9001", "-minus"],
    "services": ["Repairs"],
    "products": ["Pumps\x0b"],
    "tags": ["a", "b"],
    "logo_url": "https://acme.example/logo.png",
    "evidence": [
        EvidenceLine(
            field="sic_code", value="x", url="https://acme.example/", quote="+1", method="meta", confidence=0.5
        )
    ],
}


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_store(store_settings(tmp_path / "data")) as opened:
        yield opened


@pytest.fixture
async def job(store: Store) -> str:
    """One of each outcome: rich, shared from an earlier job, partial, failed; one is still waiting."""
    earlier = await store.jobs.create("earlier")
    await store.targets.add(earlier.id, ["shared.example"])
    await store.targets.commit([done(target, company_name="Shared") for target in await store.targets.feed(1)])
    job = await store.jobs.create("list")
    await store.targets.add(
        job.id, ["shared.example", *(f"{name}.example" for name in ("acme", "part", "bad", "wait"))]
    )
    acme, part, bad = await store.targets.feed(3)
    await store.targets.commit([done(acme, **RICH), partial(part), failed(bad)])
    return job.id


def cells(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_bytes().decode(), newline="")))


async def test_json_lines_are_valid_profiles(store, job, tmp_path):
    report = await export(store, job=job, output=tmp_path / "out.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert (report.rows, report.format, report.path) == (4, Format.JSONL, tmp_path / "out.jsonl")
    assert report.size_bytes == (tmp_path / "out.jsonl").stat().st_size
    assert [(row["domain"], row["status"]) for row in rows] == [
        ("shared.example", "skipped"),
        ("acme.example", "done"),
        ("part.example", "partial"),
        ("bad.example", "failed"),
    ]
    validator = jsonschema.Draft202012Validator(Profile.model_json_schema(by_alias=True))
    for row in rows:
        validator.validate(row)
        assert tuple(row) == FIELDS
        assert row["job"] == job
        assert Profile.model_validate(row).domain == row["domain"]
    assert rows[1]["company_name"] == RICH["company_name"], "JSON is data: nothing is put in front"
    assert rows[0]["company_name"] == "Shared"


async def test_the_standard_output_is_the_default(store, job, monkeypatch):
    buffer = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(buffer))
    report = await export(store, job=job)
    assert (report.rows, report.path, len(buffer.getvalue().splitlines())) == (4, None, 4)
    sys.stdout.detach()


async def test_csv_has_a_row_a_company_and_no_formulas(store, job, tmp_path):
    await export(store, job=job, output=tmp_path / "out.csv")
    header, *rows = cells(tmp_path / "out.csv")
    acme = dict(zip(header, rows[1], strict=True))
    assert acme["company_name"] == "'" + RICH["company_name"]
    assert acme["phones"] == "'+442079460958 | +442079460959"
    assert acme["emails"] == "info@acme.example | @handle"
    assert acme["short_description"] == RICH["short_description"]
    assert acme["people"] == "Jo Bloggs (Director) | Al Roe"
    assert acme["social_linkedin"] == "https://www.linkedin.com/company/acme"
    assert acme["tags"] == "a | b"
    assert acme["logo_url"] == RICH["logo_url"]
    for row in rows:
        assert not any(cell.startswith(FORMULA_SIGNS) for cell in row)
    assert dict(zip(header, rows[3], strict=True))["error_category"] == "dns"


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_every_sign_of_a_formula_is_made_text(sign):
    assert safe(sign + "x") == "'" + sign + "x"
    assert safe("x" + sign) == "x" + sign
    assert safe(-1.5) == -1.5


def sheets(path: Path) -> dict[str, list[list[str]]]:
    """The cells of a workbook, read from its XML."""
    space = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    with zipfile.ZipFile(path) as book:
        names = [
            sheet.get("name", "")
            for sheet in ElementTree.fromstring(book.read("xl/workbook.xml")).iter()
            if sheet.tag.endswith("}sheet")
        ]
        found = {}
        for number, name in enumerate(names, 1):
            tree = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
            assert not tree.findall(".//m:f", space), "a formula"
            found[name] = [
                ["".join(cell.itertext()) for cell in row.findall("m:c", space)]
                for row in tree.findall(".//m:row", space)
            ]
            assert tree.find(".//m:pane", space).get("state") == "frozen"
            assert tree.findall(".//m:col", space)
        links = book.read("xl/worksheets/_rels/sheet5.xml.rels").decode()
        assert "https://www.linkedin.com/company/acme" in links
    return found


async def test_a_workbook_has_a_sheet_a_table(store, job, tmp_path):
    await export(store, job=job, output=tmp_path / "out.xlsx")
    found = sheets(tmp_path / "out.xlsx")
    assert list(found) == [
        "companies", "contacts", "addresses", "people", "social", "industry", "certifications", "services", "evidence",
    ]  # fmt: skip
    assert [row[0] for row in found["companies"]] == [
        "domain",
        "shared.example",
        "acme.example",
        "part.example",
        "bad.example",
    ]
    assert "'" + RICH["company_name"] in found["companies"][2]
    assert found["contacts"][1] == ["acme.example", "phone", "'+442079460958", "other", "Call us"]
    assert ["acme.example", "email", "'@handle"] in found["contacts"]
    assert found["people"][1] == ["acme.example", "Jo Bloggs", "Director"]
    assert found["industry"][1][:3] == ["acme.example", "62020", "Consultancy"]
    assert found["certifications"][2] == ["acme.example", "'-minus"]
    assert found["services"][2] == ["acme.example", "product", "Pumps"]
    assert found["evidence"][1][1] == "sic_code"


async def test_a_sheet_that_is_full_goes_on_in_another(store, job, tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "ROWS_LIMIT", 3)
    await export(store, job=job, output=tmp_path / "out.xlsx", fields=["domain", "status"])
    with zipfile.ZipFile(tmp_path / "out.xlsx") as book:
        names = book.read("xl/workbook.xml").decode()
    assert 'name="companies"' in names
    assert 'name="companies 2"' in names
    assert "contacts" not in names


async def test_parquet_keeps_what_is_nested(store, job, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    await export(store, job=job, output=tmp_path / "out.parquet")
    rows = parquet.read_table(tmp_path / "out.parquet").to_pylist()
    assert [row["domain"] for row in rows] == ["shared.example", "acme.example", "part.example", "bad.example"]
    assert rows[1]["phones"][0] == {"number": "+442079460958", "kind": "other", "label": "Call us"}
    assert rows[1]["evidence"][0]["confidence"] == 0.5
    assert rows[1]["schema"] == 1


async def test_parquet_without_its_library_says_what_to_install(store, job, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UsageError, match="not installed") as caught:
        await export(store, job=job, output=tmp_path / "out.parquet")
    assert "domainscout[parquet]" in caught.value.fix
    assert not list(tmp_path.glob("*.parquet*"))


async def test_fields_and_statuses_are_chosen(store, job, tmp_path):
    await export(store, job=job, output=tmp_path / "a.jsonl", fields=["tags", "domain"], statuses=[Status.DONE])
    assert json.loads((tmp_path / "a.jsonl").read_text()) == {"tags": ["a", "b"], "domain": "acme.example"}
    await export(store, job=job, output=tmp_path / "a.csv", fields=["domain", "status"], statuses=[Status.FAILED])
    assert cells(tmp_path / "a.csv") == [["domain", "status"], ["bad.example", "failed"]]
    with pytest.raises(UsageError, match="no field 'phone'") as caught:
        await export(store, fields=["phone"])
    assert "phones" in caught.value.why


async def test_without_a_job_every_company_comes_once(store, job, tmp_path):
    report = await export(store, output=tmp_path / "all.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "all.jsonl").read_text().splitlines()]
    assert sorted(row["domain"] for row in rows) == ["acme.example", "bad.example", "part.example", "shared.example"]
    assert report.rows == 4


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"output": Path("x.doc")}, "not known"),
        ({"format": Format.XLSX}, "terminal"),
        ({"format": Format.PARQUET}, "terminal"),
        ({"job": "j-none"}, "no job"),
    ],
)
async def test_what_cannot_be_done_is_said_at_once(store, options, words):
    with pytest.raises(UsageError, match=words) as caught:
        await export(store, **options)
    assert caught.value.fix


async def test_a_file_that_cannot_be_written_is_a_storage_error(store, job, tmp_path):
    with pytest.raises(StorageError) as caught:
        await export(store, job=job, output=tmp_path / "none" / "out.csv")
    assert "out.csv" in caught.value.what
    assert caught.value.fix


async def test_an_export_that_breaks_leaves_the_old_file(store, job, tmp_path):
    path = tmp_path / "out.csv"
    path.write_text("old")

    def breaks(_progress: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await export(store, job=job, output=path, progress=breaks)
    assert path.read_text() == "old"
    assert sorted(os.listdir(tmp_path)) == ["data", "out.csv"]


async def test_the_file_has_the_rights_of_any_other_file(store, job, tmp_path):
    (tmp_path / "plain").write_text("")
    await export(store, job=job, output=tmp_path / "out.csv")
    assert (tmp_path / "out.csv").stat().st_mode == (tmp_path / "plain").stat().st_mode


async def test_progress_is_told(store, job, tmp_path):
    told = []
    await export(store, job=job, output=tmp_path / "out.csv", progress=told.append)
    assert (told[-1].rows, told[-1].total) == (4, 5)
