import { fileURLToPath } from "node:url";
import { defineConfig, type ViteUserConfig } from "vitest/config";

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const src = (path: string): string => file(`./src/${path}`);

// The package's own entry points, as its users write them, but from source.
const own = [
  { find: /^arcturus$/, replacement: src("index.ts") },
  { find: /^arcturus\/polar$/, replacement: src("polar/index.ts") },
  { find: /^arcturus\/sqlite$/, replacement: src("stores/sqlite/index.ts") },
  { find: /^arcturus\/graphql$/, replacement: src("graphql/index.ts") },
  { find: /^arcturus\/server$/, replacement: src("server/index.ts") },
  { find: /^arcturus\/testing$/, replacement: src("testing/index.ts") },
  // With a limit on how long a failing property is made smaller.
  { find: /^fast-check$/, replacement: file("./test/support/fast-check.ts") },
];

const timeouts = { testTimeout: 60_000, hookTimeout: 60_000 };

// graphql must be loaded once: the form that Node gives to the packages that bring it along.
const graphql16 = [...own, { find: /^graphql$/, replacement: "graphql/index.js" }];

// Whoever imports graphql gets that of `graphql-17`, packages included that bring it along and are read by Vitest for that.
const graphql17 = [
  ...own,
  { find: /^graphql$/, replacement: file("./node_modules/graphql-17/index.mjs") },
  {
    find: /^graphql\/(error|execution|language|type|utilities|validation)$/,
    replacement: file("./node_modules/graphql-17/$1/index.mjs"),
  },
];
const inline = [/\/node_modules\/(@envelop|@graphql-tools|@graphql-yoga|graphql-http|graphql-ws|graphql-yoga)\//];

/** What runs on graphql 16 and on 17. Its files share what they import: reading graphql anew for each takes longest. */
const layer = {
  ...timeouts,
  include: ["test/attacks/**/*.test.ts", "test/graphql/**/*.test.ts", "test/hosts/**/*.test.ts"],
  isolate: false,
};

const config: ViteUserConfig = defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        resolve: { alias: graphql16 },
        test: { ...timeouts, name: "arcturus", include: ["test/**/*.test.ts"], exclude: layer.include },
      },
      { resolve: { alias: graphql16 }, test: { ...layer, name: "graphql 16", provide: { graphqlMajor: 16 } } },
      {
        resolve: { alias: graphql17 },
        test: { ...layer, name: "graphql 17", provide: { graphqlMajor: 17 }, server: { deps: { inline } } },
      },
    ],
  },
});

declare module "vitest" {
  interface ProvidedContext {
    /** The major version of graphql-js that the tests of the layer run on. */
    graphqlMajor: number;
  }
}

export default config;
