"""Writes docs/reference/settings.md from the settings' own descriptions."""

from pathlib import Path

from modelyard.server.settings import Settings

HEAD = """# Settings

A setting is given as a command-line option of `modelyard up`, as an environment variable, or as a key in a TOML file
named by `--config`; the first of these that is set wins. An unknown key in the file is an error.

```toml
# modelyard.toml
port = 7300
data_dir = "/var/lib/modelyard"
database_url = "postgresql://modelyard:secret@db/modelyard"
storage_url = "s3://models/yard?endpoint=http://minio:9000&region=us-east-1"
```

S3 credentials come from `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_REGION`.

| setting | option | variable | default | what it does |
|---|---|---|---|---|
"""


def main() -> None:
    rows = []
    for name, field in Settings.model_fields.items():
        default = "a folder of the user" if field.default_factory else field.default
        shown = "not set" if default is None else f"`{str(default).lower() if isinstance(default, bool) else default}`"
        if field.default_factory:
            shown = str(default)
        help_text = (field.description or "").replace("|", "\\|")
        option = "--" + name.replace("_", "-")
        rows.append(f"| `{name}` | `{option}` | `MODELYARD_{name.upper()}` | {shown} | {help_text} |\n")
    Path("docs/reference/settings.md").write_text(HEAD + "".join(rows))


if __name__ == "__main__":
    main()
