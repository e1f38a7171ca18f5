import { expect, it } from "vitest";
import { ApiError, isNotFound } from "./errors";

it("keeps everything that the server said", () => {
  const problems = [{ path: "row 17", message: "is ragged", suggestion: null }];
  const error = ApiError.from(422, {
    error: { code: "invalid_table", message: "No table.", hint: "Mend it.", problems, request_id: "r1" },
  });
  expect(error).toMatchObject({
    status: 422,
    code: "invalid_table",
    message: "No table.",
    hint: "Mend it.",
    problems,
    requestId: "r1",
  });
});

it("has something to say about an answer that is no error body", () => {
  expect(ApiError.from(502, "<html>").message).toContain("502");
  expect(isNotFound(ApiError.from(404, null))).toBe(true);
  expect(isNotFound(new Error("404"))).toBe(false);
});
