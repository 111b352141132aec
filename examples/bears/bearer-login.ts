import type { Plugin } from "graphql-yoga";
import { createRemoteJWKSet, errors, jwtVerify } from "jose";
import { isPossibleId } from "../common/texts.js";
import { AUDIENCE, ISSUER } from "./issuer.js";
import { ALGORITHM } from "./keys.js";

export interface BearerLogin {
  /** Refuses requests to the API that do not prove who sends them, before anything of GraphQL runs. */
  readonly plugin: Plugin;
  /** The e-mail of whoever sent a request that was let through. */
  emailOf(request: Request): string;
}

/** Log-in by `Authorization: Bearer <JWT>`, with the keys that the identity provider publishes. */
export function bearerLogin(endpoint: string, jwksUri: URL): BearerLogin {
  const keys = createRemoteJWKSet(jwksUri);
  const emails = new WeakMap<Request, string>();
  return {
    plugin: {
      async onRequest({ request, url, fetchAPI, endResponse }) {
        if (url.pathname !== endpoint || request.method === "OPTIONS") return;
        const answer = await logIn(request.headers.get("authorization"), keys);
        if ("email" in answer) {
          emails.set(request, answer.email);
          return;
        }
        const { status, code, message } = answer;
        const headers: Record<string, string> = { "content-type": "application/json; charset=utf-8" };
        if (status === 401) headers["www-authenticate"] = "Bearer";
        const body = JSON.stringify({ errors: [{ message, extensions: { code } }] });
        endResponse(new fetchAPI.Response(body, { status, headers }));
      },
    },
    emailOf(request) {
      const email = emails.get(request);
      if (email === undefined) throw new Error("a request came through without a log-in");
      return email;
    },
  };
}

interface Refusal {
  readonly status: number;
  readonly code: "UNAUTHENTICATED" | "AUTHORIZATION_UNAVAILABLE";
  readonly message: string;
}

async function logIn(
  header: string | null,
  keys: ReturnType<typeof createRemoteJWKSet>,
): Promise<{ readonly email: string } | Refusal> {
  if (header === null) return unauthenticated("Missing 'Authorization' header.");
  const [scheme, token, ...more] = header.split(" ");
  if (scheme !== "Bearer" || !token || more.length > 0) return unauthenticated("Malformed 'Authorization' header.");
  try {
    const { payload } = await jwtVerify(token, keys, {
      // Said here and not by the token, which may be anybody's work.
      algorithms: [ALGORITHM],
      issuer: ISSUER,
      audience: AUDIENCE,
      requiredClaims: ["sub", "exp"],
    });
    if (typeof payload.sub === "string" && isPossibleId(payload.sub)) return { email: payload.sub };
    return unauthenticated("Invalid token.");
  } catch (error) {
    if (error instanceof errors.JWTExpired) return unauthenticated("Expired token.");
    if (error instanceof errors.JOSEError && !isKeySetFailure(error)) return unauthenticated("Invalid token.");
    return {
      status: 503,
      code: "AUTHORIZATION_UNAVAILABLE",
      message: "The keys of the identity provider could not be read.",
    };
  }
}

/** Whether it was the key set that failed and not the token: nobody knows then whether the token is good. */
function isKeySetFailure(error: errors.JOSEError): boolean {
  return (
    error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid || error.code === "ERR_JOSE_GENERIC"
  );
}

function unauthenticated(message: string): Refusal {
  return { status: 401, code: "UNAUTHENTICATED", message };
}
