import { memoryStore } from "../../src/stores/memory/index.js";
import { describeFactStore } from "../contract/fact-store.js";

describeFactStore({
  name: "memory",
  make: async () => ({ store: memoryStore(), dispose: async () => {} }),
});
