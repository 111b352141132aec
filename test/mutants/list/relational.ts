import { type Mutant, mutantsOf } from "../mutant.js";

export const relational: readonly Mutant[] = [
  ...mutantsOf(
    "src/solver/relational/flow-build.ts",
    ["test/solver/flow.test.ts"],
    [
      {
        name: "relational/not-keeps-the-first-alternative",
        mistake: "of `not (a or b)` only the first alternative is kept",
        find: "step.alternatives.reduceRight",
        replace: "step.alternatives.slice(0, 1).reduceRight",
      },
    ],
  ),
];
