import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { notesIn } from "../../src/client/notes.ts";

function denied(): never {
  throw new DOMException("denied", "SecurityError");
}

describe("notes", () => {
  it("are forgotten where the browser keeps none", () => {
    const notes = notesIn(denied);
    notes.setItem("guest", "gst_1");
    expect(notes.getItem("guest")).toBe(null);
  });

  it("stay as they are where there is no more room", () => {
    const notes = notesIn(() => ({ getItem: () => "gst_1", setItem: denied }));
    notes.setItem("guest", "gst_2");
    expect(notes.getItem("guest")).toBe("gst_1");
  });
});
