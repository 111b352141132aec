import {
  createServer as createHttpServer,
  type Server as HttpServer,
  type IncomingMessage,
  type RequestListener,
} from "node:http";
import type { AddressInfo } from "node:net";
import type { GraphQLSchema } from "graphql";
import { type CORSOptions, createYoga, type Plugin, useReadinessCheck, type YogaInitialContext } from "graphql-yoga";
import type { Engine } from "../engine/types.js";
import { type UseAuthorizationOptions, useAuthorization } from "../graphql/index.js";
import { createTextCache } from "./document-cache.js";
import { type GraphiqlOptions, useGraphiqlPage } from "./graphiql-page.js";
import { useHiddenSchema } from "./hidden-schema.js";
import { createMetrics, type MetricsOptions } from "./metrics.js";
import { useOperationLimits } from "./operation-limits.js";
import { usePrivateAnswers } from "./private-answers.js";
import { useOneEndpoint, useRequestGuard } from "./request-guard.js";
import {
  type ConnectionLimits,
  DEFAULT_BODY_LIMIT,
  DEFAULT_CACHED_CHARACTERS,
  DEFAULT_CONNECTION_LIMITS,
  DEFAULT_DRAIN_TIME,
  DEFAULT_OPERATION_LIMITS,
  DEFAULT_OPERATION_TIME,
  defaultSettings,
  type OperationLimits,
} from "./settings.js";
import { useTimeLimit } from "./time-limit.js";
import { clientOf, Turns } from "./turns.js";

const ENDPOINT = "/graphql";

/** Receives what is worth knowing to whoever runs the server. Nothing of it reaches a client. */
export interface ServerLogger {
  info(...parts: unknown[]): void;
  warn(...parts: unknown[]): void;
  error(...parts: unknown[]): void;
}

export interface ServerOptions<Context extends object = object>
  extends Omit<UseAuthorizationOptions<YogaInitialContext & Context>, "engine"> {
  /** Decides. It is closed when the server stops. */
  readonly engine: Engine;
  /** The schema as the application made it; the server guards it. */
  readonly schema: GraphQLSchema;
  /** What resolvers find in their context, made anew for each request. */
  readonly context?: (initial: YogaInitialContext) => Context | Promise<Context>;
  /** Further Envelop or Yoga plugins. They run before the guards. @default [] */
  readonly plugins?: readonly Plugin[];
  /** @default what NODE_ENV says; "production" changes the defaults of the settings below */
  readonly environment?: string | undefined;
  /** The GraphiQL page, served from this server's own files to browsers that open /graphql. @default true, in production false */
  readonly graphiql?: boolean | GraphiqlOptions;
  /** Answer introspection, and suggest names in validation errors. @default true, in production false */
  readonly introspection?: boolean;
  /** Take queries by GET without a header that forces a preflight. @default true, in production false */
  readonly simpleGet?: boolean;
  /** Other sites whose pages may use this API, e.g. `["https://app.example.com"]`. @default [] */
  readonly allowedOrigins?: readonly string[];
  /** Bytes of a request's body. @default 1,000,000 */
  readonly bodyLimit?: number;
  /** Limits of one operation, checked before it runs. */
  readonly operationLimits?: Partial<OperationLimits>;
  /**
   * How long answering an operation may take, in milliseconds; then it is aborted and answered with an error. A
   * subscription has that time to begin. `false`: for ever. @default 10,000
   */
  readonly operationTime?: number | false;
  /** What one client may hold open, and for how long. */
  readonly connectionLimits?: Partial<ConnectionLimits>;
  /**
   * Who a request is from. Clients begin their requests in turn, so that one with many does not hold up the others; behind
   * a proxy that you trust, name the client by the header that it sets. @default the address of the connection
   */
  readonly client?: (request: IncomingMessage) => string;
  /** Metrics for Prometheus on a path of this server. @default false */
  readonly metrics?: boolean | MetricsOptions;
  /** How long a stop waits for requests being answered, in milliseconds. @default 5,000 */
  readonly drainTime?: number;
  /** Called at the end of a stop, when no request is left and the engine is closed. */
  readonly onStop?: () => void | Promise<void>;
  /** @default everything to standard error */
  readonly logger?: ServerLogger;
}

