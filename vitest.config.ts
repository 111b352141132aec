import { fileURLToPath } from "node:url";
import { defineConfig, type ViteUserConfig } from "vitest/config";

const src = (path: string): string => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

const config: ViteUserConfig = defineConfig({
  resolve: {
    // The package's own entry points, as its users write them, but from source.
    alias: [
      { find: /^arcturus$/, replacement: src("index.ts") },
      { find: /^arcturus\/polar$/, replacement: src("polar/index.ts") },
      { find: /^arcturus\/sqlite$/, replacement: src("stores/sqlite/index.ts") },
      { find: /^arcturus\/graphql$/, replacement: src("graphql/index.ts") },
      { find: /^arcturus\/server$/, replacement: src("server/index.ts") },
      { find: /^arcturus\/testing$/, replacement: src("testing/index.ts") },
      // graphql must be loaded once: the form that Node gives to the packages that bring it along.
      { find: /^graphql$/, replacement: "graphql/index.js" },
    ],
  },
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});

export default config;
