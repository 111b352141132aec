import type { EffectiveChange, FactReader } from "./store.js";
import { BooleanDomain, type Domain, EntityDomain, IntegerDomain, StringDomain } from "./tables-domain.js";
import { Table } from "./tables-table.js";
import type { PlainValue, StoredFact, StoredPattern } from "./value.js";

/** Predicates whose second argument, when it is a string, is a name: it chooses the table, it is no column of it. */
const namedPredicates: ReadonlySet<string> = new Set(["has_role", "has_relation", "has_permission"]);

/** Up to here `match` answers with an array; above, with rows decoded while they are read. */
const eager = 64;

/** A way to the tables of one predicate: by the domains of the arguments, left to right; names are `-1 - code`. */
interface Branch {
  readonly next: Map<number, Branch>;
  table: Table | undefined;
}
interface Shapes {
  readonly root: Branch;
  readonly tables: Table[];
}

type PatternArgument = StoredPattern["args"][number];

/**
 * Facts in memory, interned and indexed: the view that decides. Values become integers (`domainOf`, `strings`, `integers`),
 * facts become rows of tables by predicate, argument types and name (`tablesOf`). Indexes appear when they are asked for and
 * are kept right from then on. What iterators give out is the state at the time of the call, whatever changes meanwhile.
 */
export class FactTables implements FactReader {
  readonly strings: StringDomain = new StringDomain("String", 0);
  readonly integers: IntegerDomain = new IntegerDomain(1);
  readonly booleans: BooleanDomain = new BooleanDomain(2);
  readonly #domains: Domain[] = [this.strings, this.integers, this.booleans];
  readonly #entities = new Map<string, EntityDomain>();
  readonly #predicates = new Map<string, (Shapes | undefined)[]>();
  readonly #codes = new Int32Array(5);
  #count = 0;
  #version = 0;
  #shapes = 0;

  /** Number of facts. */
  get count(): number {
    return this.#count;
  }

  /** Changes with every fact that comes or goes. */
  get version(): number {
    return this.#version;
  }

  /** Changes when a table appears; tables never disappear. */
  get shapes(): number {
    return this.#shapes;
  }

  /** False when it is there already. */
  insert(fact: StoredFact): boolean {
    const { args } = fact;
    const shapes = this.#shapesOf(fact.predicate, args.length);
    const named = args.length > 1 && namedPredicates.has(fact.predicate);
    const codes = this.#codes;
    let branch = shapes.root;
    let width = 0;
    for (let i = 0; i < args.length; i++) {
      const value = args[i]!;
      let step: number;
      if (typeof value === "object") {
        const domain = this.entities(value.type);
        codes[width++] = domain.intern(value.id);
        step = domain.index;
      } else if (typeof value === "string") {
        const code = this.strings.intern(value);
        if (named && i === 1) step = -1 - code;
        else {
          codes[width++] = code;
          step = this.strings.index;
        }
      } else if (typeof value === "bigint") {
        codes[width++] = this.integers.intern(value);
        step = this.integers.index;
      } else {
        codes[width++] = value ? 1 : 0;
        step = this.booleans.index;
      }
      let next = branch.next.get(step);
      if (next === undefined) {
        next = { next: new Map(), table: undefined };
        branch.next.set(step, next);
      }
      branch = next;
    }
    branch.table ??= this.#newTable(fact, shapes);
    if (!branch.table.add(codes)) return false;
    this.#count++;
    this.#version++;
    return true;
  }

