import { spawnSync } from "node:child_process";
import {
  ArcturusError,
  ConfigError,
  createEngine,
  EvaluationError,
  entity,
  InputError,
  isReference,
  LimitError,
  memoryStore,
  PolicyError,
  runTests,
  StoreError,
  toPredicate,
  UnsupportedFilterError,
} from "arcturus";
import { sqliteStore } from "arcturus/sqlite";
import { expect, test } from "vitest";

test("the package exports what its users were promised", () => {
  for (const exported of [createEngine, entity, memoryStore, toPredicate, runTests, isReference, sqliteStore]) {
    expect(exported).toBeTypeOf("function");
  }
  const errors = [
    PolicyError,
    InputError,
    EvaluationError,
    LimitError,
    StoreError,
    UnsupportedFilterError,
    ConfigError,
  ];
  for (const error of errors) expect(error.prototype).toBeInstanceOf(ArcturusError);
});

test("SQLite is loaded when a store is opened, and not before", () => {
  const program = (opens: boolean): string => `
    import { createEngine, memoryStore } from ${JSON.stringify(new URL("../../src/index.ts", import.meta.url).href)};
    import { sqliteStore } from ${JSON.stringify(new URL("../../src/stores/sqlite/index.ts", import.meta.url).href)};
    const unopened = sqliteStore("never-opened.db");
    await createEngine({
      store: ${opens ? 'sqliteStore(":memory:")' : "memoryStore()"},
      logger: { info() {}, warn() {} },
    });
    const loaded = process.report.getReport().sharedObjects.filter((file) => /libsql/.test(file));
    console.log(loaded.length > 0);`;
  for (const opens of [false, true]) {
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ["--import", "tsx", "--input-type=module", "--eval", program(opens)],
      { encoding: "utf8" },
    );
    expect({ stdout, stderr }).toEqual({ stdout: `${opens}\n`, stderr: "" });
  }
});
