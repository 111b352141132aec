import type { GraphiqlTab } from "arcturus/server";

/** Whoever opens the page has to prove who he is, so no token stands here. */
export const headers = `{ "authorization": "Bearer <token>" }`;

/** What a first visitor of the page finds: how to log in, and then what one sees of the bears, and does with them. */
export const tabs: readonly GraphiqlTab[] = [
  {
    headers,
    query: `# Get a token first, in another terminal:
#
#   npm run token:bears -- agnes
#
# Its last line is the token. Put it into the headers
# below, in the place of <token>. Without one, every
# request is refused with HTTP 401. The round arrows
# at the left then fetch the schema.
#
# Agnes sees 8 of 14 bears: her own, all pandas and
# polar bears, and Smokey.
query Visible {
  bears {
    id
    name
    species
    owner {
      email
    }
  }
}
`,
  },
  {
    headers,
    query: `# Whoever is not banned creates bears. The input stands
# for a bear that does not exist yet. Try it with the
# token of dana, who is banned.
#
#   npm run token:bears -- dana
mutation Creating {
  createBear(input: { name: "Winnie", species: sun }) {
    id
    name
    owner {
      email
    }
  }
}
`,
  },
  {
    headers,
    query: `# Baloo is Agnes's, so she deletes him. Po is Carli's:
# Agnes sees him, and that is all. There is no bear 999,
# and the answer is the same.
mutation Deleting {
  own: deleteBear(id: "1")
  carlis: deleteBear(id: "12")
  missing: deleteBear(id: "999")
}
`,
  },
];
