import type { FactTables, PlainValue } from "../../facts/index.js";
import type { Table } from "../../facts/tables-table.js";
import { ClausePlanning, type UnitSource } from "./clause-planning.js";
import type { Inference } from "./inference.js";
import { type ArgumentMode, type Step, type Unit, Unsupported } from "./plan.js";
import { constant, isUnnamed, knownMode, tableStep } from "./unit-parts.js";

/** More than this is not worth compiling. */
const mostUnits = 20_000;

/** Makes the units that a question needs, and orders the goals of their plans. */
export class Planner implements UnitSource {
  readonly #inference: Inference;
  readonly #tables: FactTables;
  readonly #units = new Map<string, Unit>();
  readonly #unplanned: Unit[] = [];

  constructor(inference: Inference, tables: FactTables) {
    this.#inference = inference;
    this.#tables = tables;
  }

  /** @throws Unsupported */
  plan(predicate: string, modes: readonly ArgumentMode[]): Unit {
    const unit = this.unit(predicate, modes);
    for (let next = this.#unplanned.pop(); next !== undefined; next = this.#unplanned.pop()) this.#planUnit(next);
    return unit;
  }

  /** The unit, to be planned later if it is new. */
  unit(predicate: string, modes: readonly ArgumentMode[]): Unit {
    const key = JSON.stringify([
      predicate,
      ...modes.map((mode) => {
        if (mode.kind === "text") return [mode.kind, mode.text];
        if (mode.kind === "ignored") return [mode.kind, mode.types ?? null];
        return [mode.kind, mode.domain.index, mode.kind === "out" && mode.unnamed === true];
      }),
    ]);
    let unit = this.#units.get(key);
    if (unit === undefined) {
      if (this.#units.size >= mostUnits) throw new Unsupported();
      const positions = (kind: string): number[] => modes.flatMap((mode, i) => (mode.kind === kind ? [i] : []));
      unit = {
        number: this.#units.size,
        predicate,
        modes,
        inputs: positions("in"),
        outputs: positions("out"),
        plans: [],
        registers: modes.length,
        constants: new Map(),
        open: false,
        component: -1,
        recursive: false,
      };
      this.#units.set(key, unit);
      this.#unplanned.push(unit);
    }
    return unit;
  }

  #planUnit(unit: Unit): void {
    const { predicate, modes } = unit;
    const args = modes.map(knownMode);
    for (const table of this.#inference.tables(predicate, args))
      if (!(table.name !== undefined && isUnnamed(modes[1]!)))
        unit.plans.push({ clause: undefined, steps: this.#factSteps(unit, table) });
    for (const clause of this.#inference.clauses(predicate, args)) {
      if (clause.params.some((param, i) => param.kind === "constant" && isUnnamed(modes[i]!))) continue;
      const planning = new ClausePlanning(this, this.#inference, this.#tables, unit, clause);
      for (const steps of planning.plans()) unit.plans.push({ clause, steps });
    }
    if (unit.open && unit.outputs.length > 1) throw new Unsupported();
  }

  code(value: PlainValue): number {
    if (typeof value === "object") return this.#tables.entities(value.type).intern(value.id);
    if (typeof value === "string") return this.#tables.strings.intern(value);
    return typeof value === "bigint" ? this.#tables.integers.intern(value) : value ? 1 : 0;
  }

  #factSteps(unit: Unit, table: Table): Step[] {
    const columns: number[] = [];
    const steps: Step[] = [];
    let mask = 0;
    unit.modes.forEach((mode, i) => {
      const isName = i === 1 && table.name !== undefined;
      if (isName) {
        const name = constant(unit, this.code(table.name!));
        if (mode.kind === "in") steps.unshift({ kind: "same", left: i, right: name });
        if (mode.kind === "out") steps.unshift({ kind: "copy", from: name, to: i });
        return;
      }
      if (mode.kind === "text") columns.push(constant(unit, this.code(mode.text)));
      else columns.push(mode.kind === "ignored" ? unit.registers++ : i);
      if (mode.kind === "in" || mode.kind === "text") mask |= 1 << (columns.length - 1);
    });
    steps.push(tableStep(table, columns, mask));
    return steps;
  }
}
