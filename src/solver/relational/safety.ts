import type { Argument, Clause, Goal, Operand } from "./clauses.js";
import type { Inference } from "./inference.js";
import { anything, type Known, knownOperand, knownValue, meetKnown, type TypeNames, typeOf } from "./known.js";

/*
 * Whether a call can be answered here exactly as the machine answers it. The machine takes goals from left to right,
 * comparisons and negations wait for their variables; this solver takes them in an order of its own. Both have the same
 * answers unless the machine meets an error on its way. So its way is followed here in the abstract, with types instead of
 * values; when an error or a construct of the machine alone can lie on it, the call is not for us.
 */

/** More kinds of calls than this: too many to look at. */
const mostCalls = 20_000;

export class Safety {
  readonly #inference: Inference;
  readonly #safe = new Set<string>();
  #visiting = new Set<string>();

  constructor(inference: Inference) {
    this.#inference = inference;
  }

  /** Whether nothing that such a call can reach fails or is beyond this solver. */
  isSafe(predicate: string, args: readonly Known[]): boolean {
    this.#visiting = new Set();
    const safe = this.#call(predicate, args);
    if (safe) for (const key of this.#visiting) this.#safe.add(key);
    return safe;
  }

  #call(predicate: string, args: readonly Known[]): boolean {
    const key = keyOf(predicate, args);
    if (this.#safe.has(key) || this.#visiting.has(key)) return true;
    if (this.#visiting.size >= mostCalls) return false;
    this.#visiting.add(key);
    for (const clause of this.#inference.clauses(predicate, args)) if (!this.#clause(clause, args)) return false;
    return true;
  }

  #clause(clause: Clause, args: readonly Known[]): boolean {
    const cells: Cell[] = Array.from({ length: clause.variables }, () => ({ known: anything }));
    for (const [i, param] of clause.params.entries()) if (!unify(cells, param, args[i]!)) return true;
    return this.#goals(clause.goals, cells);
  }

  #goals(goals: readonly Goal[], cells: Cell[]): boolean {
    const waiting: Waiting[] = [];
    for (const goal of goals) {
      if (goal.kind === "compare" || goal.kind === "not") waiting.push(goal);
      else if (goal.kind === "branch-end") {
        if (waiting.length > 0) return false;
      } else {
        const outcome = this.#step(goal, cells);
        if (outcome !== "goes on") return outcome === "dead";
      }
      for (let i = 0; i < waiting.length; ) {
        const waited = waiting[i]!;
        if (!isReady(waited, cells)) i++;
        else {
          waiting.splice(i, 1);
          if (!this.#run(waited, cells)) return false;
        }
      }
    }
    return waiting.length === 0;
  }

  /** One goal. Dead: it has no answer, so nothing to its right runs. */
  #step(goal: Exclude<Goal, Waiting>, cells: Cell[]): "goes on" | "dead" | "unsafe" {
    const known = (argument: Argument): Known => knownOf(cells, argument);
    switch (goal.kind) {
      case "call": {
        const args = goal.args.map(known);
        if (!this.#call(goal.predicate, args)) return "unsafe";
        const outputs = this.#inference.outputs(goal.predicate, args);
        if (outputs === undefined) return "dead";
        for (const [i, argument] of goal.args.entries()) {
          const { types, open } = outputs[i]!;
          const bound = args[i]!.bound || !open;
          if (!unify(cells, argument, { bound, types, text: undefined })) return "dead";
        }
        return "goes on";
      }
      case "type": {
        const types = this.#inference.typesOf(goal.type, goal.exact);
        const variable: Argument = { kind: "variable", index: goal.variable };
        return unify(cells, variable, { ...anything, types }) ? "goes on" : "dead";
      }
      case "unify": {
        if (goal.left.kind === "variable" && goal.right.kind === "variable")
          return link(cells, goal.left.index, goal.right.index) ? "goes on" : "dead";
        const [argument, value] = goal.left.kind === "variable" ? [goal.left, goal.right] : [goal.right, goal.left];
        return unify(cells, argument, known(value)) ? "goes on" : "dead";
      }
      case "in": {
        const types = new Set(goal.values.map(typeOf));
        return unify(cells, goal.element, { bound: true, types, text: undefined }) ? "goes on" : "dead";
      }
      case "truth": {
        const cell = cells[goal.variable]!;
        const { types, bound } = cell.known;
        // Any other value is an error there.
        if (types === undefined ? bound : types.size !== 1 || !types.has("Boolean")) return "unsafe";
        cell.known = knownValue(true);
        return "goes on";
      }
      case "fail":
        return "dead";
      default:
        return "unsafe";
    }
  }

  #run(goal: Waiting, cells: readonly Cell[]): boolean {
    if (goal.kind === "not") return goal.alternatives.every((goals) => this.#goals(goals, copy(cells)));
    const known = (argument: Argument): Known => knownOf(cells, argument);
    return comparable(goal.operator, knownOperand(goal.left, known).types, knownOperand(goal.right, known).types);
  }
}

type Waiting = Extract<Goal, { kind: "compare" | "not" }>;

/** What is known of a variable. Variables that were unified share one. */
interface Cell {
  known: Known;
}

function keyOf(predicate: string, args: readonly Known[]): string {
  return JSON.stringify([
    predicate,
    ...args.map(({ bound, types, text }) => [bound, text ?? null, types === undefined ? null : [...types].sort()]),
  ]);
}

function knownOf(cells: readonly Cell[], argument: Argument): Known {
  return argument.kind === "variable" ? cells[argument.index]!.known : knownValue(argument.value);
}

function unify(cells: readonly Cell[], argument: Argument, with_: Known): boolean {
  const met = meetKnown(knownOf(cells, argument), with_);
  if (met !== undefined && argument.kind === "variable") cells[argument.index]!.known = met;
  return met !== undefined;
}

function link(cells: Cell[], a: number, b: number): boolean {
  const [left, right] = [cells[a]!, cells[b]!];
  if (left === right) return true;
  const known = meetKnown(left.known, right.known);
  if (known === undefined) return false;
  left.known = known;
  for (let i = 0; i < cells.length; i++) if (cells[i] === right) cells[i] = left;
  return true;
}

function copy(cells: readonly Cell[]): Cell[] {
  const copies = new Map<Cell, Cell>();
  return cells.map((cell) => {
    let made = copies.get(cell);
    if (made === undefined) copies.set(cell, (made = { known: cell.known }));
    return made;
  });
}

function isReady(goal: Waiting, cells: readonly Cell[]): boolean {
  if (goal.kind === "not") return goal.outer.every((variable) => cells[variable]!.known.bound);
  return [goal.left, goal.right].every((side: Operand) => side.kind === "now" || knownOf(cells, side).bound);
}

const plain: ReadonlySet<string> = new Set(["Integer", "String", "Boolean"]);

/** Whether values of such types can be compared without an error, whichever they are. */
function comparable(operator: string, left: TypeNames, right: TypeNames): boolean {
  if (left === undefined || right === undefined) return false;
  const ordering = operator !== "==" && operator !== "!=";
  for (const a of left)
    for (const b of right) {
      if (plain.has(a) && plain.has(b) ? a !== b : ordering || unsure(a) || unsure(b)) return false;
    }
  return true;
}

/** Types whose values have no identity. */
function unsure(type: string): boolean {
  return type === "Float" || type === "List" || type === "Dictionary";
}
