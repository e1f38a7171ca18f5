import { readFileSync } from "node:fs";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

/** Written once, for the package and its page. */
const version = /__version__ = "(.*)"/.exec(
  readFileSync(new URL("../src/modelyard/_version.py", import.meta.url), "utf8"),
)?.[1];

const server = process.env.MODELYARD_URL ?? "http://127.0.0.1:7300";

export default defineConfig({
  plugins: [react()],
  define: { __VERSION__: JSON.stringify(version) },
  resolve: { alias: { "@": new URL("./src", import.meta.url).pathname } },
  build: {
    outDir: "../src/modelyard/server/static",
    emptyOutDir: true,
    // These know light-dark(); for older ones it would be rewritten in a way that Mantine's colour scheme does not reach.
    cssTarget: ["chrome123", "edge123", "firefox120", "safari17.5"],
    // Charts and the YAML editor are chunks of their own, loaded when a page needs them.
    chunkSizeWarningLimit: 700,
    // A browser asks a host for six files at once, so many small ones would wait for each other.
    cssCodeSplit: false,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // All that every page needs, in one file: each more would be a request before the first paint.
            { name: "app", test: /./, tags: ["$initial"], priority: 2 },
            // What pages share beyond that; without the charts and the editor, which only some of them need.
            { name: "shared", test: /^(?!.*(echarts|zrender|codemirror|lezer)).*$/, minShareCount: 2, priority: 1 },
          ],
        },
      },
    },
  },
  // The Host header stays that of the page, as the server takes requests of its own pages only.
  server: {
    proxy: {
      "/api": { target: server, changeOrigin: false },
      "/health": { target: server, changeOrigin: false },
    },
  },
  test: {
    restoreMocks: true,
    unstubGlobals: true,
    testTimeout: 30_000,
    // One page program for all files of a worker, which else would be loaded anew for each.
    isolate: false,
    coverage: {
      include: ["src/**/*.{ts,tsx}"],
      exclude: ["src/api/generated/**", "src/testing/**", "src/**/*.test.{ts,tsx}"],
      reporter: ["text-summary"],
      // A floor that may only rise: what the tests here reach. The browser's tests reach the rest.
      thresholds: { statements: 34, branches: 32, functions: 28, lines: 33 },
    },
    projects: [
      { extends: true, test: { name: "functions", include: ["src/**/*.test.ts"] } },
      { extends: true, test: { name: "components", include: ["src/**/*.test.tsx"], environment: "happy-dom" } },
    ],
  },
});
