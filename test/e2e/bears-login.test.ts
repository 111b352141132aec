import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { createSchema, createYoga } from "graphql-yoga";
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from "jose";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { bearerLogin } from "../../examples/bears/bearer-login.js";
import { openBears } from "../../examples/bears/bears.js";
import { AUDIENCE, ISSUER, issueToken } from "../../examples/bears/issuer.js";
import { ALGORITHM, type SigningKey, signingKey } from "../../examples/bears/keys.js";
import { loggedIn } from "./bears-here.js";
import { root } from "./build.js";
import { serveHere } from "./example-here.js";
import { startExample, temporaryFolder } from "./example-process.js";
import { codes, type GraphQLAnswer } from "./graphql-client.js";

vi.setConfig({ testTimeout: 120_000 });

const question = "{ bears { id } }";
const hour = () => Math.floor(Date.now() / 1000) + 3600;

/** A good token but for what is said otherwise; `undefined` leaves a claim out. */
function token(
  key: SigningKey,
  claims: Record<string, unknown> = {},
  header: Record<string, unknown> = {},
): Promise<string> {
  const good = { sub: "agnes@example.com", iss: ISSUER, aud: AUDIENCE, exp: hour() };
  return new SignJWT({ ...good, ...claims })
    .setProtectedHeader({ alg: ALGORITHM, kid: key.kid, ...header })
    .sign(key.privateKey);
}

async function publicText(key: SigningKey): Promise<Uint8Array> {
  return new TextEncoder().encode(JSON.stringify(key.publicKey));
}

/** Makes a token that must be refused, out of the key that makes good ones. */
const refused: Readonly<Record<string, (key: SigningKey) => string | Promise<string>>> = {
  "no token at all": () => "abc",
  "a token for another audience": (key) => token(key, { aud: "https://api.wolves.example/" }),
  "a token without an audience": (key) => token(key, { aud: undefined }),
  "a token of another issuer": (key) => token(key, { iss: "https://login.wolves.example/" }),
  "a token without an issuer": (key) => token(key, { iss: undefined }),
  "a token that never expires": (key) => token(key, { exp: undefined }),
  "a token that is not valid yet": (key) => token(key, { nbf: hour() }),
  "a token of nobody": (key) => token(key, { sub: undefined }),
  "a token of somebody without a name": (key) => token(key, { sub: "" }),
  "a token of somebody whose name is no text": (key) => token(key, { sub: { email: "agnes@example.com" } }),
  "a token of somebody whose name the database would cut": (key) => token(key, { sub: "agnes@example.com\0x" }),
  "a token of somebody whose name is half a character": (key) => token(key, { sub: "a\ud800" }),
  "a token of somebody of far too long a name": (key) => token(key, { sub: "x".repeat(385) }),
  "alg none": (key) =>
    new UnsecuredJWT({ sub: "agnes@example.com", iss: ISSUER, aud: AUDIENCE, exp: hour(), kid: key.kid }).encode(),
  "a public key used as a shared secret": async (key) =>
    new SignJWT({ sub: "agnes@example.com", iss: ISSUER, aud: AUDIENCE, exp: hour() })
      .setProtectedHeader({ alg: "HS256", kid: key.kid })
      .sign(await publicText(key)),
  "another algorithm with a key of its own": async (key) =>
    new SignJWT({ sub: "agnes@example.com", iss: ISSUER, aud: AUDIENCE, exp: hour() })
      .setProtectedHeader({ alg: "RS256", kid: key.kid })
      .sign((await generateKeyPair("RS256")).privateKey),
  "another key that calls itself the same": async (key) =>
    token({ ...key, privateKey: (await generateKeyPair(ALGORITHM)).privateKey }),
  "another key under its own name": async (key) =>
    token({ ...key, kid: "another", privateKey: (await generateKeyPair(ALGORITHM)).privateKey }),
  "a token that brings its key along": async (key) => {
    const { privateKey, publicKey } = await generateKeyPair(ALGORITHM, { extractable: true });
    return token({ ...key, privateKey }, {}, { jwk: await exportJWK(publicKey) });
  },
  "a token with an extension that nobody knows": async (key) => {
    const [, payload, signature] = (await token(key)).split(".");
    const header = { alg: ALGORITHM, kid: key.kid, crit: ["bears"], bears: true };
    return [Buffer.from(JSON.stringify(header)).toString("base64url"), payload, signature].join(".");
  },
  "another name under the same signature": async (key) => {
    const [header, , signature] = (await token(key)).split(".");
    const claims = { sub: "brynn@example.com", iss: ISSUER, aud: AUDIENCE, exp: hour() };
    return [header, Buffer.from(JSON.stringify(claims)).toString("base64url"), signature].join(".");
  },
  "a token without its signature": async (key) => (await token(key)).replace(/[^.]*$/, ""),
};

