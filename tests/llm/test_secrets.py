"""The key is in the Authorization header and nowhere else: no log, error, database, note."""

from __future__ import annotations

import logging
import traceback

import pytest
from tests.support.talking import KEY, answering, said, site, talking

from domainscout.demo.model_server import Says
from domainscout.errors import ModelError

ECHOES = {
    "wrong key": Says(status=401, error="authentication_error", message=f"invalid key {KEY}"),
    "bad request": Says(status=400, error="invalid_request_error", message=f"bad header Bearer {KEY}"),
    "server error": Says(status=500, message=f"crash with {KEY}", headers={"retry-after": "0"}),
    "no model": Says(status=404, error="not_found_error", message=f"no model for {KEY}"),
    "billing": Says(status=402, error="billing_error", message=f"no money on {KEY}"),
    "answer": Says(text={"values": [said("service", KEY), said("phone", KEY)], "wrong": [KEY]}),
    "bad answer": Says(text=f"The key is {KEY}", stop_reason="max_tokens"),
}


@pytest.mark.parametrize("name", ECHOES)
async def test_a_server_that_repeats_the_key_does_not_spread_it(name, tmp_path, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    said_so = ""
    async with talking(tmp_path, answering(ECHOES[name])) as talk:
        try:
            profile = await talk.profile(site())
            said_so = profile.model_dump_json()
        except ModelError as error:
            said_so = f"{error} {error.why} {error.fix} " + "".join(traceback.format_exception(error))
        assert any(asked.headers["Authorization"] == f"Bearer {KEY}" for asked in talk.server.asked)
        said_so += f"{talk.model.trouble} {talk.settings!r} {talk.model.__dict__}"
    captured = capfd.readouterr()
    ours = "".join(record.getMessage() for record in caplog.records if not record.name.startswith("aiosqlite"))
    assert KEY not in said_so + captured.out + captured.err + ours
    assert not any(KEY.encode() in file.read_bytes() for file in tmp_path.iterdir() if file.is_file())
