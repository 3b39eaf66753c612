import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { customerOf, renewedCustomer, type SessionParts } from "../../src/client/session.ts";

/** A browser whose tabs share locks and notes, before a shop that counts its guests. */
class Browser {
  guests = 0;
  now = 1_000_000;
  /** It would wait for an answer as long as it takes. */
  isPatient = true;
  readonly #notes = new Map<string, string>();
  #last: Promise<unknown> = Promise.resolve();

  tab(): SessionParts {
    return {
      fetch: (_path, { signal }) => {
        this.isPatient = signal === undefined;
        this.guests += 1;
        return Promise.resolve(Response.json({ customerId: `gst_${this.guests}` }, { status: 201 }));
      },
      exclusively: (task) => {
        const run = this.#last.then(task);
        this.#last = run.catch(() => {});
        return run;
      },
      notes: {
        getItem: (name) => this.#notes.get(name) ?? null,
        setItem: (name, value) => void this.#notes.set(name, value),
      },
      now: () => this.now,
    };
  }
}

describe("a session", () => {
  it("is nobody's business when the page already knows its customer", async () => {
    const browser = new Browser();
    expect(await customerOf("gst_known", browser.tab())).toBe("gst_known");
    expect(browser.guests).toBe(0);
  });

  it("is made once, however many tabs start at the same moment", async () => {
    const browser = new Browser();
    const customers = await Promise.all(Array.from({ length: 7 }, () => customerOf(undefined, browser.tab())));
    expect(new Set(customers)).toEqual(new Set(["gst_1"]));
    expect(browser).toMatchObject({ guests: 1, isPatient: false });
  });

  it("is made anew when the guest of another day is gone", async () => {
    const browser = new Browser();
    await customerOf(undefined, browser.tab());
    browser.now += 86_400_000;
    expect(await customerOf(undefined, browser.tab())).toBe("gst_2");
  });

  it("is renewed once for all tabs", async () => {
    const browser = new Browser();
    const former = await customerOf(undefined, browser.tab());
    const renewed = await Promise.all([1, 2, 3].map(() => renewedCustomer(former, browser.tab())));
    expect(new Set(renewed)).toEqual(new Set(["gst_2"]));
  });
});
