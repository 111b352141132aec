import { createRequire } from "node:module";
import { createEngine } from "arcturus";
import { goalsPerPolicy, type OsoCase, osoCase } from "./oso-cases.js";

// Milliseconds after which the library gives a goal up; read by it when it is loaded.
process.env["POLAR_TIMEOUT_MS"] ??= "2000";
const { Oso } = createRequire(import.meta.url)("oso") as { Oso: new () => OsoLibrary };

interface OsoLibrary {
  loadStr(policy: string): Promise<void>;
  query(goal: string): AsyncIterable<Map<string, unknown>>;
}

/** A set of answers in canonical text, an error, or `undefined` when the answer is of a kind that cannot be compared. */
type Outcome = readonly string[] | "error" | undefined;

export interface OsoReport {
  readonly goals: number;
  /** Goals whose answers hold linked or nested unbound variables, which the two write down differently, or which the library repeats without end. */
  readonly incomparable: number;
  readonly errors: number;
  readonly answers: number;
  readonly differences: readonly OsoDifference[];
}
export interface OsoDifference {
  readonly seed: number;
  readonly policy: string;
  readonly goal: string;
  readonly library: Outcome;
  readonly ours: Outcome | string;
}

/** Asks both about the cases of `count` seeds from `first` on, `goals` goals each. Stops after ten differences. */
export async function compareWithOso(first: number, count: number, goals: number = goalsPerPolicy): Promise<OsoReport> {
  let incomparable = 0;
  let errors = 0;
  let answers = 0;
  const differences: OsoDifference[] = [];
  for (let seed = first; seed < first + count && differences.length < 10; seed++) {
    const both = await askBoth(osoCase(seed, goals));
    for (const { goal, policy, library, ours } of both) {
      if (library === undefined) incomparable++;
      else if (library === "error") errors++;
      else answers += library.length;
      if (library !== undefined && JSON.stringify(library) !== JSON.stringify(ours))
        differences.push({ seed, policy, goal, library, ours });
    }
  }
  return { goals: count * goals, incomparable, errors, answers, differences };
}

async function askBoth(generated: OsoCase): Promise<Omit<OsoDifference, "seed">[]> {
  const oso = new Oso();
  // An allow_field rule keeps the library from advising about allow rules.
  await oso.loadStr(`allow_field(_, _, _, _);\n${generated.policy}`);
  const engine = await createEngine({ policy: generated.policy, logger: { info: () => {}, warn: () => {} } });
  const results = [];
  for (const goal of generated.goals) {
    const library = await askOso(oso, goal);
    const ours = await engine.query(goal).then(canonical, (error: Error) => `error: ${error.message}`);
    results.push({
      policy: generated.policy,
      goal,
      library,
      ours: library === "error" && typeof ours === "string" ? "error" : ours,
    });
  }
  await engine.close();
  return results;
}

async function askOso(oso: OsoLibrary, goal: string): Promise<Outcome> {
  const found: Record<string, unknown>[] = [];
  try {
    for await (const bindings of oso.query(goal)) {
      const answer: Record<string, unknown> = {};
      for (const [name, value] of bindings) {
        if (isVariable(value)) {
          if (value.name !== name) return undefined;
        } else if (holdsVariable(value)) return undefined;
        else answer[name] = value;
      }
      found.push(answer);
      // The library repeats answers, sometimes millions of times over.
      if (found.length > 500) return undefined;
    }
  } catch (error) {
    if (String(error).includes("QueryTimeout")) return undefined;
    return "error";
  }
  // Set semantics: an answer that is a special case of another one is left out.
  return canonical(found.filter((one) => !found.some((other) => isMoreGeneral(other, one))));
}

const keyOf = (answer: Record<string, unknown>): string =>
  JSON.stringify(
    Object.entries(answer).sort(([a], [b]) => (a < b ? -1 : 1)),
    (_, value: unknown) => (typeof value === "bigint" ? Number(value) : sorted(value)),
  );

function canonical(answers: readonly Record<string, unknown>[]): readonly string[] {
  return [...new Set(answers.map(keyOf))].sort();
}

/** Dictionaries have no order. */
function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isMoreGeneral(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
  const names = Object.keys(a);
  return (
    names.length < Object.keys(b).length && names.every((n) => n in b && keyOf({ v: a[n] }) === keyOf({ v: b[n] }))
  );
}

function isVariable(value: unknown): value is { readonly name: string } {
  return typeof value === "object" && value !== null && value.constructor.name === "Variable";
}

function holdsVariable(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  // The library writes an open rest of a list as an object of its own inside the list.
  return (
    isVariable(value) ||
    value.constructor.name === "Expression" ||
    "RestVariable" in value ||
    Object.values(value).some(holdsVariable)
  );
}
