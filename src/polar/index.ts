/** The front end for tools: `arcturus/polar`. */

export { CODES, type Code } from "../diagnostics/codes.js";
export {
  type Diagnostic,
  type Location,
  type RelatedDiagnostic,
  type Severity,
  spanOf,
} from "../diagnostics/diagnostic.js";
export { type RenderOptions, renderDiagnostic, renderDiagnostics } from "../diagnostics/render.js";
export { type Position, Source, type Span } from "../diagnostics/source.js";
export type * from "./ast.js";
export { checkFact, type FactRefusal } from "./check-fact.js";
export { formatPolicy } from "./format.js";
export { loadGoal } from "./goal.js";
export type { SyntaxLimits } from "./lexer.js";
export { loadPolicy } from "./load.js";
export { type ParsedPolicy, type PolicyText, parsePolicy } from "./parse-policy.js";
export { parseFile, parseGoalText } from "./parser.js";
export type * from "./policy.js";
export { orgRoles, type Prelude, resourceRoles } from "./preludes.js";
export { printCondition, printFile, printHead, printPattern, printStatement, printTerm } from "./printer.js";
