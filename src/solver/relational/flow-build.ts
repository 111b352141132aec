import type { Table } from "../../facts/tables-table.js";
import { allow, deny, type Flow, type Node, newNode, node } from "./flow.js";
import { callsOf, type Plan, type Step, type Unit } from "./plan.js";
import type { Run } from "./runtime.js";
import { compileSteps, holds } from "./steps.js";

/** A larger chart is not drawn: calls would be drawn again at every place that makes them. */
const mostNodes = 256;
/** A fraction of a millisecond: below it nobody has to look at the clock, or to let others have their turn. */
const mostSteps = 16_384;

type Call = Extract<Step, { kind: "call" }>;

/** Thrown while drawing: something that a flow chart cannot hold. */
class Involved extends Error {}

/**
 * The flow chart of a unit that is a check and was compiled; `undefined` when it takes more than that. `forks`: drawn for
 * rows of which there may be several. Without it, several rows where one was known mean the general evaluation.
 */
export function flowOf(unit: Unit, run: Run, forks: boolean): Flow | undefined {
  const drawing = new Drawing(unit.modes.length, forks);
  try {
    const first = drawing.unit(
      unit,
      unit.modes.map((_, i) => i),
      allow,
      deny,
    );
    return { first, registers: drawing.finish(run), budget: Math.min(run.limits.steps, mostSteps) };
  } catch (error) {
    if (error instanceof Involved) return undefined;
    throw error;
  }
}

/** The registers of one unit, as the drawing numbers them. */
type Names = (register: number) => number;

class Drawing {
  readonly #forks: boolean;
  #registers: number;
  #nodes = 0;
  /** Above 0 inside the way onward of a climb, which must not fork. */
  #climbing = 0;
  readonly #constants = new Map<number, number>();
  readonly #tests: { readonly at: Node; readonly step: Step }[] = [];

  constructor(registers: number, forks: boolean) {
    this.#registers = registers;
    this.#forks = forks;
  }

