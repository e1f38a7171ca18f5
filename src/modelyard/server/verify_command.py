"""`modelyard verify`: every stored file against its recorded SHA-256."""

import asyncio
import json
import sys
from collections import Counter

from modelyard.server.artifacts.verification import verify
from modelyard.server.db import Database
from modelyard.server.db.schema import ensure_schema
from modelyard.server.settings import Settings
from modelyard.server.storage import open_store


async def verify_and_print(settings: Settings, *, as_json: bool) -> int:
    """Prints what is damaged, missing or orphaned; 0 when every file is as it was written, else 1."""
    database = Database(settings.resolved_database_url, lambda _message: None)
    try:
        await asyncio.to_thread(ensure_schema, database.write_engine)
        counts: Counter[str] = Counter()
        faults = []
        async for finding in verify(database, open_store(settings.resolved_storage_url)):
            counts[finding.state] += 1
            if finding.state != "ok":
                faults.append({"key": finding.key, "state": finding.state, "size_bytes": finding.size_bytes})
                if not as_json:
                    sys.stdout.write(f"{finding.state:9} {finding.key}\n")
        summary = {state: counts[state] for state in ("ok", "damaged", "missing", "orphaned")}
        if as_json:
            sys.stdout.write(json.dumps({**summary, "faults": faults}) + "\n")
        else:
            sys.stdout.write(", ".join(f"{count} {state}" for state, count in summary.items()) + "\n")
        return 1 if counts["damaged"] or counts["missing"] else 0
    finally:
        database.close()