const standardError: ServerLogger = { info: console.error, warn: console.warn, error: console.error };

/** Where a server listens. */
export interface ListenOptions {
  /** 0 takes a free one. @default 4000 */
  readonly port?: number;
  /** @default every address of this machine */
  readonly host?: string;
}

export interface Server {
  /** Answers /graphql, /healthz, /readyz and what is switched on; for mounting in an HTTP server of one's own. */
  readonly handler: RequestListener;
  /** Resolves to the URL of the GraphQL API once requests are answered. */
  listen(options?: ListenOptions): Promise<string>;
  /** The metrics as text, to be served elsewhere; empty when they are off. */
  metrics(): Promise<string>;
  /**
   * Stops taking requests, waits for those being answered, closes the engine. Repeated calls share one stop.
   * A process that ends on SIGTERM calls this, or uses {@link Server.run}.
   */
  stop(): Promise<void>;
  /** Listens, prints one line with the URL, and stops on SIGINT or SIGTERM, after which the process ends with 0. */
  run(options?: ListenOptions): Promise<void>;
}

/**
 * A GraphQL server with safe defaults: the schema guarded, errors masked, same origin only, JSON only, limited bodies and
 * operations; GraphiQL and introspection outside of production.
 *
 * @throws ArcturusError `graphql/schema` when schema and policy do not fit, with every problem.
 */
export function createServer<Context extends object = object>(options: ServerOptions<Context>): Server {
  const defaults = defaultSettings(options.environment ?? process.env["NODE_ENV"]);
  const { engine, logger = standardError, drainTime = DEFAULT_DRAIN_TIME } = options;
  const graphiql = options.graphiql ?? defaults.graphiql;
  const operationTime = options.operationTime ?? DEFAULT_OPERATION_TIME;
  const measured = options.metrics ?? false;
  const metrics = measured === false ? undefined : createMetrics(engine, ENDPOINT, measured === true ? {} : measured);
  const turns = new Turns();
  const { client = clientOf } = options;
  const { onDecision, visibility, introspection = defaults.introspection } = options;
  let ready = false;

  const yoga = createYoga<object, Context>({
    schema: options.schema,
    ...(options.context !== undefined && { context: options.context }),
    graphqlEndpoint: ENDPOINT,
    healthCheckEndpoint: "/healthz",
    // Yoga narrates each request at the level `debug`.
    logging: { ...logger, debug: () => {} },
    landingPage: false,
    graphiql: false,
    multipart: false,
    batching: false,
    cors: corsFor(options.allowedOrigins ?? []),
    // What happened stands in the log alone, whatever NODE_ENV says.
    maskedErrors: { isDev: false },
    parserAndValidationCache: {
      documentCache: createTextCache(DEFAULT_CACHED_CHARACTERS),
      errorCache: createTextCache(DEFAULT_CACHED_CHARACTERS),
    },
    maxRequestBodySize: options.bodyLimit ?? DEFAULT_BODY_LIMIT,
    plugins: [
      metrics?.plugin ?? false,
      useTurns(turns, client),
      operationTime !== false && useTimeLimit(operationTime),
      useReadinessCheck({ endpoint: "/readyz", check: () => ready }),
      graphiql !== false && useGraphiqlPage(ENDPOINT, graphiql === true ? {} : graphiql),
      usePrivateAnswers(ENDPOINT),
      useRequestGuard({ endpoint: ENDPOINT, simpleGet: options.simpleGet ?? defaults.simpleGet }),
      useOperationLimits({ ...DEFAULT_OPERATION_LIMITS, ...options.operationLimits }),
      !introspection && useHiddenSchema(),
      ...(options.plugins ?? []),
      useOneEndpoint(ENDPOINT),
      useAuthorization<YogaInitialContext & Context>({
        ...options,
        logger,
        ...(visibility !== undefined && { visibility: { suggestions: introspection, ...visibility } }),
        ...(metrics !== undefined && {
          onDecision: (decision) => {
            metrics.decided(decision);
            onDecision?.(decision);
          },
        }),
      }),
    ].filter((plugin) => plugin !== false),
  });

  const handler: RequestListener = (request, response) => {
    const turn = turns.take(client(request));
    if (turn === undefined) void yoga(request, response);
    else void turn.then(() => (request.destroyed ? undefined : yoga(request, response)));
  };
  let http: HttpServer | undefined;
  let stopping: Promise<void> | undefined;

  async function listen({ port = 4000, host }: ListenOptions = {}): Promise<string> {
    if (http !== undefined) throw new Error("the server is listening already");
    const limits = { ...DEFAULT_CONNECTION_LIMITS, ...options.connectionLimits };
    const { headersTime: headersTimeout, requestTime: requestTimeout, idleTime: keepAliveTimeout } = limits;
    // Node would look for late requests every thirty seconds, whatever their limits are.
    const connectionsCheckingInterval = Math.min(1_000, headersTimeout, requestTimeout);
    http = createHttpServer({ requestTimeout, headersTimeout, keepAliveTimeout, connectionsCheckingInterval }, handler);
    http.maxConnections = limits.connections;
    await new Promise<void>((resolve, reject) => {
      http?.once("error", reject).listen({ port, ...(host !== undefined && { host }) }, resolve);
    });
    ready = true;
    const { port: actual } = http.address() as AddressInfo;
    return `http://${host ?? "localhost"}:${actual}${ENDPOINT}`;
  }

  function stop(): Promise<void> {
    stopping ??= (async () => {
      ready = false;
      if (http !== undefined) await drain(http, drainTime);
      await yoga.dispose();
      await engine.close();
      await options.onStop?.();
    })();
    return stopping;
  }

  async function run(listenOptions: ListenOptions = {}): Promise<void> {
    const url = await listen(listenOptions);
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      // A signal may come twice, from the terminal and from npm; both mean the same stop.
      process.on(signal, () => {
        stop().then(
          () => process.exit(0),
          (error: unknown) => {
            logger.error(error);
            process.exit(1);
          },
        );
      });
    }
    process.stdout.write(`ready at ${url}\n`);
  }

  return { handler, listen, stop, run, metrics: async () => (await metrics?.text()) ?? "" };
}

