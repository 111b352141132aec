// Builds, then runs an example in this very process, so that a signal to it is a signal to the server.
import { build } from "./build.mjs";

const example = process.argv[2];
if (await build()) await import(new URL(`../dist/examples/${example}/main.js`, import.meta.url).href);
else process.exitCode = 1;
