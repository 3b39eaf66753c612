import type { Route } from "../routes/route.ts";
import { ANY_ROLE, STAFF } from "../commands/roles.ts";

/** An address, as the reference of the API describes it. */
export interface DescribedRoute extends Omit<Route, "handle"> {
  /** The answer to whoever is let in to a stream: its status, and what it carries. */
  readonly streams?: { readonly status: "101" | "200"; readonly contentType?: string; readonly words: string };
}

const CURSOR = { type: "string", description: "Where to go on: the last cursor that was seen." };
const TICKET = { type: "string", description: "From `POST /api/stream-tickets`, in the place of a token." };
const EVENTS = {
  status: "200",
  contentType: "text/event-stream",
  words: "`resumed`, `snapshot` or `reset` first, then every update as an unnamed event",
} as const;

function events(path: string, { summary, access }: Pick<Route, "summary" | "access">): DescribedRoute {
  const query = { after: CURSOR, ...(access === "anybody" ? {} : { ticket: TICKET }) };
  return { method: "GET", path, summary, access, query, streams: EVENTS };
}

const ofOrder = { summary: "Streams what becomes of an order, to its owner and to staff.", access: ANY_ROLE };
const SOCKET = {
  method: "GET",
  summary: "Opens a WebSocket: many channels on one connection, and commands.",
  access: ANY_ROLE,
  query: { ticket: TICKET },
  streams: { status: "101", words: "Switching to WebSocket" },
} as const;

/** Every stream there is. */
export const STREAMS: readonly DescribedRoute[] = [
  events("/sse/storefront", { summary: "Streams everything about the customer, under one cursor.", access: ANY_ROLE }),
  events("/api/v1/orders/:id/events", ofOrder),
  events("/orders/:id/events", ofOrder),
  events("/track/:trackingId/events", {
    summary: "Streams where an order is, to whoever has its id.",
    access: "anybody",
  }),
  events("/sse/stores/:storeId/orders", { summary: "Streams a store's orders to its staff.", access: STAFF }),
  events("/sse/flash-sales", { summary: "Streams flash sales.", access: "anybody" }),
  { ...SOCKET, path: "/ws" },
  { ...SOCKET, path: "/ws/orders" },
  {
    method: "GET",
    path: "/api/changes",
    summary: "Answers with the frames that a stream would have shown by now.",
    access: ANY_ROLE,
    query: {
      channel: {
        type: "string",
        description: "`customer`, `order:{id}`, `track:{trackingId}`, `store:{id}:orders` or `flash-sales`.",
      },
      after: CURSOR,
      ticket: TICKET,
    },
    streams: { status: "200", contentType: "application/json", words: "Outcome, cursor, and the frames" },
  },
];