/**
 * A page of another site is answered to only when its site is listed; without a list browsers keep to the same one. Yoga would
 * answer everybody else's pages with the origin `null`, which is that of every sandboxed frame.
 */
function corsFor(origins: readonly string[]): false | ((request: Request) => CORSOptions) {
  if (origins.length === 0) return false;
  const listed = new Set(origins);
  return (request) => {
    const origin = request.headers.get("origin");
    if (origin === null || origin === "null" || !listed.has(origin)) return false;
    return { origin: [...listed], methods: ["GET", "POST"] };
  };
}

/** A request takes another turn when its body is there: reading it may have taken long, and its work begins only now. */
function useTurns(turns: Turns, client: (request: IncomingMessage) => string): Plugin {
  return {
    onRequestParse({ serverContext, requestParser, setRequestParser }) {
      const { req } = serverContext as { readonly req?: IncomingMessage };
      if (req === undefined || requestParser === undefined) return;
      setRequestParser((request) => {
        const json = async (): Promise<unknown> => {
          const text = await request.text();
          await turns.take(client(req));
          return JSON.parse(text);
        };
        return requestParser(Object.defineProperty(request, "json", { value: json, configurable: true }));
      });
    },
  };
}

/** Resolves when every request has been answered, at the latest after `time` milliseconds. */
async function drain(http: HttpServer, time: number): Promise<void> {
  const closed = new Promise<void>((resolve) => http.close(() => resolve()));
  // A connection that is kept alive becomes idle when its answer has gone out.
  const idle = setInterval(() => http.closeIdleConnections(), 20);
  const late = setTimeout(() => http.closeAllConnections(), time);
  await closed;
  clearInterval(idle);
  clearTimeout(late);
}
