import { folderOf, type Mutant } from "./mutant.js";
import type { Outcome } from "./run-tests.js";

/** What became of one mutant. */
export interface Result {
  readonly mutant: Mutant;
  readonly outcome: Outcome | { readonly kind: "does not compile" };
  readonly seconds: number;
}

export interface Score {
  readonly folder: string;
  readonly found: number;
  readonly of: number;
  /** In seconds. */
  readonly slowest: number;
  /** At least nine in ten are found, and every other one is known and has its reason. */
  readonly isGood: boolean;
}

/** How many of those that have an effect are found in each folder of `src`. */
export function scores(results: readonly Result[]): Score[] {
  const folders = [...new Set(results.map(({ mutant }) => folderOf(mutant)))].sort();
  return folders.map((folder) => {
    const own = results.filter(({ mutant }) => folderOf(mutant) === folder);
    const counted = own.filter(({ outcome }) => outcome.kind !== "does not compile");
    const found = counted.filter(isFound);
    const isExpected = own.every((result) => isFound(result) !== (result.mutant.survives !== undefined));
    return {
      folder,
      found: found.length,
      of: counted.length,
      slowest: Math.max(0, ...found.map(({ seconds }) => seconds)),
      isGood: isExpected && found.length >= 0.9 * counted.length,
    };
  });
}

export function isFound({ mutant, outcome }: Result): boolean {
  return outcome.kind === "failed" || (outcome.kind === "time is up" && mutant.hangs);
}

/** The scores, and every mutant that was not found, with the reason that is known. */
export function table(results: readonly Result[], withoutEffect: readonly Mutant[]): string {
  const rows = scores(results).map(({ folder, found, of, slowest }) => [folder, found, of, slowest] as const);
  const total = [
    "all",
    rows.reduce((sum, row) => sum + row[1], 0),
    rows.reduce((sum, row) => sum + row[2], 0),
    Math.max(0, ...rows.map((row) => row[3])),
  ] as const;
  const lines = [
    `${"folder".padEnd(20)} found    of  score  slowest`,
    ...[...rows, total].map(
      ([folder, found, of, slowest]) =>
        `${folder.padEnd(20)} ${String(found).padStart(5)} ${String(of).padStart(5)} ${`${Math.floor((100 * found) / (of || 1))} %`.padStart(6)} ${slowest.toFixed(1).padStart(6)} s`,
    ),
  ];
  for (const result of results) {
    const { mutant, outcome } = result;
    if (isFound(result) && mutant.survives !== undefined) {
      lines.push(`found, though the list says that it survives: ${mutant.name}`);
    } else if (!isFound(result)) {
      lines.push(
        `${outcome.kind === "passed" ? "not found" : outcome.kind}: ${mutant.name}: ${mutant.survives ?? "NO REASON IS KNOWN"}`,
      );
    }
  }
  for (const { name, noEffect } of withoutEffect) lines.push(`without effect: ${name}: ${noEffect}`);
  return lines.join("\n");
}
