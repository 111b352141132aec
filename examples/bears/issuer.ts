import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { SignJWT } from "jose";
import { ALGORITHM, type SigningKey } from "./keys.js";

/** Who says so, and to whom: what a token must name. */
export const ISSUER = "https://login.bears.example/";
export const AUDIENCE = "https://api.bears.example/";

/** Stands for the identity provider: it says who somebody is, and publishes the keys by which others know that it did. */
export interface Issuer {
  /** Where its key set is, over HTTP on this machine. */
  readonly jwksUri: URL;
  stop(): Promise<void>;
}

export async function startIssuer(key: SigningKey): Promise<Issuer> {
  const keySet = JSON.stringify({ keys: [key.publicKey] });
  const http = createServer((request, response) => {
    if (request.method !== "GET" || request.url !== "/.well-known/jwks.json") {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "content-type": "application/jwk-set+json" }).end(keySet);
  });
  await new Promise<void>((resolve, reject) => {
    http.once("error", reject).listen(0, "127.0.0.1", resolve);
  });
  const { port } = http.address() as AddressInfo;
  return {
    jwksUri: new URL(`http://127.0.0.1:${port}/.well-known/jwks.json`),
    stop: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
}

/** A token for whoever has the e-mail. It holds for a day. */
export async function issueToken(key: SigningKey, email: string): Promise<string> {
  return await new SignJWT()
    .setProtectedHeader({ alg: ALGORITHM, kid: key.kid, typ: "JWT" })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setSubject(email)
    .setIssuedAt()
    .setExpirationTime("1 day")
    .sign(key.privateKey);
}
