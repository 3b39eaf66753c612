import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { parse } from "yaml";
import { z } from "zod";
import { readConfig } from "../../src/config.ts";

const ROOT = new URL("../../", import.meta.url);

const Service = z.looseObject({
  image: z.string(),
  read_only: z.boolean(),
  user: z.string().optional(),
  cap_drop: z.array(z.string()),
  healthcheck: z.looseObject({ test: z.array(z.string()) }),
  environment: z.record(z.string(), z.string()).optional(),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).optional(),
  configs: z.array(z.object({ source: z.string(), target: z.string() })).optional(),
});

const Compose = z.looseObject({
  services: z.record(z.string(), Service),
  configs: z.record(z.string(), z.object({ file: z.string() })),
});

const PROVIDED_USER = new Set(["vitrine:local", "prom/prometheus:v3.5.0", "grafana/grafana:11.6.0"]);

function textOf(path: string): string {
  return Deno.readTextFileSync(new URL(path, ROOT));
}

function exampleSettings(): ReadonlyMap<string, string> {
  const lines = textOf("deploy/example.env").split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
}

describe("the containers", () => {
  const text = textOf("compose.yaml");
  const { services, configs } = Compose.parse(parse(text, { merge: true }));
  const all = Object.entries(services);

  it("are three nodes and all that they need", () => {
    const names = ["balancer", "nats1", "nats2", "nats3", "node1", "node2", "node3", "postgres", "redis"];
    expect(Object.keys(services).toSorted()).toEqual([...names, "grafana", "prometheus"].toSorted());
  });

  it("have pinned images, a health check, nothing to write on and no privileges", () => {
    for (const [name, { image, read_only, cap_drop, user }] of all) {
      expect({ name, pinned: /:[\w.-]*\d|:local$/.test(image), read_only, cap_drop })
        .toEqual({ name, pinned: true, read_only: true, cap_drop: ["ALL"] });
      expect({ name, hasUser: user !== undefined || PROVIDED_USER.has(image) }).toEqual({ name, hasUser: true });
    }
  });

  it("start when what they need is healthy", () => {
    const conditions = all.flatMap(([, { depends_on = {} }]) => Object.entries(depends_on));
    expect(conditions.length).toBeGreaterThan(0);
    for (const [needed, { condition }] of conditions) {
      expect(services[needed]).toBeDefined();
      expect(condition).toBe("service_healthy");
    }
  });

  it("read configuration that is there", () => {
    for (const { file } of Object.values(configs)) expect(textOf(file)).not.toBe("");
    for (const [, { configs: read = [] }] of all) {
      for (const { source } of read) expect(Object.keys(configs)).toContain(source);
    }
  });

  it("hold no secret: every password is a variable, which the example names and does not know", () => {
    const example = exampleSettings();
    const variables = new Set([...text.matchAll(/\$\{([A-Z_]+)/g)].map(([, name = ""]) => name));
    expect([...variables].toSorted()).toEqual([...example.keys()].toSorted());
    for (const [name, value] of example) {
      if (/SECRET|PASSWORD/.test(name)) expect(value).toMatch(/^change-me/);
    }
    const secrets = all.flatMap(([, { environment = {} }]) => Object.entries(environment))
      .filter(([name]) => /SECRET|PASSWORD$|_URL$|AUTH$/.test(name));
    expect(secrets.length).toBeGreaterThan(5);
    for (const [, value] of secrets) expect(value).toContain("${");
    expect(textOf(".gitignore").split("\n")).toContain(".env");
  });

  it("give nodes settings that they can read", () => {
    const example = exampleSettings();
    const environment = Object.fromEntries(
      Object.entries(services.node1?.environment ?? {}).map(([name, value]) => [
        name,
        value.replaceAll(/\$\{([A-Z_]+)[^}]*\}/g, (_, variable) => example.get(variable) ?? ""),
      ]),
    );
    const read = readConfig(environment);
    expect(read).toMatchObject({ ok: true, config: { production: true, trustProxy: true, host: "0.0.0.0" } });
  });

  it("allow a node what deno task start allows, and run the version of Deno that is tested", () => {
    const { tasks } = JSON.parse(textOf("deno.json"));
    const allowed = (line: string): readonly string[] =>
      [...line.matchAll(/--allow-(\w+(?:=grep)?)/g)].map(([, what = ""]) => what);
    const dockerfile = textOf("Dockerfile");
    const entry = dockerfile.split("\n").find((line) => line.startsWith("ENTRYPOINT")) ?? "";
    expect(allowed(entry)).toEqual(allowed(tasks.start));
    expect(dockerfile).toMatch(/^RUN .*\/usr\/bin\/grep /m);
    const [, image] = /^FROM denoland\/deno:bin-(\S+)/m.exec(dockerfile) ?? [];
    const [, tested] = /deno@(\d+\.\d+\.\d+)/.exec(textOf(".ci/run")) ?? [];
    expect(image).toBe(tested);
    expect(dockerfile).toMatch(/^USER nonroot$/m);
  });
});
