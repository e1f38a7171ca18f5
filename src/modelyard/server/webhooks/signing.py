"""The headers of a delivery. The names and the signature are those that MLflow's clients verify."""

import base64
import hashlib
import hmac

DELIVERY_ID = "X-MLflow-Delivery-Id"
TIMESTAMP = "X-MLflow-Timestamp"
SIGNATURE = "X-MLflow-Signature"


def constant_headers(delivery_id: str) -> dict[str, str]:
    """The headers that are the same for each attempt."""
    return {"Content-Type": "application/json", "User-Agent": "Modelyard", DELIVERY_ID: delivery_id}


def signed_headers(delivery_id: str, body: str, secret: str | None, seconds: int) -> dict[str, str]:
    """All headers of an attempt at a moment; without a secret there is no signature."""
    headers = {**constant_headers(delivery_id), TIMESTAMP: str(seconds)}
    if secret:
        digest = hmac.new(secret.encode(), f"{delivery_id}.{seconds}.{body}".encode(), hashlib.sha256).digest()
        headers[SIGNATURE] = f"v1,{base64.b64encode(digest).decode('ascii')}"
    return headers
