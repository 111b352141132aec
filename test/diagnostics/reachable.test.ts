import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { CODES } from "../../src/diagnostics/codes.js";
import { createEngine } from "../../src/index.js";
import { orgRoles } from "../../src/polar/preludes.js";
import { storeError } from "../../src/stores/sqlite/handle.js";
import { sqliteStore } from "../../src/stores/sqlite/index.js";

async function codeOf(attempt: () => unknown): Promise<unknown> {
  try {
    await attempt();
  } catch (error) {
    return (error as { readonly code?: unknown }).code;
  }
  return undefined;
}

class Door {}

/** What no other test comes to. */
it.each<[string, () => unknown]>([
  ["config/types", () => createEngine({ types: { Door: { class: Door }, Gate: { class: Door } } })],
  ["config/constants", () => createEngine({ constants: { broken: () => 1 } })],
  ["config/prelude-name", () => orgRoles({ type: "Org", name: "two words" })],
  ["store/bad-options", () => sqliteStore({} as never)],
  ["store/busy", () => Promise.reject(storeError(sqlite("SQLITE_BUSY_TIMEOUT"), "facts.db"))],
  ["store/failed", () => Promise.reject(storeError(sqlite("SQLITE_IOERR_READ"), "facts.db"))],
])("%s occurs", async (code, attempt) => {
  expect(await codeOf(attempt)).toBe(code);
});

function sqlite(code: string): Error {
  return Object.assign(new Error("from SQLite"), { code });
}

/** The class with this code is there for adapters, and for code that catches it: docs/diagnostics.md says so. */
const reserved = new Set(["filter/unsupported"]);

it("every code is one that a test names", () => {
  const root = new URL("../", import.meta.url);
  const files = readdirSync(root, { recursive: true, encoding: "utf8" });
  const texts = files
    .filter((file) => /\.(ts|txt|snap)$/.test(file))
    .map((file) => readFileSync(new URL(file, root), "utf8"))
    .join("\n");
  const named = new Set(texts.match(/\b(polar|engine|facts|input|store|filter|graphql|config)\/[a-z]+(-[a-z]+)*/g));
  expect([...CODES.keys()].filter((code) => !named.has(code) && !reserved.has(code))).toEqual([]);
});
