import { afterEach, expect, it, vi } from "vitest";
import { uploadModel } from "./modelUpload";

const answered: string[] = [];

function serve(answer: (request: string) => [number, unknown]): void {
  answered.length = 0;
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    const request = `${init.method} ${path.replace("/api/v1/projects/p/model-uploads", "")}`;
    answered.push(request);
    const [status, body] = answer(request);
    return new Response(status === 204 ? null : JSON.stringify(body), { status });
  });
}

afterEach(() => vi.unstubAllGlobals());

const target = { project: "p", model: "iris", description: "" };
const file = (path: string) => ({ path, file: new File(["x"], path.split("/").pop() ?? "") });
const send = (paths: string[]) => uploadModel(target, paths.map(file), () => undefined, new AbortController().signal);

it("sends a folder file by file, and a zip file as it is", async () => {
  serve((request) => (request === "POST " ? [201, { id: "u" }] : [201, { model: "iris", number: 3 }]));
  expect(await send(["m/MLmodel", "m/a b#/w"])).toMatchObject({ number: 3 });
  expect(answered).toEqual(["POST ", "PUT /u/files/m/MLmodel", "PUT /u/files/m/a%20b%23/w", "POST /u/finish"]);
  await send(["m.zip"]);
  expect(answered.slice(4)).toEqual(["POST ", "PUT /u/archive", "POST /u/finish"]);
});

it("deletes the upload when a file is refused, and says why", async () => {
  const error = { code: "invalid_argument", message: "The zip file has a link.", hint: null, problems: [] };
  serve((request) =>
    request === "POST " ? [201, { id: "u" }] : request.startsWith("PUT") ? [400, { error }] : [204, null],
  );
  await expect(send(["m.zip"])).rejects.toThrow("The zip file has a link.");
  expect(answered).toEqual(["POST ", "PUT /u/archive", "DELETE /u"]);
});
