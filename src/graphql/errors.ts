import { type ASTNode, GraphQLError } from "graphql";

/** What `extensions.code` says. GraphQL reference, section 7. */
export type AuthorizationCode =
  | "UNAUTHENTICATED"
  | "FORBIDDEN"
  | "NOT_FOUND"
  | "BAD_USER_INPUT"
  | "AUTHORIZATION_UNAVAILABLE";

/** One constant text per code: it names no type, field, action, id, actor or policy. */
const messages: Readonly<Record<AuthorizationCode, string>> = {
  UNAUTHENTICATED: "you have to log in for this",
  FORBIDDEN: "you are not allowed to do this",
  NOT_FOUND: "there is nothing here",
  BAD_USER_INPUT: "that argument cannot be used",
  AUTHORIZATION_UNAVAILABLE: "it could not be found out whether you are allowed to do this",
};

export interface ErrorPlace {
  readonly nodes?: readonly ASTNode[];
  readonly path?: readonly (string | number)[];
}

/**
 * A denial as it stands in a response. Made at the point of denial; path and location come from the executor.
 * `extensions` holds `code` alone, and the cause of a failure is never attached: servers print `originalError`.
 */
export class AuthorizationError extends GraphQLError {
  /** `place` when it stands elsewhere than where it is thrown. */
  constructor(code: AuthorizationCode, place: ErrorPlace = {}) {
    super(messages[code], { ...place, extensions: { code } });
    this.name = "AuthorizationError";
  }

  get code(): AuthorizationCode {
    return this.extensions["code"] as AuthorizationCode;
  }
}

/** Whether an error of a response, or what stands behind it, is a denial of this layer. */
export function isAuthorizationError(error: unknown): boolean {
  if (error instanceof AuthorizationError) return true;
  return error instanceof Error && "originalError" in error && error.originalError instanceof AuthorizationError;
}

/**
 * The one error of an operation that is refused as a whole. Servers answer 401 or 403 then; how is said in a way that
 * does not show in the body.
 */
export function wholeOperationError(code: AuthorizationCode): AuthorizationError {
  const error = new AuthorizationError(code);
  const status = code === "UNAUTHENTICATED" ? 401 : code === "FORBIDDEN" ? 403 : undefined;
  if (status !== undefined) {
    Object.defineProperty(error.extensions, "http", { value: { status }, enumerable: false, configurable: true });
  }
  return error;
}
