export interface GraphQLAnswer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions?: Record<string, unknown>;
  }[];
}

/** GitCloud over HTTP. */
export interface GitcloudClient {
  readonly url: string;
  /** Asks as a user, or as nobody. */
  ask(user: string | null, query: string, variables?: Record<string, unknown>): Promise<GraphQLAnswer>;
  send(user: string | null, query: string, variables?: Record<string, unknown>): Promise<Response>;
}

export function gitcloudClient(url: string): GitcloudClient {
  const send: GitcloudClient["send"] = (user, query, variables) =>
    fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...(user !== null && { user }) },
      body: JSON.stringify({ query, variables }),
    });
  return { url, send, ask: async (...question) => (await (await send(...question)).json()) as GraphQLAnswer };
}

export function codes({ errors = [] }: GraphQLAnswer): unknown[] {
  return errors.map((error) => error.extensions?.["code"]);
}
