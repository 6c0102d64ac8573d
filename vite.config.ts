// The console: a page of files from here alone. `npm run build:web` makes dist/web, which the console listener serves.
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  root: fileURLToPath(new URL("src/web", import.meta.url)),
  plugins: [react()],
  build: {
    outDir: fileURLToPath(new URL("dist/web", import.meta.url)),
    emptyOutDir: true,
    // The polyfill would be an inline script, and the policy allows none.
    modulePreload: { polyfill: false },
    // Nothing becomes a data: address; every file has a name that changes with its content.
    assetsInlineLimit: 0,
    target: "es2022",
    reportCompressedSize: false,
  },
  // `npx vite` beside a running service: pages from here, the API from there.
  server: { proxy: { "/api": "http://127.0.0.1:8081" } },
});
