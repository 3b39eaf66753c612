import type { z } from "zod";
import { answer } from "../answers.ts";
import { bodySchema } from "../body_schema.ts";
import { PROBLEMS } from "../problem.ts";
import { type DescribedRoute, STREAMS } from "../streams/stream_reference.ts";
import type { Route } from "./route.ts";

type Json = Readonly<Record<string, unknown>>;

/** The reference of the API, made from the routes themselves. */
export function openApiRoute(routes: readonly Route[]): Route {
  const self: DescribedRoute = {
    method: "GET",
    path: "/openapi.json",
    summary: "This reference.",
    access: "anybody",
  };
  const document = openApi([...routes, self, ...STREAMS]);
  function handle(): Promise<Response> {
    return Promise.resolve(answer(document));
  }
  return { ...self, handle };
}

export function openApi(routes: readonly DescribedRoute[]): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) };
  }
  return {
    openapi: "3.1.0",
    info: { title: "Vitrine", version: "1" },
    paths,
    components: {
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
        session: { type: "apiKey", in: "cookie", name: "vitrine_session" },
      },
      schemas: { Problem: problemSchema() },
    },
  };
}

function operation(route: DescribedRoute): Json {
  const { summary, access, path, params, query = {}, method } = route;
  const inPath = [...path.matchAll(/:(\w+)/g)].flatMap(([, name]) => name === undefined ? [] : [name]);
  const parameters = [
    ...inPath.map((name) => ({ name, in: "path", required: true, schema: { type: "string" } })),
    ...Object.entries(query).map(([name, schema]) => ({ name, in: "query", required: false, schema })),
    ...(method === "GET" || route.keyless ? [] : [header("Idempotency-Key", route.keyRequired ?? false)]),
    ...(route.versioned ? [header("If-Match", false)] : []),
    header("Correlation-Id", false),
  ];
  return {
    summary,
    parameters,
    ...(access === "anybody" ? {} : { security: [{ bearer: [] }, { session: [] }], "x-roles": access }),
    ...(params === undefined ? {} : { requestBody: body(params, inPath) }),
    responses: {
      ...success(route),
      default: {
        description: "Not done",
        content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
      },
    },
  };
}

function success({ streams }: DescribedRoute): Json {
  if (streams === undefined) return { "2XX": { description: "Done" } };
  const { status, contentType, words } = streams;
  return { [status]: { description: words, ...(contentType !== undefined && { content: { [contentType]: {} } }) } };
}

function header(name: string, required: boolean): Json {
  return { name, in: "header", required, schema: { type: "string" } };
}

function body(params: z.ZodType, inPath: readonly string[]): Json {
  const { schema, required } = bodySchema(params, inPath);
  return { required, content: { "application/json": { schema } } };
}

function problemSchema(): Json {
  return {
    type: "object",
    required: ["type", "title", "status", "code"],
    properties: {
      type: { type: "string" },
      title: { type: "string" },
      status: { type: "integer" },
      code: { enum: Object.keys(PROBLEMS) },
    },
  };
}
