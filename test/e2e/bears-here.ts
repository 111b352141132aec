import { issueToken } from "../../examples/bears/issuer.js";
import { signingKey } from "../../examples/bears/keys.js";

/** The headers of somebody's request, with a token as the token command prints it. */
export async function loggedIn(name: string): Promise<Record<string, string>> {
  return { authorization: `Bearer ${await issueToken(await signingKey(), `${name}@example.com`)}` };
}
