/*
 * Prints a token: npm run token:bears -- agnes
 */
import { issueToken } from "./issuer.js";
import { signingKey } from "./keys.js";

const name = process.argv.slice(2).join(" ").trim();
if (name === "") {
  console.error("whose token? for example: npm run token:bears -- agnes");
  process.exitCode = 2;
} else {
  console.log(await issueToken(await signingKey(), name.includes("@") ? name : `${name}@example.com`));
}
