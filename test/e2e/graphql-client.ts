export interface GraphQLAnswer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions?: Record<string, unknown>;
  }[];
}

/** Who asks: the value of the header `user`, nobody, or other headers. */
export type Asker = string | null | Readonly<Record<string, string>>;

/** A GraphQL API over HTTP. */
export interface GraphQLClient {
  readonly url: string;
  ask(asker: Asker, query: string, variables?: Record<string, unknown>): Promise<GraphQLAnswer>;
  send(asker: Asker, query: string, variables?: Record<string, unknown>): Promise<Response>;
}

export function graphqlClient(url: string): GraphQLClient {
  const send: GraphQLClient["send"] = (asker, query, variables) =>
    fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...(typeof asker === "string" ? { user: asker } : asker) },
      body: JSON.stringify({ query, variables }),
    });
  return { url, send, ask: async (...question) => (await (await send(...question)).json()) as GraphQLAnswer };
}

export function codes({ errors = [] }: GraphQLAnswer): unknown[] {
  return errors.map((error) => error.extensions?.["code"]);
}