describe("a log-in by token", () => {
  test(`${Object.keys(refused).length} kinds of bad tokens are refused as a whole, and a good one is not`, async () => {
    const bears = await serveHere(openBears);
    const key = await signingKey();
    for (const [kind, make] of Object.entries(refused)) {
      const response = await bears.send({ authorization: `Bearer ${await make(key)}` }, question);
      expect(response.status, kind).toBe(401);
      expect(response.headers.get("www-authenticate")).toMatch(/^Bearer/);
      expect(await response.json(), kind).toEqual({
        errors: [{ message: "Invalid token.", extensions: { code: "UNAUTHENTICATED" } }],
      });
    }
    expect((await bears.send({ authorization: `Bearer ${await token(key)}` }, question)).status).toBe(200);
  });

  test("a token that has expired says so", async () => {
    const bears = await serveHere(openBears);
    const old = await token(await signingKey(), { exp: hour() - 7200 });
    const response = await bears.send({ authorization: `Bearer ${old}` }, question);
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({
      errors: [{ message: "Expired token.", extensions: { code: "UNAUTHENTICATED" } }],
    });
  });

  test("a header is two words, of which the first is Bearer", async () => {
    const bears = await serveHere(openBears);
    const { authorization } = (await loggedIn("agnes")) as { authorization: string };
    const value = authorization.slice("Bearer ".length);
    for (const header of [
      "Bearer",
      value,
      `Basic ${value}`,
      `Bearer ${value} more`,
      `Bearer  ${value}`,
      `Bearer,${value}`,
    ]) {
      const response = await bears.send({ authorization: header }, question);
      expect(response.status, header).toBe(401);
      expect(await response.json()).toEqual({
        errors: [{ message: "Malformed 'Authorization' header.", extensions: { code: "UNAUTHENTICATED" } }],
      });
    }
  });

  test("without a header nothing is answered: no query, no introspection, no question about the syntax", async () => {
    const bears = await serveHere(openBears);
    for (const query of [question, "{ __schema { types { name } } }", "{ __typename }", "{ nonsense"]) {
      for (const response of [
        await bears.send(null, query),
        await fetch(`${bears.url}?query=${encodeURIComponent(query)}`),
      ]) {
        expect(response.status).toBe(401);
        expect(await response.json()).toEqual({
          errors: [{ message: "Missing 'Authorization' header.", extensions: { code: "UNAUTHENTICATED" } }],
        });
      }
    }
    expect((await fetch(new URL("/healthz", bears.url))).status).toBe(200);
  });

  test("a user who is seen for the first time is created once, however often he asks, and is not banned", async () => {
    const bears = await serveHere(openBears);
    const fresh = await loggedIn("fresh");
    const first = await Promise.all(Array.from({ length: 8 }, () => bears.ask(fresh, question)));
    expect(new Set(first.map((answer) => JSON.stringify(answer))).size).toBe(1);
    const create = (name: string) =>
      bears.ask(fresh, `mutation { createBear(input: { name: "${name}", species: sun }) { owner { id email } } }`);
    const owners = [await create("One"), await create("Two")].map(({ data }) => data?.["createBear"]);
    expect(owners[0]).toEqual(owners[1]);
    expect(owners[0]).toMatchObject({ owner: { email: "fresh@example.com" } });
  });

  test("somebody of the same name elsewhere is somebody else", async () => {
    const bears = await serveHere(openBears);
    const other = await issueToken(await signingKey(), "agnes@elsewhere.example");
    const answer = await bears.ask({ authorization: `Bearer ${other}` }, `mutation { deleteBear(id: "1") }`);
    expect(codes(answer)).toEqual(["FORBIDDEN"]);
  });

  test("nobody is let in, and nobody is called a liar, while the keys cannot be read", async () => {
    for (const uri of [await closedPort(), await answering(500, ""), await answering(200, "{}")]) {
      const login = bearerLogin("/graphql", uri);
      const schema = createSchema({ typeDefs: "type Query { secret: Int }" });
      const yoga = createYoga({ schema, plugins: [login.plugin], logging: false });
      const headers = { "content-type": "application/json", ...(await loggedIn("agnes")) };
      const body = JSON.stringify({ query: "{ secret }" });
      const response = await yoga.fetch("http://localhost/graphql", { method: "POST", headers, body });
      expect(response.status).toBe(503);
      expect(codes((await response.json()) as GraphQLAnswer)).toEqual(["AUTHORIZATION_UNAVAILABLE"]);
    }
  });
});

