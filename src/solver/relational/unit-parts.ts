import type { Table } from "../../facts/tables-table.js";
import { anything, type Known, knownValue, only } from "./known.js";
import type { ArgumentMode, Step, Unit } from "./plan.js";

/** Looks a row up when all of its columns are given, else goes through those that fit. */
export function tableStep(table: Table, columns: readonly number[], mask: number): Step {
  if (mask === (1 << columns.length) - 1) return { kind: "has", table, columns };
  return { kind: "rows", table, columns, mask };
}

/** What is known of an argument that is used like this. */
export function knownMode(mode: ArgumentMode): Known {
  switch (mode.kind) {
    case "text":
      return knownValue(mode.text);
    case "ignored":
      return { ...anything, types: mode.types === undefined ? undefined : new Set(mode.types) };
    default:
      return { bound: mode.kind === "in", types: only(mode.domain.name), text: undefined };
  }
}

export function isUnnamed(mode: ArgumentMode): boolean {
  return mode.kind === "out" && mode.unnamed === true;
}

/** The register of the unit that holds this code. */
export function constant(unit: Unit, code: number): number {
  for (const [register, held] of unit.constants) if (held === code) return register;
  unit.constants.set(unit.registers, code);
  return unit.registers++;
}
