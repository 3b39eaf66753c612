import { ActorError } from "../actors/runtime/errors.ts";
import { answer } from "./edge/answers.ts";
import { problemOf, problemResponse } from "./edge/problem.ts";

/** What a process answers until its node is open: it lives, and can do nothing yet. */
export function whileStarting(request: Request): Response {
  switch (new URL(request.url).pathname) {
    case "/healthz":
      return answer({ status: "ok" });
    case "/readyz":
      return answer(
        { status: "not_ready", reasons: ["the node is starting: it waits for its database or for NATS"] },
        { status: 503, headers: { "retry-after": "1" } },
      );
    default:
      return problemResponse(problemOf(new ActorError("unavailable", "retry", "Cannot answer: the node is starting")));
  }
}
