/** Where a GraphQL operation stops being a question and becomes a load. Counted after fragments are expanded. */
export interface OperationLimits {
  /** Levels of fields below the root; introspection does not count. @default 12 */
  readonly depth: number;
  /** @default 50 */
  readonly aliases: number;
  /** @default 20 */
  readonly rootFields: number;
  /** Directives written in the operation. @default 20 */
  readonly directives: number;
  /** Lexical tokens of the document. @default 2000 */
  readonly tokens: number;
}

/** What a client may hold open. Times are in milliseconds. */
export interface ConnectionLimits {
  /** Until the headers of a request are there. @default 10,000 */
  readonly headersTime: number;
  /** Until a request is there with its body. @default 30,000 */
  readonly requestTime: number;
  /** Without a further request. @default 5,000 */
  readonly idleTime: number;
  /** Connections of all clients together; what comes beyond is closed at once. @default 10,000 */
  readonly connections: number;
}

/** What differs between a developer's machine and production, and can be switched one by one. */
export interface Settings {
  /** Serve the GraphiQL page on the GraphQL path to browsers. @default true, in production false */
  readonly graphiql: boolean;
  /** Answer introspection, and suggest names in validation errors. @default true, in production false */
  readonly introspection: boolean;
  /** Take queries by GET without a header that forces a preflight. @default true, in production false */
  readonly simpleGet: boolean;
}

export const DEFAULT_OPERATION_LIMITS: OperationLimits = {
  depth: 12,
  aliases: 50,
  rootFields: 20,
  directives: 20,
  tokens: 2_000,
};

/** Bytes of a request's body. */
export const DEFAULT_BODY_LIMIT = 1_000_000;

/** How long answering an operation may take, in milliseconds. */
export const DEFAULT_OPERATION_TIME = 10_000;

export const DEFAULT_CONNECTION_LIMITS: ConnectionLimits = {
  headersTime: 10_000,
  requestTime: 30_000,
  idleTime: 5_000,
  connections: 10_000,
};

/** Texts of documents that are kept parsed, and of such that cannot be: some 60 MB of memory at most. */
export const DEFAULT_CACHED_CHARACTERS = 500_000;

/** How long a stop waits for requests that are being answered, in milliseconds. */
export const DEFAULT_DRAIN_TIME = 5_000;

export function defaultSettings(environment: string | undefined): Settings {
  const development = environment !== "production";
  return { graphiql: development, introspection: development, simpleGet: development };
}
