export { createEngine } from "./create-engine.js";
export { type AssertionReport, runTests, type TestOptions, type TestReport } from "./test-runner.js";
export type {
  Engine,
  EngineOptions,
  EngineStatus,
  GrantingRule,
  GrantQuestion,
  Grants,
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
