import { markLost, markReached } from "./connection";
import { ApiError, NetworkError } from "./errors";
import { firstStreamOpened } from "./firstStream";
import { client } from "./generated/client.gen";

export function configureClient(): void {
  client.setConfig({ baseUrl: "", throwOnError: true, querySerializer: { array: { style: "form", explode: true } } });
  client.interceptors.request.use(async (request) => {
    await firstStreamOpened();
    return request;
  });
  client.interceptors.response.use((response) => {
    markReached();
    return response;
  });
  client.interceptors.error.use((error, response) => {
    if (error instanceof DOMException && error.name === "AbortError") return error;
    if (!response) {
      markLost();
      return new NetworkError();
    }
    return ApiError.from(response.status, error);
  });
}

/** The body of a generated call, which is configured to throw an ApiError or a NetworkError. */
export async function unwrap<Data>(call: Promise<{ data: Data | undefined }>): Promise<Data> {
  const { data } = await call;
  return data as Data;
}
