import { join } from "node:path";
import { createEngine, type Engine, type EngineOptions } from "arcturus";
import { sqliteStore } from "arcturus/sqlite";
import type { Kysely } from "kysely";
import { type Migration, migrate } from "./migrate.js";
import { root } from "./root.js";
import { openSqlite } from "./sqlite.js";

/** An example's rows, and the engine that keeps its facts beside them. */
export interface OpenedDatabase<Tables> {
  readonly db: Kysely<Tables>;
  readonly engine: Engine;
  /** What the engine was made of. */
  readonly engineOptions: EngineOptions;
  close(): Promise<void>;
}

export interface DatabaseOptions<Tables> {
  /** The policy is `policies/<name>.polar`. */
  readonly name: string;
  /** A file, or `:memory:`. */
  readonly path: string;
  readonly migrations: readonly Migration<Tables>[];
  /** For policies that read fields of the application's objects. @default none */
  types?(db: Kysely<Tables>): NonNullable<EngineOptions["types"]>;
}

/** Opens rows and facts in one file, so that both can be written in one transaction, and brings them up to date. */
export async function openDatabase<Tables>(options: DatabaseOptions<Tables>): Promise<OpenedDatabase<Tables>> {
  const { handle, db } = openSqlite<Tables>(options.path);
  const engineOptions: EngineOptions = {
    policy: { files: [join(root, "policies", `${options.name}.polar`)] },
    store: sqliteStore(handle),
    ...(options.types !== undefined && { types: options.types(db) }),
  };
  const engine = await createEngine(engineOptions);
  await migrate(db, engine, options.migrations);
  return { db, engine, engineOptions, close: () => db.destroy() };
}
