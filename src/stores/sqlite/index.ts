import { StoreError } from "../../diagnostics/errors.js";
import {
  combine,
  type EffectiveChange,
  effectiveChange,
  type FactChange,
  type FactStore,
  FactTables,
  type FactWriter,
  PendingFacts,
} from "../../facts/index.js";
import { RevisionTokens, revisionAhead, revisionWait } from "../revision-token.js";
import { FactRows } from "./fact-rows.js";
import { readHeader } from "./file-header.js";
import { damaged, fileOf, isHandle, openHandle, type SqliteHandle, sqliteCode, storeError } from "./handle.js";
import {
  checkKyselyTransaction,
  committedAfter,
  forgetUpTo,
  isKyselyTransaction,
  type KyselyTransaction,
  writeJoined,
} from "./joined-writes.js";
import { lockFile } from "./lock.js";
import { checkStructure, markAsOwn, migrate, readState } from "./schema.js";
import { checkLog } from "./write-ahead-log.js";

export type { SqliteHandle, SqliteStatement } from "./handle.js";

export interface SqliteStoreOptions {
  /** The file; it is made when it does not exist. */
  readonly path?: string;
  /**
   * The application's own open handle (`libsql`, `better-sqlite3`), shared: facts live in tables `arcturus_…` beside the
   * application's, and `engine.within(…)` writes them in its transactions. Its pragmas and its closing stay the application's.
   */
  readonly database?: object;
  /** Receives warnings, for example about a torn log. @default console */
  readonly logger?: { warn(message: string): void };
}

/**
 * A store in one SQLite file, for one process. A write is acknowledged when it is on the disk; writes that arrive
 * together share one transaction. Facts are read from memory, where they are loaded at the start.
 */
export function sqliteStore(database: string | SqliteStoreOptions | object): FactStore {
  const options: SqliteStoreOptions =
    typeof database === "string" ? { path: database } : isHandle(database) ? { database } : database;
  if (typeof options.path === "string" && options.path !== "" && options.database === undefined) {
    return new SqliteStore({ path: options.path }, options.logger ?? console);
  }
  if (isHandle(options.database) && options.path === undefined) {
    return new SqliteStore({ handle: options.database }, options.logger ?? console);
  }
  throw new StoreError("store/bad-options", "sqliteStore takes the path of a file or an open database handle");
}

type Origin = { readonly path: string } | { readonly handle: SqliteHandle };

/** Milliseconds that a write, or an opening, waits for a transaction of the application on the shared handle to end. */
const busyWait = 5_000;

function busy(): StoreError {
  return new StoreError("store/busy", `a transaction has been open on the shared handle for more than ${busyWait} ms`);
}

interface QueuedWrite {
  readonly change: FactChange;
  readonly since: number;
  resolve(result: { readonly revision: string }): void;
  reject(error: unknown): void;
}

/** What exists while the store is open. */
interface Connection {
  readonly handle: SqliteHandle;
  readonly shared: boolean;
  /** Sees committed rows only, while the application has a transaction open on the shared handle. */
  readonly observer: SqliteHandle | undefined;
  readonly rows: FactRows;
  readonly tokens: RevisionTokens;
  readonly unlock: () => void;
}

class SqliteStore implements FactStore {
  readonly kind = "sqlite";
  #tables: FactTables = new FactTables();
  readonly #origin: Origin;
  readonly #logger: { warn(message: string): void };
  readonly #listeners = new Set<(change: EffectiveChange) => void>();
  #file: string;
  #opening: Promise<Connection> | undefined;
  #connection: Connection | undefined;
  #users = 0;
  #closing: Promise<void> | undefined;

  /** The revision that `tables` stands at. */
  #applied = 0;
  /** The newest revision that was ever given to a write of this process, committed or not. */
  #given = 0;
  /** Revisions of joined writes whose transactions may still be open. */
  #joined: number[] = [];
  #watch: ReturnType<typeof setTimeout> | undefined;

  #queue: QueuedWrite[] = [];
  #flush: ReturnType<typeof setImmediate> | ReturnType<typeof setTimeout> | undefined;
  /** Why writes are refused from now on: what is on the disk is no longer known. */
  #broken: StoreError | undefined;

  constructor(origin: Origin, logger: { warn(message: string): void }) {
    this.#origin = origin;
    this.#logger = logger;
    this.#file = "path" in origin ? origin.path : ":memory:";
  }

  get tables(): FactTables {
    return this.#tables;
  }

  // --- opening and closing ----------------------------------------------------------------------------------------------

