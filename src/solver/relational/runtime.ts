import { LimitError } from "../../diagnostics/errors.js";
import type { Domain } from "../../facts/tables-domain.js";
import { enlarge, hashCodes } from "../../facts/tables-index.js";
import { type Limits, timeout } from "../limits.js";
import type { Pace } from "../pace.js";

/** How often the clock is looked at, in steps. */
const clockSteps = 16_384;

/** After so many steps or milliseconds a question is no longer a short one; it is looked at more often until then. */
const shortSteps = 6 * clockSteps;
const shortMilliseconds = 2;
const shortClockSteps = clockSteps / 4;

/** Thrown when a question that was to be a short one turns out not to be. */
export class Lengthy extends Error {}

/** What one question uses up, and what holds during it. */
export class Run {
  readonly limits: Pick<Limits, "steps" | "answers" | "milliseconds">;
  /** How many loops are going on around the goal at hand: only then is it worthwhile to remember what a call answered. */
  loops = 0;
  /** Whether it is time to pause; whoever pauses clears it. Only walks (`walk.ts`) are ever paused. */
  due = false;
  #pace: Pace | undefined;
  #every = clockSteps;
  #short = false;
  #steps = 0;
  #nextLook = 0;
  #started = 0;
  #seconds: bigint | undefined;
  readonly #firstLook: number;
  /** Almost always none: then `end` need not be called. */
  readonly endings: (() => void)[] = [];

  constructor(limits: Pick<Limits, "steps" | "answers" | "milliseconds">) {
    this.limits = limits;
    this.#firstLook = Math.min(clockSteps, limits.steps);
  }

  begin(loops: number): void {
    this.loops = loops;
    this.#steps = 0;
    this.#nextLook = this.#firstLook;
    this.#started = 0;
    this.#seconds = undefined;
    this.#short = false;
  }

  /** A question that had better be asked in another way than take long. Ends with `Lengthy` in that case. */
  beginShort(loops: number): void {
    this.begin(loops);
    this.#short = true;
    this.#nextLook = Math.min(shortClockSteps, this.limits.steps);
  }

  /** A question that pauses. It began at `started`, in milliseconds since 1970. */
  beginWalk(loops: number, pace: Pace, started: number): void {
    this.begin(loops);
    this.due = false;
    this.#pace = pace;
    this.#every = pace.steps ?? clockSteps;
    this.#nextLook = Math.min(this.#every, this.limits.steps);
    this.#started = started;
  }

  /** Has something done when the question ends, however it ends: nothing that was remembered outlives it. */
  atEnd(ending: () => void): void {
    this.endings.push(ending);
  }

  end(): void {
    for (let ending = this.endings.pop(); ending !== undefined; ending = this.endings.pop()) ending();
  }

