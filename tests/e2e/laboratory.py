"""Experiments and runs for the tests of the web page, logged as the MLflow client does."""

import json
import math
import struct
import zlib
from dataclasses import dataclass, field

from tests.server.traces.traced import Step, Traced
from tests.server.tracking.logged import Logged
from tests.support.server import ModelyardServer

HOUR_MS = 3_600_000
BEGIN_MS = 1_790_000_000_000

CARD = """# Churn model

Boosted trees with a *low* learning rate and **early stopping**, see [the paper](https://example.org/paper).

- trained on `churn.csv`
- tested on the last month

| split | loss |
|---|---|
| train | 0.21 |
| test | 0.27 |

```
python train.py --depth 6
```
"""
TABLE = "name,age,left\n" + "".join(f'"person, {row}",{20 + row % 50},{row % 3 == 0}\n' for row in range(700))
SCORES = {"columns": ["prompt", "score"], "data": [["first", 0.5], ["second", 0.75]]}
MLMODEL = """artifact_path: model
flavors:
  python_function:
    loader_module: mlflow.sklearn
    python_version: 3.11.7
  sklearn:
    sklearn_version: 1.9.0
signature:
  inputs: '[{"type": "double", "name": "age", "required": true}, {"type": "string", "name": "city", "required": false}]'
  outputs: '[{"type": "long", "required": true}]'
"""

STEPS = (
    Step("answer", 0, 1500, inputs={"question": "Who leaves?"}, outputs="Nobody."),
    Step("plan", 100, 1400, "answer", "AGENT"),
    Step("look up", 200, 600, "plan", "RETRIEVER", {"query": "leave"}, ["page 1"], {"top_k": 3}),
    Step("speak", 600, 1300, "plan", "CHAT_MODEL", error="no voice"),
)


