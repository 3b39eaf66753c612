import type { Milestone } from "./order_shape.ts";

/** The way of an order that goes well. */
const WAY = ["PENDING", "PAID", "ACCEPTED", "READY", "SHIPPED", "DELIVERED"] as const;

const words: Readonly<Record<string, readonly [short: string, long: string]>> = {
  PENDING: ["Placed", "We have your order and are setting your things aside."],
  PAID: ["Paid", "Thank you. Your payment has arrived."],
  ACCEPTED: ["Confirmed", "The shop has confirmed your order."],
  READY: ["Packed", "Your parcel is packed and waits for the courier."],
  SHIPPED: ["On its way", "Your parcel has left the shop."],
  DELIVERED: ["Delivered", "Your parcel has arrived. Enjoy!"],
  CANCELED: ["Cancelled", "This order was cancelled. Nothing will be sent."],
  FAILED: ["Not completed", "This order could not be completed. You have not been charged."],
  REFUNDED: ["Refunded", "Your money is on its way back to you."],
};

const reasons: Readonly<Record<string, string>> = {
  out_of_stock: "Something in it sold out just before we could set it aside.",
  payment_declined: "The payment was declined.",
  reservation_expired: "The payment did not arrive in time, so we had to let the goods go.",
};

export interface Step {
  readonly status: string;
  readonly name: string;
  readonly state: "done" | "current" | "ahead" | "ended";
  /** RFC 3339; absent for what is still ahead. */
  readonly at?: string;
}

/** The milestones behind an order and, while it goes on, those ahead. */
export function timeline(history: readonly Milestone[]): readonly Step[] {
  const last = history.at(-1);
  const end = wayPlace(last?.status ?? "PENDING");
  const behind = history.map(({ status, at }): Step => ({ status, name: statusName(status), state: "done", at }));
  if (end === -1) {
    return [...behind.slice(0, -1), ...behind.slice(-1).map((step): Step => ({ ...step, state: "ended" }))];
  }

  const ahead = WAY.slice(end + 1).map((status): Step => ({ status, name: statusName(status), state: "ahead" }));
  if (ahead.length === 0) return behind;
  return [...behind.slice(0, -1), ...behind.slice(-1).map((step): Step => ({ ...step, state: "current" })), ...ahead];
}

export function statusName(status: string): string {
  return words[status]?.[0] ?? status.toLowerCase();
}

/** A sentence about where the order stands and, when it ended early, why. */
export function statusSentence(status: string, reason?: string): string {
  const sentence = words[status]?.[1] ?? "";
  const why = reason === undefined ? undefined : reasons[reason];
  return why === undefined ? sentence : `${why} ${sentence}`;
}

function wayPlace(status: string): number {
  return WAY.findIndex((step) => step === status);
}
