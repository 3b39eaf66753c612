import { expect } from "@std/expect";
import type { z } from "zod";
import { Problem } from "./shapes_of_answers.ts";

export interface Ask {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly body?: unknown;
  readonly token?: string;
  /** Of the mutation: repeats are told by it. */
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

const PATIENCE_MS = 15_000;

/** An answer of the server, read to its end. */
export class Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;

  constructor(response: Response, text: string) {
    this.status = response.status;
    this.headers = response.headers;
    this.text = text;
  }

  get replayed(): boolean {
    return this.headers.get("idempotent-replayed") === "true";
  }

  /** The body of an answer with this status; fails the test otherwise. */
  as<Shape extends z.ZodType>(shape: Shape, status = 200): z.infer<Shape> {
    if (this.status !== status) throw new Error(`Cannot read an answer ${this.status} as ${status}: ${this.text}`);
    expect(this.headers.get("content-type")).toBe("application/json");
    return shape.parse(JSON.parse(this.text));
  }

  /** The problem of an answer with this status and code; fails the test otherwise. */
  problem(status: number, code: string): Problem {
    const shown = `${this.status} ${this.text}`;
    if (this.headers.get("content-type") !== "application/problem+json") throw new Error(`Not a problem: ${shown}`);
    const problem = Problem.parse(JSON.parse(this.text));
    expect({ status: this.status, code: problem.code, shown }).toEqual({ status, code, shown });
    expect(problem.status).toBe(status);
    return problem;
  }
}

export interface ApiOptions {
  /** How long an answer may take, asked every time; a quarter of a minute when absent. */
  readonly patienceMs?: number | (() => number);
}

/** The HTTP side of a Vitrine; of several nodes, when the address is another one each time. */
export class Api {
  readonly #url: () => string;
  readonly #patienceMs: () => number;

  constructor(url: string | (() => string), { patienceMs = PATIENCE_MS }: ApiOptions = {}) {
    this.#url = typeof url === "string" ? () => url : url;
    this.#patienceMs = typeof patienceMs === "number" ? () => patienceMs : patienceMs;
  }

  get url(): string {
    return this.#url();
  }

  async call(path: string, { method = "GET", body, token, key, headers, signal }: Ask = {}): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(key === undefined ? {} : { "idempotency-key": key }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      signal: signal ?? AbortSignal.timeout(this.#patienceMs()),
    });
    return new Answer(response, await response.text());
  }

  post(path: string, ask: Omit<Ask, "method"> = {}): Promise<Answer> {
    return this.call(path, { ...ask, method: "POST" });
  }
}