def picture(width: int = 240, height: int = 120) -> bytes:
    """A PNG of a wave."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    def row(at: int) -> bytes:
        wave = [height / 2 * (1 - math.sin(x / 20)) for x in range(width)]
        return b"\0" + b"".join(b"\x0f\x67\x72" if abs(at - y) < 3 else b"\xff\xff\xff" for y in wave)

    pixels = zlib.compress(b"".join(row(at) for at in range(height)))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@dataclass
class Laboratory:
    """`churn` (24 runs, one with three nested in it, 3 traces and 2 evaluation datasets), `prices` (3 runs) and
    `empty`; ids by name."""

    logged: Logged
    experiments: dict[str, str] = field(default_factory=dict)
    runs: dict[str, str] = field(default_factory=dict)
    traces: dict[str, str] = field(default_factory=dict)
    datasets: dict[str, str] = field(default_factory=dict)

    @classmethod
    def make(cls, server: ModelyardServer, project: str) -> "Laboratory":
        http = server.client()
        http.post("projects", json={"name": project}).raise_for_status()
        made = cls(Logged(server, http, project))
        for name in ("churn", "prices", "empty"):
            made.experiments[name] = made.logged.experiment(name)
        for index in range(20):
            made.log("churn", f"tree-{index:02}", index)
        for index in range(3):
            made.log("prices", f"price-{index}", 30 + index, status="FAILED" if index == 1 else "FINISHED")
        made.log("churn", "sweep", 40)
        for index in range(3):
            made.log("churn", f"trial-{index}", 41 + index, tags={"mlflow.parentRunId": made.runs["sweep"]})
        made.add_artifacts("tree-19")
        made.log("churn", "going-on", 50, status=None)
        made.add_traces("tree-19")
        made.add_datasets()
        return made

    @property
    def page(self) -> str:
        return f"/p/{self.logged.project}"

    def log(
        self,
        experiment: str,
        name: str,
        index: int,
        *,
        status: str | None = "FINISHED",
        tags: dict[str, str] | None = None,
    ) -> str:
        """A run whose loss falls faster the deeper its trees."""
        depth = 2 + index % 7
        losses = [round(1 / (1 + depth * step / 20) + index / 1000, 6) for step in range(30)]
        self.runs[name] = self.logged.run(
            self.experiments[experiment],
            status=status,
            started_at=BEGIN_MS + index * HOUR_MS,
            params={"depth": str(depth), "learning_rate": f"{0.3 / (1 + index % 5):.3f}", "kind": "tree"},
            tags={
                "mlflow.runName": name,
                "mlflow.user": "ada",
                "mlflow.source.name": "train.py",
                "mlflow.source.type": "LOCAL",
                "team": "growth",
                **(tags or {}),
            },
            metrics={"loss": losses, "val/loss": [value * 1.2 for value in losses], "accuracy": 0.7 + depth / 40},
        )
        return self.runs[name]

    def add_artifacts(self, name: str) -> None:
        """A folder of everything that can be looked at, and a model."""
        uri: str = self.logged.read_mlflow("runs/get", run_id=self.runs[name])["run"]["info"]["artifact_uri"]
        root = uri.removeprefix("mlflow-artifacts:/").lstrip("/")
        for path, content in {
            "README.md": CARD.encode(),
            "log.txt": b"first line\nsecond line\n",
            "tables/people.csv": TABLE.encode(),
            "tables/scores.json": json.dumps(SCORES).encode(),
            "tables/settings.json": b'{"depth":6,"names":["a","b"]}',
            "plots/wave.png": picture(),
            "plots/broken.png": b"this is no image",
            # Few lines: axe looks at each of them, though they are alike.
            "long.txt": (b"0123456789abcde " * 60 + b"\n") * 850,
            "weights.bin": bytes(2048),
            "model/MLmodel": MLMODEL.encode(),
            "model/model.pkl": bytes(4096),
        }.items():
            self.logged.put(f"{root}/{path}", content)

    def add_traces(self, run: str) -> None:
        """`deep` has steps and opinions and was made in the run, `failed` failed, of `bare` no spans were sent."""
        traced = Traced(self.logged)
        churn = self.experiments["churn"]
        self.traces["bare"] = traced.trace(churn, "Anybody there?", name="bare", at_ms=BEGIN_MS, state="IN_PROGRESS")
        self.traces["failed"] = traced.trace(
            churn, "Why?", name="failed", state="ERROR", at_ms=BEGIN_MS + HOUR_MS, duration="0.5s"
        )
        self.traces["deep"] = traced.trace(
            churn,
            {"question": "Who leaves?"},
            at_ms=BEGIN_MS + 2 * HOUR_MS,
            response_preview="Nobody.",
            tags={"team": "growth"},
            metadata={
                "mlflow.sourceRun": self.runs[run],
                "mlflow.trace.session": "session-1",
                "mlflow.trace.user": "ada",
                "mlflow.trace.tokenUsage": '{"input_tokens": 400, "output_tokens": 50}',
            },
            steps=STEPS,
        )
        first = traced.assess(self.traces["deep"], "correct", feedback={"value": False})
        traced.assess(
            self.traces["deep"], "correct", feedback={"value": True}, overrides=first, rationale="Nobody left."
        )
        about = {"span_id": STEPS[2].id, "expectation": {"value": "page 2"}}
        traced.assess(self.traces["deep"], "document", source="CODE", **about)

    def add_datasets(self) -> None:
        """`questions` has records of every source and is in `prices` too, `drafts` has none."""
        traced = Traced(self.logged)
        churn = self.experiments["churn"]
        self.datasets["drafts"] = traced.dataset("drafts", churn)
        made_of = {"source_type": "TRACE", "source_data": {"trace_id": self.traces["deep"]}}
        read_in = {"source_type": "DOCUMENT", "source_data": {"doc_uri": "s3://handbook/churn.pdf"}}
        talk = [{"role": "user", "content": "Who left?"}, {"role": "assistant", "content": "Which month?"}]
        self.datasets["questions"] = traced.dataset(
            "questions",
            churn,
            self.experiments["prices"],
            tags={"mlflow.user": "ada", "stage": "golden", "team": "growth"},
            records=[
                {
                    "inputs": {"question": "Who leaves?"},
                    "expectations": {"expected_response": "Nobody."},
                    "outputs": "Nobody leaves.",
                    "tags": {"mlflow.user": "ada", "topic": "churn"},
                    "source": made_of,
                },
                {
                    "inputs": {"messages": talk},
                    "expectations": {"expected_facts": ["asks for the month", "answers in one line"]},
                    "source": read_in,
                },
                {"inputs": {"question": "Why?", "k": 3}, "source": {"source_type": "HUMAN"}},
            ],
        )
