export { combine, effectiveChange, isConcrete, matchesPattern, PendingFacts } from "./effective-change.js";
export { argumentParts, decodeArguments, decodeParts, encodeArguments, factKey, sameValue } from "./encoding.js";
export type { EffectiveChange, FactChange, FactReader, FactStore, FactWriter } from "./store.js";
export { FactTables } from "./tables.js";
export {
  entity,
  type Fact,
  type FactArgument,
  type FactPattern,
  type FactPatternArgument,
  isReference,
  type PlainValue,
  type Reference,
  type StoredFact,
  type StoredPattern,
  type WriteResult,
} from "./value.js";