  /** How many of them were new. */
  insertMany(facts: Iterable<StoredFact>): number {
    let inserted = 0;
    for (const fact of facts) if (this.insert(fact)) inserted++;
    if (inserted > 1_000) for (const table of this.#tables()) table.trim();
    return inserted;
  }

  /** Removes the facts that match, and says how many there were. */
  delete(pattern: StoredPattern): number {
    let deleted = 0;
    for (const { table, rows } of this.#find(pattern.predicate, pattern.args)) {
      const { width } = table;
      const count = rows.length / width;
      if (count * 8 > table.count) table.dropIndexes();
      for (let at = 0; at < rows.length; at += width) if (table.remove(rows.subarray(at, at + width))) deleted++;
    }
    this.#count -= deleted;
    this.#version += deleted;
    return deleted;
  }

  has(fact: StoredFact): boolean {
    return this.#find(fact.predicate, fact.args).length > 0;
  }

  /** Applies what a change came to; facts that are there already, or not, do no harm. */
  apply(change: EffectiveChange): void {
    for (const fact of change.removed) this.delete(fact);
    this.insertMany(change.added);
  }

  match(predicate: string, args: StoredPattern["args"]): Iterable<StoredFact["args"]> {
    const found = this.#find(predicate, args);
    let total = 0;
    for (const { table, rows } of found) total += rows.length / table.width;
    if (total > eager) return { [Symbol.iterator]: () => decodeAll(found) };
    const answers: StoredFact["args"][] = [];
    for (const { table, rows } of found)
      for (let at = 0; at < rows.length; at += table.width) answers.push(decode(table, rows, at));
    return answers;
  }

  /** All facts, as they are at the time of the call. */
  facts(): Iterable<StoredFact> {
    const found = [...this.#tables()].map((table) => ({ table, rows: table.snapshot() }));
    return {
      *[Symbol.iterator]() {
        for (const { table, rows } of found)
          for (let at = 0; at < rows.length; at += table.width)
            yield { predicate: table.predicate, args: decode(table, rows, at) };
      },
    };
  }

  /** Names of predicates that have, or had, facts. */
  predicates(): readonly string[] {
    return [...this.#predicates.keys()];
  }

  /** The tables of a predicate with so many arguments. */
  tablesOf(predicate: string, arity: number): readonly Table[] {
    return this.#predicates.get(predicate)?.[arity]?.tables ?? [];
  }

  /** The ids of a type, `undefined` if no id of it was ever interned. */
  domainOf(type: string): EntityDomain | undefined {
    return this.#entities.get(type);
  }

  /** The ids of a type. */
  entities(type: string): EntityDomain {
    let domain = this.#entities.get(type);
    if (domain === undefined) {
      domain = new EntityDomain(type, this.#domains.length);
      this.#domains.push(domain);
      this.#entities.set(type, domain);
    }
    return domain;
  }

  *#tables(): Iterable<Table> {
    for (const arities of this.#predicates.values())
      for (const shapes of arities) if (shapes !== undefined) yield* shapes.tables;
  }

  #shapesOf(predicate: string, arity: number): Shapes {
    let arities = this.#predicates.get(predicate);
    if (arities === undefined) this.#predicates.set(predicate, (arities = []));
    return (arities[arity] ??= { root: { next: new Map(), table: undefined }, tables: [] });
  }

  #newTable(fact: StoredFact, shapes: Shapes): Table {
    const { predicate, args } = fact;
    const second = args[1];
    const name = namedPredicates.has(predicate) && typeof second === "string" ? second : undefined;
    const domains: Domain[] = [];
    args.forEach((value, i) => {
      if (i === 1 && name !== undefined) return;
      domains.push(this.#domainOfValue(value));
    });
    const table = new Table(predicate, args.length, name, domains);
    shapes.tables.push(table);
    this.#shapes++;
    return table;
  }

  #domainOfValue(value: PlainValue): Domain {
    if (typeof value === "object") return this.entities(value.type);
    if (typeof value === "string") return this.strings;
    return typeof value === "bigint" ? this.integers : this.booleans;
  }

  /** The rows that a pattern hits, by table. */
  #find(predicate: string, args: StoredPattern["args"]): { readonly table: Table; readonly rows: Int32Array }[] {
    const shapes = this.#predicates.get(predicate)?.[args.length];
    const found: { readonly table: Table; readonly rows: Int32Array }[] = [];
    if (shapes !== undefined) {
      const named = args.length > 1 && namedPredicates.has(predicate);
      this.#descend(shapes.root, args, named, 0, [], 0, found);
    }
    return found;
  }

  #descend(
    branch: Branch,
    args: StoredPattern["args"],
    named: boolean,
    i: number,
    codes: number[],
    mask: number,
    found: { readonly table: Table; readonly rows: Int32Array }[],
  ): void {
    if (i === args.length) {
      const { table } = branch;
      if (table === undefined || table.count === 0) return;
      const rows = table.rowsWith(mask, codes);
      if (rows.length > 0) found.push({ table, rows });
      return;
    }
    const bit = 1 << codes.length;
    const arg = args[i];
    if (arg === undefined) {
      for (const [step, next] of branch.next) {
        const column = step >= 0;
        this.#descend(next, args, named, i + 1, column ? [...codes, -1] : codes, mask, found);
      }
      return;
    }
    const { step, code } = this.#locate(arg, named && i === 1);
    const next = step === undefined ? undefined : branch.next.get(step);
    if (next === undefined) return;
    if (step! < 0) this.#descend(next, args, named, i + 1, codes, mask, found);
    else if (code === undefined) this.#descend(next, args, named, i + 1, [...codes, -1], mask, found);
    else if (code >= 0) this.#descend(next, args, named, i + 1, [...codes, code], mask | bit, found);
  }

  /** Which branch an argument takes, and its code: `undefined` for any of a type, -1 for a value in no fact. */
  #locate(
    arg: Exclude<PatternArgument, undefined>,
    name: boolean,
  ): { readonly step: number | undefined; readonly code: number | undefined } {
    if (typeof arg === "object") {
      const domain = this.#entities.get("anyOf" in arg ? arg.anyOf : arg.type);
      return { step: domain?.index, code: "anyOf" in arg ? undefined : domain?.lookup(arg.id) };
    }
    if (typeof arg === "string") {
      const code = this.strings.lookup(arg);
      return name ? { step: code < 0 ? undefined : -1 - code, code } : { step: this.strings.index, code };
    }
    if (typeof arg === "bigint") return { step: this.integers.index, code: this.integers.lookup(arg) };
    return { step: this.booleans.index, code: arg ? 1 : 0 };
  }
}

function decode(table: Table, rows: Int32Array, at: number): PlainValue[] {
  const { domains, name } = table;
  const args: PlainValue[] = [];
  for (let i = 0; i < domains.length; i++) {
    if (i === 1 && name !== undefined) args.push(name);
    args.push(domains[i]!.value(rows[at + i]!));
  }
  if (name !== undefined && domains.length === 1) args.push(name);
  return args;
}

function* decodeAll(
  found: readonly { readonly table: Table; readonly rows: Int32Array }[],
): Generator<StoredFact["args"]> {
  for (const { table, rows } of found)
    for (let at = 0; at < rows.length; at += table.width) yield decode(table, rows, at);
}
