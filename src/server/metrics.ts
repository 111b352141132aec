import { createRequire } from "node:module";
import type { Plugin } from "graphql-yoga";
import type { Engine } from "../engine/types.js";
import type { Decision } from "../graphql/index.js";

export interface MetricsOptions {
  /** `false` when they are served elsewhere, by `server.metrics()`. @default "/metrics" */
  readonly path?: string | false;
  /** Whether a request may see them. @default everybody who can reach the port */
  readonly allow?: (request: Request) => boolean | Promise<boolean>;
  /** Memory, CPU, event loop and garbage collection of the process, as `process_…` and `nodejs_…`. @default true */
  readonly process?: boolean;
}

/** Metrics in the text format of Prometheus. They hold no fact, id or secret. */
export interface Metrics {
  /** For `onDecision`. */
  decided(decision: Decision): void;
  /** Counts the answers of the API, and answers on the path of the metrics. */
  readonly plugin: Plugin;
  text(): Promise<string>;
}

/** Actions and types of objects come from schema and policy, but resolvers may ask about anything. */
const MOST_LABELS = 500;

/** Seconds, from what memory answers to what a host takes. */
const DECISION_BUCKETS = [0.000_002, 0.000_005, 0.000_01, 0.000_05, 0.000_1, 0.000_5, 0.001, 0.005, 0.01, 0.1, 1, 10];
const REQUEST_BUCKETS = [0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function createMetrics(engine: Engine, endpoint: string, options: MetricsOptions): Metrics {
  const client = createRequire(import.meta.url)("prom-client") as typeof import("prom-client");
  const registry = new client.Registry();
  const registers = [registry];
  if (options.process ?? true) client.collectDefaultMetrics({ register: registry });

  const decisions = new client.Counter({
    name: "arcturus_decisions_total",
    help: "Decisions of the guards, each once per operation",
    labelNames: ["outcome", "action", "type"],
    registers,
  });
  const decisionTime = new client.Histogram({
    name: "arcturus_decision_seconds",
    help: "How long the engine took for a decision; what was known from a list is not counted",
    labelNames: ["outcome"],
    buckets: DECISION_BUCKETS,
    registers,
  });
  const requests = new client.Histogram({
    name: "arcturus_request_seconds",
    help: "How long answers of the GraphQL API took, by HTTP status",
    labelNames: ["status"],
    buckets: REQUEST_BUCKETS,
    registers,
  });
  new client.Gauge({
    name: "arcturus_applied_revision",
    help: "Changes of the facts that this process has seen",
    registers,
    collect() {
      this.set(engine.status().version);
    },
  });
  new client.Gauge({
    name: "arcturus_facts",
    help: "Stored facts",
    labelNames: ["store"],
    registers,
    collect() {
      const { store, facts } = engine.status();
      this.set({ store }, facts);
    },
  });
  new client.Gauge({
    name: "arcturus_policy_info",
    help: "The policy in force, by its hash",
    labelNames: ["hash"],
    registers,
    collect() {
      this.reset();
      this.set({ hash: engine.status().policy }, 1);
    },
  });

  const known = new Map<string, { readonly action: string; readonly type: string }>();
  const other = { action: "(other)", type: "(other)" };
  const labelsOf = (action: string, type: string): { readonly action: string; readonly type: string } => {
    const key = `${action}\0${type}`;
    let labels = known.get(key);
    if (labels === undefined) {
      if (known.size >= MOST_LABELS) return other;
      labels = { action, type };
      known.set(key, labels);
    }
    return labels;
  };

  const began = new WeakMap<Request, number>();
  const text = (): Promise<string> => registry.metrics();
  const path = options.path ?? "/metrics";

  return {
    text,
    decided({ action, resource, allowed, error, microseconds }) {
      const outcome = error !== undefined ? "unavailable" : allowed ? "allowed" : "denied";
      const type = typeof resource === "object" ? resource.type : "";
      decisions.inc({ outcome, ...labelsOf(action, type) });
      if (microseconds > 0) decisionTime.observe({ outcome }, microseconds / 1e6);
    },
    plugin: {
      async onRequest({ request, url, fetchAPI, endResponse }) {
        if (url.pathname === endpoint) began.set(request, performance.now());
        if (path === false || url.pathname !== path) return;
        if (request.method !== "GET" && request.method !== "HEAD") {
          endResponse(new fetchAPI.Response(null, { status: 405, headers: { allow: "GET, HEAD" } }));
        } else if (options.allow !== undefined && (await options.allow(request)) !== true) {
          endResponse(new fetchAPI.Response(null, { status: 403 }));
        } else {
          const headers = { "content-type": registry.contentType, "cache-control": "no-store" };
          endResponse(new fetchAPI.Response(await text(), { headers }));
        }
      },
      onResponse({ request, response }) {
        const start = began.get(request);
        if (start !== undefined) requests.observe({ status: response.status }, (performance.now() - start) / 1_000);
      },
    },
  };
}
