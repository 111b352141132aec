export { createEngine } from "./create-engine.js";
export type {
  Engine,
  EngineOptions,
  Logger,
  Misfits,
  PolicyInput,
  PolicyMetadata,
  QueryOptions,
  QuestionOptions,
  Subject,
  TypeMetadata,
  Value,
  Writer,
} from "./types.js";