  async open(): Promise<void> {
    await this.#closing;
    this.#users++;
    this.#opening ??= this.#connect();
    try {
      await this.#opening;
    } catch (error) {
      this.#users--;
      if (this.#users === 0) this.#opening = undefined;
      throw error;
    }
  }

  async #connect(): Promise<Connection> {
    let handle: SqliteHandle | undefined;
    let unlock = (): void => {};
    const shared = "handle" in this.#origin;
    let marked = false;
    let torn = false;
    /** Whether the store's own tables are read, which must be as it made them. */
    let isReading = false;
    try {
      if ("handle" in this.#origin) {
        handle = this.#origin.handle;
        this.#file = fileOf(handle) ?? ":memory:";
        if (this.#file !== ":memory:") unlock = await lockFile(this.#file);
        await this.#noTransaction(handle);
      } else {
        const { path } = this.#origin;
        if (path !== ":memory:") {
          unlock = await lockFile(path);
          const header = await readHeader(path);
          marked = header?.marked === true;
          const note = await checkLog(path, header === undefined);
          if (note !== undefined) this.#logger.warn(note);
          torn = note !== undefined;
        }
        handle = await openHandle(path);
        handle.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
      }
      isReading = true;
      checkStructure(handle, this.#file, marked);
      migrate(handle, this.#file);
      if (!shared) markAsOwn(handle);
      const state = readState(handle, this.#file);
      const rows = new FactRows(handle, this.#file);
      const tables = new FactTables();
      rows.load(state, (facts) => tables.insertMany(facts));
      // What was dropped must not stand behind the next transactions, where it would pass for some that were finished.
      if (torn) handle.exec("PRAGMA wal_checkpoint(TRUNCATE)");
      this.#tables = tables;
      forgetUpTo(handle, state.revision);
      isReading = false;
      this.#applied = state.revision;
      this.#given = state.revision;
      this.#broken = undefined;
      const observer = shared && this.#file !== ":memory:" ? await openHandle(this.#file) : undefined;
      const tokens = new RevisionTokens({ storeId: state.store, key: state.key });
      this.#connection = { handle, shared, observer, rows, tokens, unlock };
      return this.#connection;
    } catch (error) {
      if (!shared) handle?.close();
      unlock();
      // A statement of the store is wrong only where a table or column that it names is gone.
      if (isReading && sqliteCode(error) === "SQLITE_ERROR") {
        throw damaged(this.#file, `a table is not what it was (${(error as Error).message})`, error);
      }
      throw storeError(error, this.#file);
    }
  }

  /** What is read while the application has a transaction open may never be committed. */
  async #noTransaction(handle: SqliteHandle): Promise<void> {
    for (const since = Date.now(); handle.inTransaction; ) {
      if (Date.now() - since >= busyWait) throw busy();
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  async close(): Promise<void> {
    if (this.#users === 0) return;
    this.#users--;
    if (this.#users > 0) return;
    this.#closing = this.#disconnect().finally(() => {
      this.#closing = undefined;
    });
    await this.#closing;
  }

  async #disconnect(): Promise<void> {
    // Writes that were accepted are finished: each ends acknowledged or with its error.
    while (this.#queue.length > 0) await new Promise((resolve) => setTimeout(resolve, 1));
    const connection = this.#connection;
    clearTimeout(this.#watch);
    this.#watch = undefined;
    this.#joined = [];
    this.#connection = undefined;
    this.#opening = undefined;
    if (connection === undefined) return;
    try {
      connection.observer?.close();
      if (!connection.shared) closeOwn(connection.handle);
    } finally {
      connection.unlock();
    }
  }

  #connected(): Connection {
    if (this.#connection === undefined) throw new StoreError("store/closed", `the store \`${this.#file}\` is not open`);
    return this.#connection;
  }

  // --- writing -----------------------------------------------------------------------------------------------------------

  write(change: FactChange): Promise<{ readonly revision: string }> {
    return new Promise((resolve, reject) => {
      this.#connected();
      if (this.#broken !== undefined) throw this.#broken;
      this.#queue.push({ change, since: Date.now(), resolve, reject });
      // Everything that arrives in this turn of the event loop shares one transaction.
      this.#flush ??= setImmediate(() => this.#writeQueued());
    });
  }

  #writeQueued(): void {
    this.#flush = undefined;
    const connection = this.#connected();
    if (connection.handle.inTransaction) {
      this.#waitForTransaction();
      return;
    }
    const queue = this.#queue;
    this.#queue = [];
    try {
      this.#settle(connection);
      const results = this.#commit(connection, queue);
      for (const [i, write] of queue.entries()) write.resolve({ revision: results[i] as string });
    } catch (error) {
      const failure = storeError(error, this.#file);
      for (const write of queue) write.reject(failure);
    }
  }

  /** The application has a transaction open on the shared handle, which this write must not fall into. */
  #waitForTransaction(): void {
    const late = Date.now() - busyWait;
    const tooLong = this.#queue.filter((write) => write.since < late);
    this.#queue = this.#queue.filter((write) => write.since >= late);
    for (const write of tooLong) write.reject(busy());
    if (this.#queue.length > 0) this.#flush = setTimeout(() => this.#writeQueued(), 1);
  }

  /** Commits the changes in one transaction, then shows them in the tables. The revisions, in order. */
  #commit(connection: Connection, queue: readonly QueuedWrite[]): string[] {
    const { handle, rows, tokens } = connection;
    const pending = new PendingFacts();
    const effective = queue.map((write) => effectiveChange(this.tables, pending, write.change));
    const first = this.#given + 1;
    const last = this.#given + queue.length;
    handle.exec("BEGIN IMMEDIATE");
    try {
      rows.write(combine(effective), last);
      if (connection.shared) forgetUpTo(handle, this.#applied);
    } catch (error) {
      this.#rollBack(handle, error);
    }
    try {
      handle.exec("COMMIT");
    } catch (error) {
      if (sqliteCode(error) === "SQLITE_BUSY" && handle.inTransaction) this.#rollBack(handle, error);
      // Whether the transaction is on the disk is unknown, and asking again would only ask the cache.
      this.#broken = new StoreError(
        "store/read-only",
        `a commit to \`${this.#file}\` failed; the store takes no more writes until it is opened anew`,
        { cause: error },
      );
      this.#logger.warn(this.#broken.message);
      throw this.#broken;
    }
    this.#given = last;
    const results: string[] = [];
    for (const [i, change] of effective.entries()) {
      this.#show(change, first + i);
      results.push(tokens.issue(first + i));
    }
    return results;
  }

  #rollBack(handle: SqliteHandle, error: unknown): never {
    if (handle.inTransaction) handle.exec("ROLLBACK");
    throw error;
  }

  #show(change: EffectiveChange, revision: number): void {
    this.tables.apply(change);
    this.#applied = revision;
    for (const listener of this.#listeners) listener(change);
  }

  subscribe(listener: (change: EffectiveChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  // --- the application's transactions ------------------------------------------------------------------------------------

  within(transaction: unknown): FactWriter {
    const connection = this.#connected();
    if (!connection.shared) {
      throw new StoreError(
        "store/no-shared-handle",
        "`within` needs a store that shares the application's handle: sqliteStore({ database: handle })",
      );
    }
    if (isKyselyTransaction(transaction)) {
      return { write: (change) => this.#writeWithinKysely(transaction, change) };
    }
    if (transaction === connection.handle) {
      // Synchronous up to its answer, for transactions that are functions and never await.
      return {
        write: (change) => {
          try {
            return Promise.resolve(this.#writeWithin(change));
          } catch (error) {
            return Promise.reject(error);
          }
        },
      };
    }
    throw new StoreError(
      "store/foreign-transaction",
      "`within` takes the handle that the store shares, or a Kysely transaction on it",
    );
  }

  async #writeWithinKysely(transaction: KyselyTransaction, change: FactChange): Promise<{ readonly revision: string }> {
    const { handle, tokens } = this.#connected();
    await checkKyselyTransaction(transaction, handle, tokens.storeId);
    return this.#writeWithin(change);
  }

  #writeWithin(change: FactChange): { readonly revision: string } {
    const connection = this.#connected();
    if (this.#broken !== undefined) throw this.#broken;
    const revision = this.#given + 1;
    try {
      writeJoined(connection.handle, connection.rows, change, revision);
    } catch (error) {
      throw storeError(error, this.#file);
    }
    this.#given = revision;
    this.#joined.push(revision);
    this.#watch ??= this.#watchTransaction();
    return { revision: connection.tokens.issue(revision) };
  }

  /** Listeners hear of a commit soon even when nobody asks a question. */
  #watchTransaction(): ReturnType<typeof setTimeout> {
    const timer = setTimeout(() => {
      this.#watch = undefined;
      try {
        this.catchUp();
      } catch {
        // The next question meets the same error and ends with it.
      }
      if (this.#joined.length > 0) this.#watch = this.#watchTransaction();
    }, 5);
    timer.unref();
    return timer;
  }

  catchUp(): void {
    if (this.#joined.length === 0) return;
    try {
      this.#settle(this.#connected());
    } catch (error) {
      throw storeError(error, this.#file);
    }
  }

  /** Shows joined writes whose transaction was committed and drops those that were rolled back. */
  #settle(connection: Connection): void {
    if (this.#joined.length === 0) return;
    const open = connection.handle.inTransaction;
    const outside = open ? connection.observer : connection.handle;
    if (outside === undefined) return;
    for (const { revision, change } of committedAfter(outside, this.#file, this.#applied)) this.#show(change, revision);
    if (!open) {
      // What is not there now was rolled back. Its number is passed, so that nobody waits for it.
      this.#joined = [];
      this.#applied = this.#given;
    } else {
      this.#joined = this.#joined.filter((revision) => revision > this.#applied);
    }
  }

  // --- revisions ----------------------------------------------------------------------------------------------------------

  revision(): string {
    return this.#connected().tokens.issue(this.#applied);
  }

  async atLeast(token: string): Promise<void> {
    const wanted = this.#connected().tokens.read(token);
    const deadline = Date.now() + revisionWait;
    for (;;) {
      this.catchUp();
      if (this.#applied >= wanted) return;
      if (Date.now() >= deadline) throw revisionAhead(this.kind);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
}

function closeOwn(handle: SqliteHandle): void {
  try {
    // Left over from a commit that failed: what it was for has been reported.
    if (handle.inTransaction) handle.exec("ROLLBACK");
    // libsql closes for good only when the garbage collector has had the statements, so the log is emptied by hand. A
    // reader that is in the way does no harm: the log is read at the next start.
    handle.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  } finally {
    handle.close();
  }
}
