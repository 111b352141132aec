import { isDeepStrictEqual } from "node:util";
import { expect, vi } from "vitest";
import { Slices } from "../../src/engine/slices.js";

/*
 * Answers of one moment: whatever is written while a question is being answered, its answer is one that was right at some
 * moment between the question and the answer. A mixture of two moments may say yes where nobody was ever allowed.
 */

/** As long as it is on, every question that can pause does so at every step. */
export class Pauses {
  on = true;
  readonly #due = vi.spyOn(Slices.prototype, "due").mockImplementation(() => this.on);

  constructor() {
    Object.defineProperty(Slices.prototype, "steps", { get: () => (this.on ? 1 : undefined), configurable: true });
  }

  end(): void {
    this.#due.mockRestore();
    Reflect.deleteProperty(Slices.prototype, "steps");
  }
}

/** What came of a question: its answer, or the code of its error. */
export type Result = { readonly answer: unknown } | { readonly error: unknown };

export async function resultOf(question: () => unknown): Promise<Result> {
  try {
    return { answer: await question() };
  } catch (error) {
    return { error: (error as { readonly code?: unknown }).code ?? error };
  }
}

export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Asked<Subject> {
  readonly name: string;
  readonly ask: (subject: Subject) => unknown;
  /** The moments of the question and of its answer. */
  readonly from: number;
  to: number;
  result?: Result;
}

/** Questions that are being answered while the world goes from one state to the next. */
export class Timeline<State, Subject> {
  readonly #states: State[];
  readonly #asked: Asked<Subject>[] = [];

  constructor(first: State) {
    this.#states = [first];
  }

  get present(): State {
    return this.#states.at(-1) as State;
  }

  /** To be called in the very tick in which the state changes. */
  becomes(state: State): void {
    this.#states.push(state);
  }

  /** Begins a question. */
  ask(name: string, ask: (subject: Subject) => unknown, subject: Subject): void {
    const asked: Asked<Subject> = { name, ask, from: this.#states.length - 1, to: -1 };
    this.#asked.push(asked);
    void resultOf(() => ask(subject)).then((result) => {
      asked.result = result;
      asked.to = this.#states.length - 1;
    });
  }

  get isSettled(): boolean {
    return this.#asked.every(({ result }) => result !== undefined);
  }

  /** How many answers there are that only a later moment than that of the question explains. */
  changed = 0;

  /** Holds each answer against those that a subject in the state of each moment between question and answer gives. */
  async check(at: (state: State) => Promise<Subject>): Promise<void> {
    const right = this.#asked.map((): Result[] => []);
    for (const [moment, state] of this.#states.entries()) {
      const during = [...this.#asked.entries()].filter(([, { from, to }]) => from <= moment && moment <= to);
      if (during.length === 0) continue;
      const subject = await at(state);
      for (const [i, { ask }] of during) right[i]?.push(await resultOf(() => ask(subject)));
    }
    for (const [i, { name, result }] of this.#asked.entries()) {
      const answers = right[i] ?? [];
      const found = answers.findIndex((one) => isDeepStrictEqual(one, result));
      if (found < 0) expect([name, result], "the answers of each moment").toEqual([name, answers]);
      if (found > 0) this.changed++;
    }
  }
}
