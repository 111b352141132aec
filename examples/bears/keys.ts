import { randomUUID } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { exportJWK, generateKeyPair, importJWK, type JWK } from "jose";
import { root } from "../common/root.js";

export const ALGORITHM = "ES256";

/** What the identity provider signs with. */
export interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  /** As it stands in the provider's key set. */
  readonly publicKey: JWK;
}

/**
 * The key of this checkout, made when it is first needed. It is kept in a file, so that the server and the token command
 * use the same one in whatever order and however often they start.
 */
export async function signingKey(path: string = join(root, ".arcturus", "bears-issuer.json")): Promise<SigningKey> {
  const { d, ...publicKey } = readKey(path) ?? (await makeKey(path));
  const { kid } = publicKey;
  if (d === undefined || kid === undefined) throw new Error(`${path} does not hold a private key; delete it`);
  const privateKey = await importJWK({ ...publicKey, d }, ALGORITHM);
  if (privateKey instanceof Uint8Array) throw new Error(`${path} does not hold a key for ${ALGORITHM}; delete it`);
  return { kid, privateKey, publicKey };
}

async function makeKey(path: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const key: JWK = { ...(await exportJWK(privateKey)), kid: randomUUID(), alg: ALGORITHM, use: "sig" };
  mkdirSync(dirname(path), { recursive: true });
  // Written elsewhere first and then given its name, which one process alone can do: nobody ever reads half a file.
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, JSON.stringify(key), { mode: 0o600, flag: "wx" });
  try {
    linkSync(draft, path);
  } catch (error) {
    if (!isCode(error, "EEXIST")) throw error;
  } finally {
    unlinkSync(draft);
  }
  return readKey(path) ?? key;
}

function readKey(path: string): JWK | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (isCode(error, "ENOENT")) return undefined;
    throw error;
  }
  try {
    return JSON.parse(text) as JWK;
  } catch {
    throw new Error(`${path} does not hold a key; delete it`);
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
