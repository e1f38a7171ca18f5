"""A stored table that is damaged or gone is named as such, not as a mistake of the server."""

from collections.abc import Callable

from tests.support.server import ModelyardServer

TABLE = b"x,y\n" + b"".join(b"%d,%d\n" % (n, n % 2) for n in range(500))


def test_damage_is_named(new_server: Callable[..., ModelyardServer]):
    server = new_server().start()
    with server.client() as http:
        version = "projects/default/datasets/t/versions"
        http.post(version, params={"filename": "t.csv"}, content=TABLE).raise_for_status()
        stored = server.data_dir / "files"
        (table,) = stored.rglob("*.parquet")
        (profile,) = stored.rglob("*.json")
        table.write_bytes(table.read_bytes()[:100])
        profile.write_text("{")
        for part in ("rows", "profile"):
            answer = http.get(f"{version}/1/{part}")
            assert (answer.status_code, answer.json()["error"]["code"]) == (500, "corrupt_file"), part
        table.unlink()
        assert http.get(f"{version}/1/rows").json()["error"]["code"] == "corrupt_file"
    report = server.verify()
    assert (report["damaged"], report["missing"]) == (1, 1)
