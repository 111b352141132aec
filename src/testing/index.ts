export { type Answer, type Asker, asActors, type Comparison, type Operation, type Target } from "./as-actors.js";
export { coverageSnapshot } from "./coverage-snapshot.js";
export { assertNoLeak, type LeakCheck } from "./no-leak.js";
