import type { Mutant } from "../mutant.js";
import { engine } from "./engine.js";
import { facts } from "./facts.js";
import { graphqlQuestions } from "./graphql-questions.js";
import { relational } from "./relational.js";
import { stores } from "./stores.js";

/** Every mutant, one file for each folder of `src`. */
export const allMutants: readonly Mutant[] = [...engine, ...facts, ...graphqlQuestions, ...relational, ...stores];