describe("the token command", () => {
  /** Not waited for in this thread: the server that takes the token may be in it. */
  const print = async (...name: string[]) => {
    const child = spawn("npm", ["run", "token:bears", "--", ...name], {
      cwd: root,
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [output, [status]] = await Promise.all([text(child.stdout), once(child, "exit")]);
    return { status: status as number, token: output.trimEnd().split("\n").at(-1)! };
  };

  test("prints a token as its last line, which the example takes before and after a restart", async () => {
    const db = join(temporaryFolder(), "bears.db");
    const { status, token: printed } = await print("agnes");
    expect(status).toBe(0);
    for (let start = 0; start < 2; start += 1) {
      const bears = await startExample("bears", { db });
      const { data } = await bears.ask({ authorization: `Bearer ${printed}` }, "{ bears { name } }");
      expect(data?.["bears"]).toHaveLength(8);
      expect(await bears.stop()).toBe(0);
      expect(bears.output).toEqual({ stdout: expect.stringMatching(/^ready at \S+\n$/), stderr: "" });
    }
  });

  test("takes any name, and wants one", async () => {
    const bears = await serveHere(openBears);
    const names = ["fresh", "Anna Lena", "björn", "zoe@zoo.example"];
    const printed = await Promise.all(names.map((name) => print(name)));
    expect(printed.map(({ status }) => status)).toEqual(names.map(() => 0));
    for (const { token: value } of printed) {
      expect((await bears.send({ authorization: `Bearer ${value}` }, question)).status).toBe(200);
    }
    expect((await print()).status).toBe(2);
  });
});

describe("the key that tokens are signed with", () => {
  test("is made once, whoever comes first, and kept from others on the machine", async () => {
    const path = join(temporaryFolder(), "new", "key.json");
    const made = await Promise.all(Array.from({ length: 6 }, () => signingKey(path)));
    expect(new Set(made.map(({ kid }) => kid)).size).toBe(1);
    expect((await signingKey(path)).kid).toBe(made[0]?.kid);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(path, ".."))).toEqual(["key.json"]);
    expect(made[0]?.publicKey).not.toHaveProperty("d");
  });

  test("that cannot be read is not replaced silently", async () => {
    const path = join(temporaryFolder(), "key.json");
    for (const content of ["", "nonsense", "{}", `{"kid":"1","kty":"oct","d":"x"}`]) {
      writeFileSync(path, content);
      await expect(signingKey(path)).rejects.toThrow();
    }
    expect(existsSync(path)).toBe(true);
  });
});

async function closedPort(): Promise<URL> {
  const http = createServer();
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const { port } = http.address() as AddressInfo;
  await new Promise((resolve) => http.close(resolve));
  return new URL(`http://127.0.0.1:${port}/`);
}

async function answering(status: number, body: string): Promise<URL> {
  const http = createServer((_request, response) => response.writeHead(status).end(body));
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void http.close());
  return new URL(`http://127.0.0.1:${(http.address() as AddressInfo).port}/`);
}
