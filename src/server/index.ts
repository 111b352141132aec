export {
  createServer,
  type ListenOptions,
  type Server,
  type ServerLogger,
  type ServerOptions,
} from "./create-server.js";
export type { GraphiqlOptions, GraphiqlTab } from "./graphiql-page.js";
export type { MetricsOptions } from "./metrics.js";
export type { ConnectionLimits, OperationLimits } from "./settings.js";
