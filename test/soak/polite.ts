import { Agent, request } from "node:http";

/*
 * A polite client in a process of its own: a page of fifty notes, twenty times a second at most, never two at once. Arguments:
 * the URL. Each message from its parent is a time in milliseconds; it answers with the latencies of that time.
 */
const [url = ""] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const body = JSON.stringify({ query: "{ notes { id text at owner } }" });
const headers = { "content-type": "application/json", user: "u3", "content-length": Buffer.byteLength(body) };

function ask(): Promise<number> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const asking = request(url, { method: "POST", headers, agent }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part) => (text += part));
      response.on("end", () => {
        const answer = JSON.parse(text) as { data?: { notes: unknown[] } };
        if (answer.data?.notes.length === 50) resolve(performance.now() - started);
        else reject(new Error(`a polite client was answered with ${response.statusCode}: ${text.slice(0, 200)}`));
      });
    });
    asking.on("error", reject).end(body);
  });
}

process.on("message", (time: number) => {
  void (async () => {
    // A connection that idled since the last time may be closed at any moment.
    agent.destroy();
    const latencies: number[] = [];
    let failed = 0;
    for (const end = performance.now() + time; performance.now() < end; ) {
      const latency = await ask().catch(() => undefined);
      if (latency === undefined) failed++;
      else latencies.push(latency);
      await new Promise((resolve) => setTimeout(resolve, Math.max(1, 50 - (latency ?? 0))));
    }
    process.send?.({ latencies, failed });
  })();
});
process.on("disconnect", () => process.exit(0));
process.send?.("ready");
