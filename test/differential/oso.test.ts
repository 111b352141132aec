import { expect, test } from "vitest";
import { firstSeed, runs } from "../support/effort.js";
import { compareWithOso } from "./oso.js";
import { compareBlocks } from "./oso-blocks.js";

const policies = runs(400);
const goals = 10;
const blocks = runs(40);

test(`${policies * goals} random goals have the same answers here and in the oso package`, {
  timeout: 1_800_000,
}, async () => {
  const report = await compareWithOso(firstSeed, policies, goals);
  expect(report.differences).toEqual([]);
  expect(report.goals).toBe(policies * goals);
  // The generator must keep finding something to compare.
  expect(report.incomparable / report.goals).toBeLessThan(0.1);
  expect(report.errors / report.goals).toBeLessThan(0.02);
  expect(report.answers / report.goals).toBeGreaterThan(0.3);
});

test("random resource blocks allow the same in the oso package, over the same objects here, and over facts", {
  timeout: 1_800_000,
}, async () => {
  const report = await compareBlocks(firstSeed, blocks);
  expect(report.differences).toEqual([]);
  expect(report.decisions).toBeGreaterThan(20 * blocks);
  expect(report.allowed).toBeGreaterThan(report.decisions / 20);
  expect(report.allowed).toBeLessThan(report.decisions * 0.9);
});
