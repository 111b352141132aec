export type { Diagnostic, Location, RelatedDiagnostic, Severity } from "./diagnostics/diagnostic.js";
export {
  ArcturusError,
  ConfigError,
  EvaluationError,
  InputError,
  LimitError,
  PolicyError,
  type RuleFrame,
  StoreError,
  UnsupportedFilterError,
} from "./diagnostics/errors.js";
export {
  type AssertionReport,
  createEngine,
  type Engine,
  type EngineOptions,
  type EngineStatus,
  type GrantingRule,
  type GrantQuestion,
  type Grants,
  type Logger,
  type Misfits,
  type PolicyInput,
  type PolicyMetadata,
  type QueryOptions,
  type QuestionOptions,
  runTests,
  type Subject,
  type TestOptions,
  type TestReport,
  type TypeMetadata,
  type Value,
  type Writer,
} from "./engine/index.js";
export {
  entity,
  type Fact,
  type FactArgument,
  type FactPattern,
  type FactPatternArgument,
  type FactStore,
  isReference,
  type Reference,
  type WriteResult,
} from "./facts/index.js";
export type { Filter, FilterCondition } from "./filter/filter.js";
export { toPredicate } from "./filter/predicate.js";
export type { Attempt, Derivation, Explanation } from "./solver/explanation.js";
export { type RelationOptions, TypedObject, type TypeOptions } from "./solver/host.js";
export { defaultLimits, type Limits } from "./solver/limits.js";
export { memoryStore } from "./stores/memory/index.js";
