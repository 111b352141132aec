import { runExample } from "../common/run-example.js";
import { openBeatles } from "./beatles.js";
import { tabs } from "./tabs.js";

await runExample({
  name: "beatles",
  title: "The Beatles",
  graphiql: { defaultHeaders: `{ "user": "paul@beatles.com" }`, tabs },
  open: openBeatles,
});
