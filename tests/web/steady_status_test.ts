import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { Phase } from "../../src/client/connection_status.ts";
import { SteadyStatus } from "../../src/client/steady_status.ts";
import { VirtualClock } from "./virtual_clock.ts";

/** What is said of a connection that has been live. */
function saying(): { readonly clock: VirtualClock; readonly show: (phase: Phase) => void; readonly said: Phase[] } {
  const clock = new VirtualClock();
  const said: Phase[] = [];
  const status = new SteadyStatus({ clock, say: ({ phase }) => said.push(phase) });
  const show = (phase: Phase): void => status.show({ phase, again: true, confirmedAt: clock.now() });
  show("live");
  return { clock, show, said };
}

describe("what is said of a connection", () => {
  it("is nothing when it is back at once", async () => {
    const { clock, show, said } = saying();
    for (const phase of ["connecting", "catching_up", "live"] as const) {
      show(phase);
      await clock.pass(300);
    }
    await clock.pass(1000);
    expect(new Set(said)).toEqual(new Set(["live"]));
  });

  it("is what it has come to when it is not, and then every step", async () => {
    const { clock, show, said } = saying();
    show("connecting");
    await clock.pass(500);
    show("catching_up");
    await clock.pass(300);
    show("connecting");
    show("live");
    expect(said).toEqual(["live", "catching_up", "connecting", "live"]);
  });

  it("is said at once when the device is offline", () => {
    const { show, said } = saying();
    show("offline");
    expect(said).toEqual(["live", "offline"]);
  });
});
