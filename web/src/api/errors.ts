import type { ErrorCode, ErrorResponse, Problem } from "./generated/types.gen";

/** An error that the server answered with: its status, stable code and problems as sent. */
export class ApiError extends Error {
  override name = "ApiError";

  constructor(
    readonly status: number,
    readonly code: ErrorCode | "unknown",
    message: string,
    readonly hint: string | null = null,
    readonly problems: Problem[] = [],
    readonly requestId: string | null = null,
  ) {
    super(message);
  }

  static from(status: number, body: unknown): ApiError {
    if (isErrorResponse(body)) {
      const { code, message, hint, problems, request_id } = body.error;
      return new ApiError(status, code, message, hint ?? null, problems ?? [], request_id ?? null);
    }
    return new ApiError(status, "unknown", `The server answered with status ${status} and no explanation.`);
  }
}

/** The server could not be reached at all. */
export class NetworkError extends Error {
  override name = "NetworkError";

  constructor() {
    super("The server cannot be reached.");
  }
}

export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function isErrorResponse(body: unknown): body is ErrorResponse {
  return typeof body === "object" && body !== null && "error" in body && typeof body.error === "object";
}
