"""Folders and zip files of MLflow models become versions."""

import io
import stat
import struct
import zipfile

import pytest

from tests.server.model_uploads.conftest import FILES, MLMODEL, Uploads, code_of, zipped


@pytest.mark.parametrize("folder", ["", "iris/", "deep/er/iris/"])
@pytest.mark.parametrize("as_zip", [False, True])
def test_files_become_a_version(uploads: Uploads, folder: str, as_zip: bool):
    files = {folder + path: content for path, content in FILES.items()}
    if as_zip:
        upload = uploads.begin()
        answer = uploads.put_zip(upload, zipped(files))
        assert answer.status_code == 200, answer.text
        assert [file["path"] for file in answer.json()["files"]] == sorted(files)
    else:
        upload = uploads.put_all(files)
    answer = uploads.finish(upload, description="From the cluster", aliases=["next"], semver="2.1.0")
    assert answer.status_code == 201, answer.text
    version = answer.json()
    assert (version["number"], version["status"], version["semver"]) == (1, "Ready", "2.1.0")
    assert version["signature"]["inputs"] == [{"name": "length", "type": "double", "required": True}]
    assert version["packaging"]["flavors"] == ["python_function", "sklearn"]
    assert version["packaging"]["requirements"] == ["scikit-learn==1.5.0", "mlflow"]
    assert (version["file_count"], version["size_bytes"]) == (3, sum(map(len, FILES.values())))
    model = f"{uploads.project}/models/iris"
    assert uploads.http.get(f"{model}/versions/@next").json()["number"] == 1
    content = uploads.http.get(f"{model}/versions/1/files/model/data/part/model.skops")
    assert content.content == FILES["data/part/model.skops"]
    archive = zipfile.ZipFile(io.BytesIO(uploads.http.get(f"{model}/versions/1/download").content))
    assert {name.removeprefix("iris-1/") for name in archive.namelist()} == FILES.keys()
    assert uploads.http.get(f"{uploads.path}/{upload}").status_code == 404
    assert uploads.finish(upload).status_code == 404


def test_a_download_can_be_uploaded_again(uploads: Uploads):
    assert uploads.finish(uploads.put_all(FILES)).status_code == 201
    archive = uploads.http.get(f"{uploads.project}/models/iris/versions/1/download").content
    upload = uploads.begin()
    assert uploads.put_zip(upload, archive).status_code == 200
    version = uploads.finish(upload).json()
    assert (version["number"], version["semver"]) == (2, "1.0.1")


def test_files_are_added_replaced_and_deleted_until_the_version_is_finished(uploads: Uploads):
    upload = uploads.put_all({**FILES, "notes/a.txt": b"a", "notes/deep/b.txt": b"b", "notes.txt": b"c"})
    assert uploads.put(upload, "notes/a.txt", b"longer").json()["size_bytes"] == 6
    path = f"{uploads.path}/{upload}/files"
    assert code_of(uploads.put(upload, "notes", b"a file")) == "conflict"
    assert code_of(uploads.put(upload, "notes.txt/inside", b"x")) == "conflict"
    assert uploads.http.delete(f"{path}/notes").status_code == 200
    assert uploads.paths(upload) == sorted([*FILES, "notes.txt"])
    assert code_of(uploads.http.delete(f"{path}/notes")) == "not_found"
    assert uploads.finish(upload).status_code == 201
    for method, target in (("PUT", f"{path}/MLmodel"), ("DELETE", f"{path}/MLmodel")):
        assert uploads.http.request(method, target, content=b"x").status_code == 404
    listed = uploads.http.get(f"{uploads.project}/models/iris/versions/1/files").json()
    assert "model/notes.txt" in [file["path"] for file in listed]


def test_an_upload_that_is_given_up_leaves_nothing(uploads: Uploads):
    upload = uploads.put_all(FILES)
    assert uploads.http.delete(f"{uploads.path}/{upload}").status_code == 204
    assert uploads.http.get(f"{uploads.path}/{upload}").status_code == 404
    assert uploads.put(upload, "MLmodel", b"x").status_code == 404
    assert uploads.http.get(f"{uploads.project}/models").json()["total"] == 0


