import { StoreError } from "../../diagnostics/errors.js";
import {
  argumentParts,
  decodeArguments,
  decodeParts,
  type EffectiveChange,
  encodeArguments,
  type StoredFact,
} from "../../facts/index.js";
import { damaged, type SqliteHandle, type SqliteStatement } from "./handle.js";
import { SetHash } from "./set-hash.js";

/** Facts that one statement carries. */
const chunk = 1_000;
const utf8 = new TextDecoder("utf-8", { fatal: true });
/** Facts that one statement reads. */
const page = 20_000;

/** The rows of the table of facts, read and written many at a time: values travel as one JSON text, bound as a parameter. */
export class FactRows {
  readonly #handle: SqliteHandle;
  readonly #file: string;
  readonly #insert: SqliteStatement;
  readonly #remove: SqliteStatement;
  readonly #fingerprint: SqliteStatement;
  readonly #describe: SqliteStatement;

  constructor(handle: SqliteHandle, file: string) {
    this.#handle = handle;
    this.#file = file;
    this.#insert = handle.prepare(
      "INSERT OR IGNORE INTO arcturus_facts (predicate, args) SELECT value ->> 0, value ->> 1 FROM json_each(?)",
    );
    this.#remove = handle.prepare(
      "DELETE FROM arcturus_facts WHERE (predicate, args) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))",
    );
    this.#fingerprint = handle.prepare("SELECT CAST(hash AS BLOB) AS hash FROM arcturus_state WHERE only = 1");
    this.#describe = handle.prepare(
      "UPDATE arcturus_state SET revision = ?, facts = facts + ?, hash = ? WHERE only = 1",
    );
  }

  /** Writes a change into the open transaction, and the revision it leads to. @throws StoreError when the rows are not what they were taken for. */
  write({ removed, added }: EffectiveChange, revision: number): void {
    const row = this.#fingerprint.get() as { readonly hash: Uint8Array } | undefined;
    if (row === undefined) throw damaged(this.#file, "the description of the store is missing");
    const hash = SetHash.parse(this.#text(row.hash));
    this.#each(this.#remove, removed);
    this.#each(this.#insert, added);
    for (const fact of removed) hash.toggle(fact.predicate, argumentParts(fact.args));
    for (const fact of added) hash.toggle(fact.predicate, argumentParts(fact.args));
    this.#describe.run(revision, added.length - removed.length, hash.toString());
  }

  #each(statement: SqliteStatement, facts: readonly StoredFact[]): void {
    for (let from = 0; from < facts.length; from += chunk) {
      const part = facts.slice(from, from + chunk);
      const { changes } = statement.run(
        JSON.stringify(part.map((fact) => [fact.predicate, encodeArguments(fact.args)])),
      );
      if (changes !== part.length) {
        throw new StoreError(
          "store/diverged",
          `\`${this.#file}\` was changed behind the store's back: ${part.length} facts should have changed, ${changes} did`,
        );
      }
    }
  }

  has(fact: StoredFact): boolean {
    return (
      this.#handle
        .prepare("SELECT 1 AS found FROM arcturus_facts WHERE predicate = ? AND args = ?")
        .get(fact.predicate, encodeArguments(fact.args)) !== undefined
    );
  }

  /** All facts of a predicate as the open transaction sees them. */
  *ofPredicate(predicate: string): Iterable<StoredFact> {
    const rows = this.#handle
      .prepare("SELECT CAST(args AS BLOB) AS args FROM arcturus_facts WHERE predicate = ?")
      .all(predicate);
    for (const row of rows as readonly { readonly args: Uint8Array }[])
      yield { predicate, args: decodeArguments(this.#text(row.args)) };
  }

  /**
   * Hands every fact to `take` and checks that they come to the given number and fingerprint.
   * @throws StoreError `store/damaged` when they do not
   */
  load(
    expected: { readonly facts: number; readonly hash: string },
    take: (facts: readonly StoredFact[]) => void,
  ): void {
    const hash = new SetHash();
    let count = 0;
    const predicates = this.#handle
      .prepare("SELECT DISTINCT CAST(predicate AS BLOB) AS predicate FROM arcturus_facts")
      .all();
    // As bytes: the library ends the process when a damaged text is not UTF-8.
    const read = this.#handle.prepare(
      `SELECT CAST('[' || group_concat(args, ',') || ']' AS BLOB) AS texts, CAST(max(args) AS BLOB) AS last, count(*) AS number
       FROM (SELECT args FROM arcturus_facts WHERE predicate = ? AND args > ? ORDER BY args LIMIT ${page})`,
    );
    for (const row of predicates as readonly { readonly predicate: Uint8Array }[]) {
      const predicate = this.#text(row.predicate);
      for (let after = ""; ; ) {
        const found = read.get(predicate, after) as { texts: Uint8Array | null; last: Uint8Array; number: number };
        if (found.texts === null || found.number === 0) break;
        const facts = this.#parse(predicate, this.#text(found.texts), found.number, hash);
        take(facts);
        count += facts.length;
        if (found.number < page) break;
        after = this.#text(found.last);
      }
    }
    if (count !== expected.facts) throw damaged(this.#file, `it holds ${count} facts, ${expected.facts} were written`);
    if (hash.toString() !== expected.hash) throw damaged(this.#file, "its facts are not those that were written");
  }

  #text(bytes: Uint8Array): string {
    try {
      return utf8.decode(bytes);
    } catch (cause) {
      throw damaged(this.#file, "a fact is unreadable", cause);
    }
  }

  #parse(predicate: string, texts: string, number: number, hash: SetHash): StoredFact[] {
    try {
      const rows: unknown = JSON.parse(texts);
      if (!Array.isArray(rows) || rows.length !== number) throw new SyntaxError("a row is not one array");
      return rows.map((parts: unknown) => {
        if (!Array.isArray(parts)) throw new SyntaxError("a row is not an array");
        const args = decodeParts(parts);
        hash.toggle(predicate, parts as string[]);
        return { predicate, args };
      });
    } catch (cause) {
      throw damaged(this.#file, `a fact of \`${predicate}\` is unreadable`, cause);
    }
  }
}
