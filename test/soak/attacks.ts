/** What attackers send, over and over, on each of their connections. */
export interface Attack {
  readonly name: string;
  readonly connections: number;
  /** Whole HTTP requests, taken in turns; each is sent when the one before is answered. */
  readonly requests?: readonly Buffer[];
  /** What is sent of a request, one byte a second: the rest never comes. */
  readonly slow?: Buffer;
  /** Whether every request takes a connection of its own. */
  readonly reconnects?: boolean;
}

function post(body: string, length = Buffer.byteLength(body)): Buffer {
  const head = [
    "POST /graphql HTTP/1.1",
    "host: localhost",
    "user: u7",
    "content-type: application/json",
    `content-length: ${length}`,
  ];
  return Buffer.from(`${head.join("\r\n")}\r\n\r\n${body}`);
}

/** Different texts, so that no cache of documents helps. */
function variants(make: (i: number) => string): Buffer[] {
  return Array.from({ length: 200 }, (_, i) => post(JSON.stringify({ query: make(i) })));
}

const aliases = variants((i) => `{ ${Array.from({ length: 2_000 }, (_, j) => `a${i}x${j}: notes { id }`).join(" ")} }`);

const deep = variants((i) => `{ note(id: ${i}) ${"{ next ".repeat(500)}{ id }${" }".repeat(500)} }`);

const fans = variants((i) => {
  const fragments = Array.from(
    { length: 60 },
    (_, j) => `fragment F${i}x${j} on Note { a: next { ...F${i}x${j + 1} } b: next { ...F${i}x${j + 1} } }`,
  );
  return `{ note(id: 1) { ...F${i}x0 } } ${fragments.join(" ")} fragment F${i}x60 on Note { id }`;
});

const bigBody = Array.from({ length: 4 }, (_, i) =>
  post(
    JSON.stringify({
      query: `query ($s: [String!]) { notes(search: $s) { id } }`,
      variables: { s: Array.from({ length: 80_000 }, (_, j) => `word${i}${j}`.slice(0, 9)) },
    }),
  ),
);

export const attacks: readonly Attack[] = [
  { name: "2,000 aliases", connections: 16, requests: aliases },
  { name: "500 levels", connections: 16, requests: deep },
  { name: "fragments that double 60 times", connections: 16, requests: fans },
  { name: "bodies of 1 MB", connections: 16, requests: bigBody },
  { name: "bodies of 25 MB, announced", connections: 16, requests: [post("{", 25_000_000)], reconnects: true },
  { name: "slow bodies", connections: 500, slow: post('{"query":"{ __typename }"}') },
  {
    name: "connections that come and go",
    connections: 64,
    requests: [Buffer.from("GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")],
    reconnects: true,
  },
];
