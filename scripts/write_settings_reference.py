"""Writes docs/reference/settings.md from the settings' own descriptions."""

from pathlib import Path

from modelyard.settings import all_settings

HEAD = """# Settings

You set a setting by a command-line option of `modelyard up`, by an environment variable, or by a key in the TOML file
that `--config` names. The first of these that is set wins. An unknown key in the file is an error. A switch such as
`--direct-transfers` takes no value; the variable and the key take `true` or `false`.

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
    rows = [
        f"| `{setting.name}` | `{setting.option}` | `{setting.variable}` | {setting.default} | "
        f"{setting.description.replace('|', chr(92) + '|')} |\n"
        for setting in all_settings()
    ]
    Path("docs/reference/settings.md").write_text(HEAD + "".join(rows))


if __name__ == "__main__":
    main()
