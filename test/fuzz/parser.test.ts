import { expect, it } from "vitest";
import { fuzzParser } from "./parser.js";

it("survives 20,000 hostile texts, prints and formats what parses, and points into the text for the rest", () => {
  const report = fuzzParser({ count: 20_000, seed: 1 });
  expect(report.failures).toEqual([]);
}, 300_000);
