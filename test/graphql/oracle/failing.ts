import type { Engine, Subject } from "../../../src/engine/types.js";
import type { Random } from "./random.js";

/*
 * An engine that fails in the middle, or answers what nobody may take for an answer: for one action, one type or one resource, always
 * or once and then never again.
 */

/** What comes in the place of an answer to one question. */
const wrongAnswers: Readonly<Record<string, () => unknown>> = {
  throws: () => {
    throw new Error("trouble");
  },
  rejects: () => Promise.reject(new Error("trouble")),
  nothing: () => undefined,
  "an object": () => ({ allowed: true }),
  "a text": () => "true",
  "a number": () => 1,
  "a promise of an object": () => Promise.resolve({ allowed: false }),
  "a promise of nothing": () => Promise.resolve(undefined),
};

/** What comes in the place of the answers to several; `bad` are the places of those that fail. */
const wrongManies: Readonly<Record<string, (answers: readonly boolean[], bad: ReadonlySet<number>) => unknown>> = {
  rejects: () => Promise.reject(new Error("trouble")),
  "an object among answers": (answers, bad) => answers.map((one, i) => (bad.has(i) ? { allowed: false } : one)),
  "a text among answers": (answers, bad) => answers.map((one, i) => (bad.has(i) ? "false" : one)),
  "nothing among answers": (answers, bad) => answers.map((one, i) => (bad.has(i) ? undefined : one)),
  "too few answers": (answers, bad) => answers.slice(0, Math.min(...bad)),
  "no list of answers": (answers) => ({ ...answers, length: answers.length }),
};

/** What comes in the place of a list of ids. */
const wrongLists: Readonly<Record<string, () => unknown>> = {
  rejects: () => Promise.reject(new Error("trouble")),
  throws: () => {
    throw new Error("trouble");
  },
  nothing: () => Promise.resolve(undefined),
  "a text": () => Promise.resolve("*"),
  numbers: () => Promise.resolve([1, 2, 3]),
  "all among numbers": () => Promise.resolve(["*", 1]),
  "an object": () => Promise.resolve({ length: 1, 0: "*" }),
};

/** Ways that answer at once, so that what fails is one position of the answer. */
const atOnce: ReadonlySet<string> = new Set(["throws", "nothing", "an object", "a text", "a number"]);

export const failures: readonly string[] = [
  ...Object.keys(wrongAnswers).map((how) => `one: ${how}`),
  ...Object.keys(wrongManies).map((how) => `many: ${how}`),
  ...Object.keys(wrongLists).map((how) => `list: ${how}`),
];

/** Which questions fail, and how. */
export interface Plan {
  readonly action: string;
  /** `undefined`: whatever the type, or the id. */
  readonly type: string | undefined;
  readonly id: string | undefined;
  /** How many times it fails before it is well again. */
  readonly times: number;
  readonly one: string;
  readonly many: string;
  readonly list: string;
}

/** Goes through the ways to fail with `turn`. */
export function randomPlan(
  { chance, pick, below }: Random,
  actions: readonly string[],
  types: readonly string[],
  turn: number,
): Plan {
  const inTurn = (ways: object): string => Object.keys(ways)[turn % Object.keys(ways).length]!;
  const type = chance(0.8) ? pick(types) : undefined;
  return {
    action: pick(actions),
    type,
    id: type !== undefined && chance(0.6) ? String(1 + below(4)) : undefined,
    times: chance(0.5) ? 1 : Number.POSITIVE_INFINITY,
    one: inTurn(wrongAnswers),
    many: inTurn(wrongManies),
    list: inTurn(wrongLists),
  };
}

export class FailingEngine {
  #plan: Plan | undefined;
  #left = 0;
  /** What has failed, each time that it did. */
  readonly failed: string[] = [];

  begin(plan: Plan | undefined): void {
    this.#plan = plan;
    this.#left = plan?.times ?? 0;
    this.failed.length = 0;
  }

  /** Whether each failure is one position of the answer. */
  get isCounted(): boolean {
    return this.failed.every((how) => how.startsWith("one: ") && atOnce.has(how.slice("one: ".length)));
  }

  wrap(engine: Engine): Engine {
    return {
      ...engine,
      decide: (actor, action, resource, options) => {
        const { one = "" } = this.#plan ?? {};
        if (this.#fails(action, resource, `one: ${one}`)) return wrongAnswers[one]!() as boolean;
        return engine.decide(actor, action, resource, options);
      },
      authorizeMany: async (actor, action, resources, options) => {
        const { many = "" } = this.#plan ?? {};
        const bad = new Set(
          resources.flatMap((resource, i) => (this.#fails(action, resource, `many: ${many}`) ? [i] : [])),
        );
        const answers = await engine.authorizeMany(actor, action, resources, options);
        return (bad.size === 0 ? answers : await wrongManies[many]!(answers, bad)) as boolean[];
      },
      list: (actor, action, type, options) => {
        const { list = "", id } = this.#plan ?? {};
        if (id === undefined && this.#fails(action, { type, id: "*" }, `list: ${list}`)) {
          return wrongLists[list]!() as Promise<string[]>;
        }
        return engine.list(actor, action, type, options);
      },
      filter: (actor, action, type, options) => {
        const { id } = this.#plan ?? {};
        if (id === undefined && this.#fails(action, { type, id: "*" }, "filter")) {
          return Promise.reject(new Error("trouble"));
        }
        return engine.filter(actor, action, type, options);
      },
    };
  }

  #fails(action: string, resource: Subject | undefined, how: string): boolean {
    const plan = this.#plan;
    if (plan === undefined || this.#left <= 0 || plan.action !== action) return false;
    const { type, id } = (typeof resource === "object" ? resource : { type: resource, id: undefined }) as {
      readonly type?: unknown;
      readonly id?: unknown;
    };
    if (plan.type !== undefined && plan.type !== type) return false;
    if (plan.id !== undefined && plan.id !== id) return false;
    this.#left--;
    this.failed.push(how);
    return true;
  }
}
