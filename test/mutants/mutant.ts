/*
 * A mutant is one realistic mistake, made on purpose: a piece of `src` with something else in its place. The tests that are
 * named with it have to fail; if they pass, nobody would notice the mistake.
 */

export interface Mutant {
  /** Unique, `folder/what-is-wrong`. */
  readonly name: string;
  /** The mistake in one sentence: what the code now does. */
  readonly mistake: string;
  /** From the root of the repository. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
  /** Where it must be found, cheapest first: test files, or `file::title` for those tests whose title holds the text. */
  readonly tests: readonly string[];
  /** It never ends: it counts as found when the time is up. */
  readonly hangs: boolean;
  /** Why no test could tell it from the right code. It is not run and does not count. */
  readonly noEffect: string | undefined;
  /** Why it is not found although it has an effect: a gap that is known. It is run, and counts. */
  readonly survives: string | undefined;
}

/** What is written down for one mutant of a file. */
export interface Mistake {
  readonly name: string;
  readonly mistake: string;
  readonly find: string;
  readonly replace: string;
  /** In place of the tests of the file. */
  readonly tests?: readonly string[];
  readonly hangs?: boolean;
  readonly noEffect?: string;
  readonly survives?: string;
}

/** The mutants of one file; `tests` are those that should see them. */
export function mutantsOf(file: string, tests: readonly string[], mistakes: readonly Mistake[]): Mutant[] {
  return mistakes.map(({ noEffect, survives, hangs = false, ...mistake }) => ({
    tests,
    ...mistake,
    file,
    hangs,
    noEffect,
    survives,
  }));
}

/** The text with the mistake in it. Throws if the place is not there exactly once. */
export function mutated(text: string, { name, file, find, replace }: Mutant): string {
  const at = text.indexOf(find);
  if (at < 0) throw new Error(`mutant \`${name}\`: \`${find}\` does not stand in ${file}`);
  if (text.indexOf(find, at + 1) >= 0)
    throw new Error(`mutant \`${name}\`: \`${find}\` stands in ${file} more than once`);
  return text.slice(0, at) + replace + text.slice(at + find.length);
}

/** The folder of `src` that a mutant belongs to: `graphql`, `stores`, …; the solver's compiled look-ups are one of their own. */
export function folderOf({ file }: Mutant): string {
  const [, first = "", second = ""] = file.split("/");
  return first === "solver" && second === "relational" ? "solver/relational" : first;
}
