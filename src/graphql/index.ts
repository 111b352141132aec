export { authorizeSchema } from "./authorize-schema.js";
export {
  type AuthorizedConnection,
  type AuthorizedConnectionOptions,
  authorizedConnection,
  type ConnectionArguments,
  type ConnectionPageInfo,
  type PageRequest,
} from "./authorized-connection.js";
export type { Authorization } from "./context-authorization.js";
export { type Coverage, coverage } from "./coverage.js";
export type { CoveredBy } from "./coverage-check.js";
export type { CoverageEntry, CoverageGuard } from "./coverage-entries.js";
export type { TracedSpan, Tracer, Tracing } from "./decision-spans.js";
export {
  type AuthorizeArguments,
  type AuthorizeDeny,
  type AuthorizeOn,
  authorize,
  authorizeDirective,
  type DirectiveExtensions,
  everybody,
} from "./directive.js";
export { type AuthorizationCode, AuthorizationError } from "./errors.js";
export type {
  Actor,
  Decision,
  GraphQLTypeOptions,
  GuardEngine,
  GuardLimits,
  UseAuthorizationOptions,
  UseAuthorizationOptions as AuthorizationOptions,
  VisibilityOptions,
} from "./options.js";
export { useAuthorization } from "./plugin.js";
export { type ProblemCode, SchemaError, type SchemaProblem } from "./problems.js";
