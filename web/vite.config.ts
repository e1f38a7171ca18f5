import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const server = process.env.MODELYARD_URL ?? "http://127.0.0.1:7300";

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": new URL("./src", import.meta.url).pathname } },
  build: {
    outDir: "../src/modelyard/server/static",
    emptyOutDir: true,
    // These know light-dark(); for older ones it would be rewritten in a way that Mantine's colour scheme does not reach.
    cssTarget: ["chrome123", "edge123", "firefox120", "safari17.5"],
    // Charts and the YAML editor are chunks of their own, loaded when a page needs them.
    chunkSizeWarningLimit: 700,
  },
  server: { proxy: { "/api": server, "/health": server } },
  test: { environment: "happy-dom", include: ["src/**/*.test.{ts,tsx}"], restoreMocks: true },
});
