import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defects } from "./oracle/defects.js";
import { compare } from "./oracle/oracle.js";
import { major } from "./support/executors.js";

/*
 * The guarded server over all data must answer what the plain server answers over the data that is left when every row has
 * been asked about, one by one. GraphQL reference, section 13. A case is one operation of one actor.
 */

const extent = { dataSets: 5, operations: 84 };
const casesOfSeed = extent.dataSets * extent.operations * 3;
/** A seed is one schema and one policy. */
const seeds = Number(process.env["ARCTURUS_DIFFERENTIAL_SEEDS"] ?? (major === 16 ? 40 : 2));

// Denials are errors: what it costs to say where they were made is not what is looked at here.
const { stackTraceLimit } = Error;
beforeAll(() => {
  Error.stackTraceLimit = 0;
});
afterAll(() => {
  Error.stackTraceLimit = stackTraceLimit;
});

describe("a guarded server", () => {
  test(`answers what a plain server answers over the data that the actor may see: ${seeds * casesOfSeed} cases`, async () => {
    let cases = 0;
    for (let seed = 1; seed <= seeds; seed++) {
      const difference = await compare(seed, extent, () => cases++);
      if (difference !== undefined) throw new Error(difference.report);
    }
    expect(cases).toBe(seeds * casesOfSeed);
  }, 600_000);
});

describe.runIf(major === 16)("a defect is found", () => {
  /** By as many cases as this; each seed is an API that may not have what is broken. */
  const most = 6_000;

  test.each(defects)(
    "$name",
    async (defect) => {
      let cases = 0;
      for (let seed = 1; cases < most; seed++) {
        const difference = await compare(seed, { dataSets: 1, operations: 84 }, () => cases++, defect);
        if (difference !== undefined) return;
      }
      expect(`not found by ${cases} cases`).toBe("found");
    },
    60_000,
  );
});