@pytest.mark.parametrize(
    ("files", "word"),
    [
        ({}, "no files"),
        ({"model.pkl": b"x"}, "no model"),
        ({"a/MLmodel": b"flavors: {}", "b/MLmodel": b"flavors: {}"}, "2 models"),
        ({"a/MLmodel": b"flavors: {}", "other.txt": b"x"}, "not in the model's folder"),
        ({"MLmodel": b"- 1"}, "names no flavors"),
        ({"MLmodel": b"flavors: [\xff"}, "not YAML"),
        ({"MLmodel": b"!!python/object/apply:os.system ['exit 1']"}, "not YAML"),
    ],
)
def test_what_is_no_model_is_refused_and_says_why(uploads: Uploads, files: dict[str, bytes], word: str):
    upload = uploads.put_all(files)
    answer = uploads.finish(upload)
    assert (answer.status_code, code_of(answer)) == (400, "invalid_argument")
    assert word in answer.json()["error"]["message"]
    assert uploads.paths(upload) == sorted(files)
    assert uploads.http.get(f"{uploads.project}/models").json()["total"] == 0


def test_a_taken_semantic_version_leaves_the_upload_as_it_is(uploads: Uploads):
    assert uploads.finish(uploads.put_all(FILES), semver="1.0.0").status_code == 201
    upload = uploads.put_all(FILES)
    assert code_of(uploads.finish(upload, semver="1.0.0")) == "semver_taken"
    assert uploads.finish(upload, semver="1.0.1").status_code == 201


@pytest.mark.parametrize(
    "path", ["../x", "a/../../x", "/etc/passwd", "C:/x", "a\\..\\x", "a//b", "x/\x00y", ".", "a" * 390]
)
def test_a_zip_file_does_not_lead_out(uploads: Uploads, path: str):
    upload = uploads.begin()
    name = path.replace("\x00", "!")
    content = zipped({**FILES, name: b"x"}, zipfile.ZIP_STORED).replace(name.encode(), path.encode())
    answer = uploads.put_zip(upload, content)
    assert (answer.status_code, code_of(answer)) == (400, "invalid_argument"), answer.text
    assert uploads.paths(upload) == []


def _with_mode(mode: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo("link")
        info.external_attr = (mode | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    return buffer.getvalue()


def _twice() -> bytes:
    return zipped({"one.txt": b"1", "two.txt": b"2"}, zipfile.ZIP_STORED).replace(b"two.txt", b"one.txt")


def _damaged() -> bytes:
    content = bytearray(zipped({"MLmodel": MLMODEL.encode() * 50}, zipfile.ZIP_STORED))
    content[200] ^= 0xFF
    return bytes(content)


def _overlapping() -> bytes:
    """Both entries say that their bytes are at the same place."""
    content = bytearray(zipped({"one.txt": b"1" * 100, "two.txt": b"1" * 100}, zipfile.ZIP_STORED))
    second = content.rindex(b"PK\x01\x02")
    content[second + 42 : second + 46] = struct.pack("<L", 0)
    return bytes(content)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a zip",
        b"PK\x05\x06" + b"\xff" * 18,
        zipped(FILES)[:-30],
        _with_mode(stat.S_IFLNK),
        _with_mode(stat.S_IFIFO),
        _twice(),
        _damaged(),
        _overlapping(),
    ],
)
def test_a_zip_file_that_is_not_right_is_refused(uploads: Uploads, content: bytes):
    upload = uploads.begin()
    answer = uploads.put_zip(upload, content)
    assert answer.status_code in (400, 413), answer.text
    assert uploads.paths(upload) == []
    assert uploads.finish(uploads.put_all(FILES)).status_code == 201


def test_a_zip_bomb_is_refused_before_it_explodes(uploads: Uploads):
    upload = uploads.begin()
    bomb = zipped({"MLmodel": MLMODEL.encode(), "weights": bytes(100 * 1024 * 1024)})
    assert len(bomb) < 200_000
    answer = uploads.put_zip(upload, bomb)
    assert (answer.status_code, code_of(answer)) == (413, "too_large")
    many = zipped({f"{index}": b"" for index in range(10_001)}, zipfile.ZIP_STORED)
    assert code_of(uploads.put_zip(upload, many)) == "too_large"
    assert uploads.paths(upload) == []


def test_a_zip_file_that_lies_about_its_size_gives_no_more_than_it_says(uploads: Uploads):
    content = bytearray(zipped({"MLmodel": b"x" * 5000}))
    place = content.rindex(b"PK\x01\x02") + 24
    content[place : place + 4] = struct.pack("<L", 10)
    answer = uploads.put_zip(uploads.begin(), bytes(content))
    assert (answer.status_code, code_of(answer)) == (400, "invalid_argument")


def test_uploads_of_another_project_are_not_found(uploads: Uploads):
    upload = uploads.put_all(FILES)
    uploads.http.post("projects", json={"name": f"p-{upload}"})
    other = Uploads(uploads.http, f"p-{upload}")
    assert other.http.get(f"{other.path}/{upload}").status_code == 404
    assert other.finish(upload).status_code == 404
    # An upload that is not finished holds nothing, so its project can be deleted.
    assert other.begin()
    assert other.http.delete(other.project).status_code == 204
