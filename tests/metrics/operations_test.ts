import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { createMetrics } from "../../src/metrics/metrics.ts";

const read = (path: string): Promise<string> => Deno.readTextFile(new URL(`../../${path}`, import.meta.url));

async function metricNames(): Promise<readonly string[]> {
  const text = await createMetrics().exposition();
  return [...text.matchAll(/^# TYPE (\S+) /gm)].flatMap(([, name]) => name ?? []);
}

describe("what operators read", () => {
  it("explains every metric", async () => {
    const page = await read("docs/operations.md");
    const names = await metricNames();
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name) => !page.includes(`\`${name}`))).toEqual([]);
  });

  it("alerts on metrics that exist", async () => {
    const names = new Set([...await metricNames(), "up"]);
    const used = [...(await read("deploy/alerts.yml")).matchAll(/([a-z_]+)\{job="vitrine"/g)]
      .map(([, name = ""]) => name.replace(/_bucket$/, ""));
    expect(used.length).toBeGreaterThan(8);
    expect(used.filter((name) => !names.has(name))).toEqual([]);
  });
});