  /** Counts steps. @throws LimitError */
  tick(steps: number): void {
    this.#steps += steps;
    if (this.#steps > this.#nextLook) this.#look();
  }

  /** `@current_unix_time`, one value during a question. */
  seconds(): bigint {
    return (this.#seconds ??= BigInt(Math.floor(Date.now() / 1000)));
  }

  tooManyAnswers(): never {
    throw new LimitError("answers", this.limits.answers, "answers");
  }

  #look(): void {
    const { steps, milliseconds } = this.limits;
    if (this.#steps > steps) throw new LimitError("steps", steps, "steps");
    if (this.#short && this.#steps > shortSteps) throw new Lengthy();
    if (this.#pace?.due() === true) this.due = true;
    const now = Date.now();
    // The first look comes after a few milliseconds at most; counting from there costs a question nothing.
    if (this.#started === 0) this.#started = now;
    else if (this.#short && now - this.#started >= shortMilliseconds) throw new Lengthy();
    else if (now - this.#started > milliseconds) throw timeout(milliseconds);
    this.#nextLook = Math.min(this.#steps + (this.#short ? shortClockSteps : this.#every), steps);
  }
}

/** A set of tuples of codes in order of arrival. Taking back the latest is cheap, and so is starting anew. */
export class TupleSet {
  readonly width: number;
  cells: Int32Array;
  count = 0;
  #slots = new Int32Array(16);
  /** The slot of every tuple. */
  #at = new Int32Array(8);

  constructor(width: number) {
    this.width = width;
    this.cells = new Int32Array(8 * width);
  }

  /** The number of the tuple at `codes[from]`, -1 if it is not there. */
  find(codes: Int32Array, from: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    const { width, cells } = this;
    if (width === 0) return this.count - 1;
    for (let at = hashCodes(codes, from, width) & mask; ; at = (at + 1) & mask) {
      const slot = slots[at]!;
      if (slot === 0) return -1;
      const cell = (slot - 1) * width;
      let i = 0;
      while (i < width && cells[cell + i] === codes[from + i]) i++;
      if (i === width) return slot - 1;
    }
  }

  /** False when it is there already. */
  add(codes: Int32Array, from: number): boolean {
    if (this.find(codes, from) >= 0) return false;
    const { width, count } = this;
    if ((count + 1) * 2 > this.#slots.length) this.#grow();
    const cell = count * width;
    for (let i = 0; i < width; i++) this.cells[cell + i] = codes[from + i]!;
    this.#put(count);
    this.count = count + 1;
    return true;
  }

  /** Takes back what came after the first `count`. */
  truncate(count: number): void {
    // In reverse: the later of two that collided sits behind the earlier.
    for (let tuple = this.count - 1; tuple >= count; tuple--) this.#slots[this.#at[tuple]!] = 0;
    this.count = count;
  }

  clear(): void {
    if (this.#slots.length <= 131_072) this.truncate(0);
    else {
      this.#slots = new Int32Array(16);
      this.#at = new Int32Array(8);
      this.cells = new Int32Array(8 * this.width);
      this.count = 0;
    }
  }

  #put(tuple: number): void {
    const mask = this.#slots.length - 1;
    let at = hashCodes(this.cells, tuple * this.width, this.width) & mask;
    while (this.#slots[at] !== 0) at = (at + 1) & mask;
    this.#slots[at] = tuple + 1;
    this.#at[tuple] = at;
  }

  #grow(): void {
    const capacity = this.#slots.length * 2;
    this.#slots = new Int32Array(capacity);
    this.#at = new Int32Array(capacity / 2);
    this.cells = enlarge(this.cells, (capacity / 2) * this.width);
    for (let tuple = 0; tuple < this.count; tuple++) this.#put(tuple);
  }
}

/** Answers of a unit with outputs, each once. */
export class Answers {
  readonly width: number;
  /** The codes of answer n begin at n * width. */
  cells: Int32Array = new Int32Array(16);
  count = 0;
  /** Whether any value of the domain is an answer. */
  open = false;
  /** Whether it is remembered until the question ends. */
  kept = false;
  marks: Marks | undefined;
  /** Of several outputs. */
  #tuples: TupleSet | undefined;

  constructor(width: number) {
    this.width = width;
  }

  begin(marks: Marks | undefined): void {
    this.count = 0;
    this.open = false;
    this.kept = false;
    this.marks = marks;
    if (this.width > 1) this.#tuples ??= new TupleSet(this.width);
    this.#tuples?.clear();
  }

  /** Makes room for so many more. */
  reserve(more: number): void {
    const needed = (this.count + more) * this.width;
    if (needed > this.cells.length) this.cells = enlarge(this.cells, Math.max(needed, this.cells.length * 2));
  }

  add(code: number): void {
    const { array, stamp } = this.marks!;
    if (code < 0) this.open = true;
    else if (array[code] !== stamp) {
      array[code] = stamp;
      if (this.count === this.cells.length) this.reserve(1);
      this.cells[this.count++] = code;
    }
  }

  /** Adds `codes[from]` and what follows, up to `to`. They are codes of values. */
  addAll(codes: Int32Array, from: number, to: number): void {
    this.reserve(to - from);
    const { cells } = this;
    const { array, stamp } = this.marks!;
    let { count } = this;
    for (let at = from; at < to; at++) {
      const code = codes[at]!;
      if (array[code] !== stamp) {
        array[code] = stamp;
        cells[count++] = code;
      }
    }
    this.count = count;
  }

  addTuple(codes: Int32Array): void {
    const tuples = this.#tuples!;
    if (tuples.add(codes, 0)) {
      this.cells = tuples.cells;
      this.count = tuples.count;
    }
  }
}

/** One integer per code of a domain: equal to `stamp` when the code was seen. */
export interface Marks {
  array: Int32Array;
  stamp: number;
}

/** Arrays of marks, lent out: as many as are needed at once, and no more. */
export class MarksPool {
  readonly #free: Marks[][] = [];

  /** `extra`: room for codes that exist in one question only. */
  take(domain: Domain): Marks {
    const marks = this.#free[domain.index]?.pop() ?? { array: new Int32Array(0), stamp: 0 };
    const needed = domain.size + spareCodes;
    if (marks.array.length < needed) {
      marks.array = new Int32Array(Math.ceil(needed * 1.25));
      marks.stamp = 0;
    }
    if (marks.stamp === 0x7fffffff) {
      marks.array.fill(0);
      marks.stamp = 0;
    }
    marks.stamp++;
    return marks;
  }

  giveBack(domain: Domain, marks: Marks): void {
    const free = this.#free[domain.index];
    if (free === undefined) this.#free[domain.index] = [marks];
    else free.push(marks);
  }
}

/** Codes above those of a domain that a question may use, for values of its own that no fact has. */
export const spareCodes = 2;

/** Large ones are let go, so that one question does not hold memory for ever. */
export function keep(free: Answers[], answers: Answers): void {
  if (answers.cells.length <= 65_536 && free.length < 16) free.push(answers);
}
