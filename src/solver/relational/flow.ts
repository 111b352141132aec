import { hashPair } from "../../facts/tables-index.js";
import type { Table } from "../../facts/tables-table.js";

/*
 * A check as a flow chart: from question to question, each with the one that follows on yes and the one on no, until it says
 * allow or deny. One loop walks it: no calls, no memory, nothing to undo. `flow-build.ts` draws it.
 */

/** Kinds of nodes, as numbers: they are told apart in the innermost loop. */
export const node = {
  deny: 0,
  allow: 1,
  /** Is the pair of registers in one of the tables? */
  pair: 2,
  /** Is there one row with this code in the given column? Puts the code beside it into `b`. With several, the first of them. */
  hop: 3,
  /** The next of the rows that a hop found: yes puts it into `b`. */
  more: 4,
  /** The beginning of a climb. */
  enter: 5,
  /** Moves the register `a` on to the code in `b`, unless that closes a circle. */
  climb: 6,
  /** Does the closure say so? */
  test: 7,
  copy: 8,
  same: 9,
  /** A climb whose whole way is a column, and whose question on each step is one pair: a loop of its own. */
  ladder: 10,
} as const;

/** One shape for all kinds, so that the loop that reads them stays fast. */
export interface Node {
  kind: number;
  /** Registers. */
  a: number;
  b: number;
  table: Table | undefined;
  /** Of `pair`, besides `table`. */
  second: Table | undefined;
  others: readonly Table[];
  /** Of `ladder`: the column that leads up. */
  up: Table | undefined;
  /** Of `hop`: which column is given. */
  mask: number;
  /** Of `hop`: several rows lead to the general evaluation. */
  alone: boolean;
  test: (() => boolean) | undefined;
  yes: Node;
  no: Node;
  /** Of `more` and `climb`: the `hop` or `enter` whose state it goes on with. */
  of: Node | undefined;
  /** Of a `hop`: positions in the index of the rows that are left. Of an `enter`: the next step, and the one at which to remember anew. */
  at: number;
  end: number;
  /** Of a climb: a code that was passed. */
  passed: number;
}

function bare(kind: number): Omit<Node, "yes" | "no"> {
  return {
    kind,
    a: 0,
    b: 0,
    table: undefined,
    second: undefined,
    others: [],
    up: undefined,
    mask: 0,
    alone: false,
    test: undefined,
    of: undefined,
    at: 0,
    end: 0,
    passed: -1,
  };
}

function last(kind: number): Node {
  const made = bare(kind) as Node;
  made.yes = made;
  made.no = made;
  return made;
}

export const allow: Node = last(node.allow);
export const deny: Node = last(node.deny);

export function newNode(kind: number, yes: Node, no: Node): Node {
  const made = bare(kind) as Node;
  made.yes = yes;
  made.no = no;
  return made;
}

export interface Flow {
  readonly first: Node;
  readonly registers: Int32Array;
  /** Steps that it may take before the general evaluation, which counts them exactly, is asked. */
  readonly budget: number;
}

/** What a row of a fork counts: much goes on below it, and the general evaluation remembers what it has met. */
const forkSteps = 64;

/** Whether the check holds for what its registers hold; `undefined` when only the general evaluation can say. */
export function follow({ first, registers, budget }: Flow): boolean | undefined {
  let steps = 0;
  for (let at = first; ; ) {
    switch (at.kind) {
      case node.pair: {
        const x = registers[at.a]!;
        const y = registers[at.b]!;
        const { table, second, others } = at;
        const { single } = table!;
        let holds: boolean;
        if (single !== undefined && second === undefined) holds = x < single.length && single[x] === y;
        else {
          const hash = hashPair(x, y);
          holds = table!.hasPair(x, y, hash) || second?.hasPair(x, y, hash) === true;
          if (others.length > 0)
            for (let i = 0; !holds && i < others.length; i++) holds = others[i]!.hasPair(x, y, hash);
        }
        at = holds ? at.yes : at.no;
        break;
      }
      case node.hop: {
        const code = registers[at.a]!;
        const { table, mask } = at;
        at.at = 0;
        at.end = 0;
        const { single } = table!;
        if (mask === 1 && single !== undefined) {
          const value = code < single.length ? single[code]! : -1;
          if (value < 0) at = at.no;
          else {
            registers[at.b] = value;
            at = at.yes;
          }
          break;
        }
        if (table!.count === 0) {
          at = at.no;
          break;
        }
        const index = table!.index(mask);
        const group = index.group1(code);
        const size = group < 0 ? 0 : index.count[group]!;
        if (size === 0) {
          at = at.no;
          break;
        }
        const start = index.start[group]!;
        registers[at.b] = index.pool[start]!;
        if (size > 1) {
          steps += size * forkSteps;
          if (at.alone || steps > budget) return undefined;
          at.at = start + 1;
          at.end = start + size;
        }
        at = at.yes;
        break;
      }
      case node.more: {
        const hop = at.of!;
        if (hop.at < hop.end) {
          registers[hop.b] = hop.table!.index(hop.mask).pool[hop.at++]!;
          at = at.yes;
        } else at = at.no;
        break;
      }
      case node.enter:
        at.passed = -1;
        at.at = 1;
        at.end = 1;
        if (++steps > budget) return undefined;
        at = at.yes;
        break;
      case node.climb: {
        const climb = at.of!;
        const above = registers[at.b]!;
        // A code that was passed before means a circle; the one remembered moves up every 2^n steps (Brent).
        if (above === climb.passed || above === registers[at.a]) {
          at = at.no;
          break;
        }
        if (++steps > budget) return undefined;
        if (climb.at++ === climb.end) {
          climb.passed = above;
          climb.end *= 2;
        }
        registers[at.a] = above;
        at = at.yes;
        break;
      }
      case node.ladder: {
        steps = climb(at, registers, steps, budget);
        if (steps > budget) return undefined;
        at = steps < 0 ? at.yes : at.no;
        steps = Math.abs(steps);
        break;
      }
      case node.test:
        at = at.test!() ? at.yes : at.no;
        break;
      case node.copy:
        registers[at.b] = registers[at.a]!;
        at = at.yes;
        break;
      case node.same:
        at = registers[at.a] === registers[at.b] ? at.yes : at.no;
        break;
      case node.allow:
        return true;
      default:
        return false;
    }
  }
}

/**
 * Goes up a ladder until the pair of `a` and the code that `b` begins with holds, or there is nothing above, or a circle
 * closes. Answers the steps taken so far, below zero when it holds, above the budget when the way forks or is too long.
 */
function climb(ladder: Node, registers: Int32Array, before: number, budget: number): number {
  const { table, second } = ladder;
  const { single } = ladder.up!;
  if (single === undefined) return budget + 1;
  const x = registers[ladder.a]!;
  // Nothing is known about such a one: no step of the way can hold.
  if (x >= table!.domains[0]!.size) return before;
  let y = registers[ladder.b]!;
  let passed = -1;
  let steps = before;
  for (let hop = 1, next = 1; steps++ < budget; hop++) {
    const hash = hashPair(x, y);
    if (table!.hasPair(x, y, hash)) return -steps;
    if (second?.hasPair(x, y, hash) === true) return -steps;
    const above = y < single.length ? single[y]! : -1;
    if (above < 0 || above === passed || above === y) return steps;
    if (hop === next) {
      passed = above;
      next *= 2;
    }
    y = above;
  }
  return budget + 1;
}