  /** All registers, with the constants in theirs. */
  finish(run: Run): Int32Array {
    const registers = new Int32Array(this.#registers);
    for (const [code, register] of this.#constants) registers[register] = code;
    const callable = (): never => {
      throw new Error("a test calls nothing");
    };
    for (const { at, step } of this.#tests)
      at.test = compileSteps({ run, registers, callable }, [step], 0, { kind: "goal", goal: holds });
    return registers;
  }

  /** `args`: the registers of its arguments, -1 for those that nobody looks at. */
  unit(unit: Unit, args: readonly number[], yes: Node, no: Node): Node {
    if (unit.outputs.length > 0) throw new Involved();
    if (unit.recursive) return this.#climb(unit, args, yes, no);
    return this.#plans(unit.plans, this.#names(unit, args), yes, no);
  }

  #names(unit: Unit, args: readonly number[]): Names {
    const names = new Map<number, number>();
    for (const input of unit.inputs) names.set(input, args[input]!);
    return (register) => {
      let name = names.get(register);
      if (name === undefined) {
        const code = unit.constants.get(register);
        name = code === undefined ? this.#registers++ : this.#constant(code);
        names.set(register, name);
      }
      return name;
    };
  }

  #constant(code: number): number {
    let register = this.#constants.get(code);
    if (register === undefined) this.#constants.set(code, (register = this.#registers++));
    return register;
  }

  #node(kind: number, yes: Node, no: Node): Node {
    if (++this.#nodes > mostNodes) throw new Involved();
    return newNode(kind, yes, no);
  }

  /** Look-ups of one pair come first, in one node; then the other plans, each when the one before failed. */
  #plans(plans: readonly Plan[], names: Names, yes: Node, no: Node): Node {
    const pairs: Node[] = [];
    const others: Plan[] = [];
    for (const plan of plans) {
      const [step] = plan.steps;
      if (plan.steps.length !== 1 || step?.kind !== "has" || step.columns.length !== 2) {
        others.push(plan);
        continue;
      }
      const [a, b] = step.columns.map(names) as [number, number];
      const known = pairs.find((pair) => pair.a === a && pair.b === b);
      if (known === undefined) {
        const pair = this.#node(node.pair, yes, no);
        Object.assign(pair, { a, b, table: step.table });
        pairs.push(pair);
      } else if (known.second === undefined) known.second = step.table;
      else known.others = [...known.others, step.table];
    }
    let next = others.reduceRight((after, plan) => this.#steps(plan.steps, 0, names, yes, after), no);
    for (const pair of pairs.reverse()) {
      pair.no = next;
      next = pair;
    }
    return next;
  }

  #steps(steps: readonly Step[], i: number, names: Names, yes: Node, no: Node): Node {
    const step = steps[i];
    if (step === undefined) return yes;
    const rest = (failing: Node): Node => this.#steps(steps, i + 1, names, yes, failing);
    switch (step.kind) {
      case "has": {
        if (step.columns.length !== 2) return this.#test(step, names, rest(no), no);
        const [a, b] = step.columns.map(names) as [number, number];
        return Object.assign(this.#node(node.pair, rest(no), no), { a, b, table: step.table });
      }
      case "rows":
        return this.#rows(step, names, rest, no);
      case "call": {
        const args = step.args.map((register) => (register < 0 ? -1 : names(register)));
        return this.unit(step.unit, args, rest(no), no);
      }
      case "not": {
        const after = rest(no);
        return step.alternatives.reduceRight((next, inner) => this.#steps(inner, 0, names, no, next), after);
      }
      case "copy":
        return Object.assign(this.#node(node.copy, rest(no), no), { a: names(step.from), b: names(step.to) });
      case "same":
        return Object.assign(this.#node(node.same, rest(no), no), { a: names(step.left), b: names(step.right) });
      case "each-of": {
        if (this.#climbing > 0) throw new Involved();
        const b = names(step.register);
        return step.codes.reduceRight(
          (next, code) => Object.assign(this.#node(node.copy, rest(next), no), { a: this.#constant(code), b }),
          no,
        );
      }
      case "one-of":
        return this.#test(step, names, rest(no), no);
      case "compare":
        if (step.left === "now" || step.right === "now") throw new Involved();
        return this.#test(step, names, rest(no), no);
      default:
        throw new Involved();
    }
  }

  #rows(step: Extract<Step, { kind: "rows" }>, names: Names, rest: (failing: Node) => Node, no: Node): Node {
    const { table, columns, mask } = step;
    if (columns.length !== 2 || mask === 0) throw new Involved();
    const [given, found] = (mask === 1 ? [0, 1] : [1, 0]).map((column) => names(columns[column]!)) as [number, number];
    const alone = this.#climbing > 0 || (!this.#forks && mask === 1 && table.single !== undefined);
    const hop = Object.assign(this.#node(node.hop, no, no), { a: given, b: found, table, mask, alone });
    if (alone) {
      hop.yes = rest(no);
      return hop;
    }
    const more = Object.assign(this.#node(node.more, no, no), { of: hop });
    hop.yes = rest(more);
    more.yes = hop.yes;
    return hop;
  }

  #test(step: Step, names: Names, yes: Node, no: Node): Node {
    const at = this.#node(node.test, yes, no);
    this.#tests.push({ at, step: withNames(step, names) });
    return at;
  }

  /** The commonest climb of all, if it is this one. */
  #ladder(
    unit: Unit,
    args: readonly number[],
    from: number,
    direct: readonly Plan[],
    onward: Plan,
    yes: Node,
    no: Node,
  ): Node | undefined {
    const [up] = onward.steps;
    const found = onePair(direct);
    if (this.#forks || found === undefined || onward.steps.length !== 2 || up?.kind !== "rows") return undefined;
    const [given, above] = up.columns;
    if (up.mask !== 1 || up.columns.length !== 2 || given !== from || up.table.single === undefined) return undefined;
    if (above !== (onward.steps[1] as Call).args[from]) return undefined;
    const [a, b] = found.columns as [number, number];
    if (b !== from || !unit.inputs.includes(a)) return undefined;
    const [table, second] = found.tables;
    return Object.assign(this.#node(node.ladder, yes, no), { a: args[a]!, b: args[b]!, table, second, up: up.table });
  }

  /** From one thing to the one above it, everything else staying as it is: the only recursion without a memory. */
  #climb(unit: Unit, args: readonly number[], yes: Node, no: Node): Node {
    const direct: Plan[] = [];
    let onward: Plan | undefined;
    for (const plan of unit.plans) {
      const back = [...callsOf(plan.steps)].filter((call) => call.unit.component === unit.component);
      if (back.length === 0) direct.push(plan);
      else if (back.length > 1 || onward !== undefined || plan.steps.at(-1) !== back[0]) throw new Involved();
      else onward = plan;
    }
    const back = onward?.steps.at(-1) as Call | undefined;
    if (back?.unit !== unit) throw new Involved();
    const moved = unit.inputs.filter((input) => back.args[input] !== input);
    const [from] = moved;
    if (from === undefined || moved.length > 1) throw new Involved();
    const ladder = this.#ladder(unit, args, from, direct, onward!, yes, no);
    if (ladder !== undefined) return ladder;
    const own = args.slice();
    own[from] = this.#registers++;
    const names = this.#names(unit, own);
    const enter = this.#node(node.enter, no, no);
    const climb = Object.assign(this.#node(node.climb, no, no), {
      a: own[from]!,
      b: names(back.args[from]!),
      of: enter,
    });
    this.#climbing++;
    const up = this.#steps(onward!.steps.slice(0, -1), 0, names, climb, no);
    this.#climbing--;
    enter.yes = this.#plans(direct, names, yes, up);
    climb.yes = enter.yes;
    return Object.assign(this.#node(node.copy, enter, no), { a: args[from]!, b: own[from]! });
  }
}

/** The one pair that all of these plans look for, in one or two tables. */
function onePair(
  plans: readonly Plan[],
): { readonly columns: readonly number[]; readonly tables: Table[] } | undefined {
  const tables: Table[] = [];
  let columns: readonly number[] | undefined;
  for (const { steps } of plans) {
    const [step] = steps;
    if (steps.length !== 1 || step?.kind !== "has" || step.columns.length !== 2) return undefined;
    columns ??= step.columns;
    if (step.columns[0] !== columns[0] || step.columns[1] !== columns[1]) return undefined;
    tables.push(step.table);
  }
  return columns === undefined || tables.length > 2 ? undefined : { columns, tables };
}

/** A step that finds nothing, over the registers of the drawing. */
function withNames(step: Step, names: Names): Step {
  switch (step.kind) {
    case "has":
      return { ...step, columns: step.columns.map(names) };
    case "one-of":
      return { ...step, register: names(step.register) };
    case "compare":
      return {
        ...step,
        left: step.left === "now" ? "now" : names(step.left),
        right: step.right === "now" ? "now" : names(step.right),
      };
    default:
      return step;
  }
}
