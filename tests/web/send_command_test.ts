import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { commandSender, type Sent } from "../../src/client/send_command.ts";
import { VirtualClock } from "./virtual_clock.ts";

type Answer = () => Response;

const ok: Answer = () => Response.json({ done: true });
const busy = (status: number, headers: HeadersInit = {}): Answer => () => new Response("{}", { status, headers });
const lost: Answer = () => {
  throw new TypeError("network");
};

/** Sends one command to a shop that gives these answers, the last one for ever. */
async function sent(
  ...answers: readonly Answer[]
): Promise<{ readonly sent: Sent; readonly keys: string[]; tookMs: number }> {
  const clock = new VirtualClock();
  const keys: string[] = [];
  const send = commandSender({
    clock,
    random: () => 0.5,
    fetch: (_path, { headers }) => {
      keys.push(new Headers(headers).get("idempotency-key") ?? "");
      const answer = answers[Math.min(keys.length, answers.length) - 1] ?? ok;
      return Promise.resolve().then(answer);
    },
  });
  const startedAt = clock.now();
  let tookMs = 0;
  const sending = send({ method: "POST", path: "/api/carts", key: "click-1" }).finally(() => {
    tookMs = clock.now() - startedAt;
  });
  await clock.pass(120_000);
  return { sent: await sending, keys, tookMs };
}

describe("a command that is sent", () => {
  it("is sent once when it is answered", async () => {
    expect(await sent(ok)).toMatchObject({ sent: { outcome: "accepted", body: { done: true } }, keys: ["click-1"] });
  });

  it("is repeated with the same key as long as nobody knows what became of it", async () => {
    const { sent: outcome, keys } = await sent(busy(503), lost, busy(504), ok);
    expect(outcome.outcome).toBe("accepted");
    expect(keys).toEqual(["click-1", "click-1", "click-1", "click-1"]);
  });

  it("is repeated when the answer is cut off, or comes from somebody on the way", async () => {
    const cut: Answer = () => new Response('{"cartId":"crt_');
    const loginPage: Answer = () => new Response("<html>Welcome to our hotel</html>");
    const { sent: outcome, keys } = await sent(cut, loginPage, ok);
    expect(outcome).toEqual({ outcome: "accepted", body: { done: true } });
    expect(keys).toEqual(["click-1", "click-1", "click-1"]);
  });

  it("waits as long as the shop asks for", async () => {
    const { tookMs } = await sent(busy(429, { "retry-after": "7" }), ok);
    expect(tookMs).toBeGreaterThanOrEqual(7000);
  });

  it("is not repeated after a refusal, which says why", async () => {
    const refusal: Answer = () => Response.json({ code: "cart_is_closed", orderId: "ord_1" }, { status: 409 });
    const { sent: outcome, keys } = await sent(refusal);
    expect(outcome).toMatchObject({ outcome: "refused", code: "cart_is_closed", details: { orderId: "ord_1" } });
    expect(keys.length).toBe(1);
  });

  it("says when the session does not count any more", async () => {
    expect((await sent(busy(401))).sent).toEqual({ outcome: "signed_out" });
  });

  it("is given up after three quarters of a minute", async () => {
    const { sent: outcome, tookMs } = await sent(lost);
    expect(outcome).toEqual({ outcome: "unreachable" });
    expect(tookMs).toBeGreaterThan(40_000);
    expect(tookMs).toBeLessThan(60_000);
  });
});
