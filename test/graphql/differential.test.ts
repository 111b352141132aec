import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { firstSeed, isNightly, runs } from "../support/effort.js";
import { defects } from "./oracle/defects.js";
import { failures } from "./oracle/failing.js";
import { compare, compareFailing } from "./oracle/oracle.js";
import { Shapes } from "./oracle/shapes.js";
import { major } from "./support/executors.js";

/*
 * The guarded server over all data must answer what the plain server answers over the data that is left when every row has
 * been asked about, one by one. GraphQL reference, section 13. A case is one operation of one actor.
 */

const extent = { dataSets: 2, operations: 60 };
/** A seed is one schema, one policy, and one way in which the engine answers. */
const seeds = runs(major === 16 ? 14 : 2);
const failingSeeds = runs(major === 16 ? 12 : 2);
const shapes = new Shapes();

// Denials are errors: what it costs to say where they were made is not what is looked at here.
const { stackTraceLimit } = Error;
beforeAll(() => {
  Error.stackTraceLimit = 0;
});
afterAll(() => {
  Error.stackTraceLimit = stackTraceLimit;
  if (isNightly) console.log(shapes.table());
});

describe("a guarded server", () => {
  test("answers what a plain server answers over the data that the actor may see", async () => {
    let cases = 0;
    for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
      const difference = await compare(seed, extent, () => cases++, { shapes });
      if (difference !== undefined) throw new Error(difference.report);
    }
    expect(cases).toBe(seeds * extent.dataSets * extent.operations * 3);
  }, 600_000);

  test("whose engine fails in the middle tells it where something is missing, and asks again", async () => {
    for (let seed = firstSeed; seed < firstSeed + failingSeeds; seed++) {
      const difference = await compareFailing(seed, 100, () => {}, { shapes });
      if (difference !== undefined) throw new Error(difference.report);
    }
  }, 600_000);

  test.runIf(major === 16)("is looked at in every shape that there is", () => {
    expect(shapes.missing).toEqual([]);
    expect(failures.filter((how) => !shapes.has(`failure: ${how}`))).toEqual([]);
  });
});

describe.runIf(major === 16)("a defect is found", () => {
  /** By as many cases as this; each seed is an API that may not have what is broken. */
  const most = 6_000;

  test.each(defects)(
    "$name",
    async (defect) => {
      let cases = 0;
      for (let seed = 1; cases < most; seed++) {
        const difference =
          defect.isAboutFailures === true
            ? await compareFailing(seed, 60, () => cases++, { defect })
            : await compare(seed, { dataSets: 1, operations: 60 }, () => cases++, { defect });
        if (difference !== undefined) return;
      }
      expect(`not found by ${cases} cases`).toBe("found");
    },
    60_000,
  );
});
