import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { sqliteStore } from "../../src/stores/sqlite/index.js";
import { describeFactStore } from "../contract/fact-store.js";

describeFactStore({
  name: "sqlite",
  make: async () => {
    const folder = await mkdtemp(join(tmpdir(), "arcturus-sqlite-"));
    const path = join(folder, "facts.db");
    return {
      store: sqliteStore(path),
      again: () => sqliteStore(path),
      dispose: () => rm(folder, { recursive: true, force: true }),
    };
  },
});

describeFactStore({
  name: "sqlite on the application's handle",
  make: async () => {
    const handle = new Database(":memory:");
    return {
      store: sqliteStore({ database: handle }),
      again: () => sqliteStore({ database: handle }),
      dispose: async () => {
        handle.close();
      },
    };
  },
});
