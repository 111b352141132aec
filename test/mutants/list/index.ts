import type { Mutant } from "../mutant.js";
import { cli } from "./cli.js";
import { diagnostics } from "./diagnostics.js";
import { engine } from "./engine.js";
import { facts } from "./facts.js";
import { graphqlAnswers } from "./graphql-answers.js";
import { graphqlQuestions } from "./graphql-questions.js";
import { polar } from "./polar.js";
import { relational } from "./relational.js";
import { server } from "./server.js";
import { solver } from "./solver.js";
import { stores } from "./stores.js";
import { testing } from "./testing.js";

/** Every mutant, one file for each folder of `src`. */
export const allMutants: readonly Mutant[] = [
  ...cli,
  ...diagnostics,
  ...engine,
  ...facts,
  ...graphqlAnswers,
  ...graphqlQuestions,
  ...polar,
  ...relational,
  ...server,
  ...solver,
  ...stores,
  ...testing,
];
