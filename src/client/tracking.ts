import { fold, type OrderFrame, type TrackingFeed } from "../../machines/order/fold.ts";
import { ANSWER_WITHIN_MS, type Clock } from "./clock.ts";
import type { Connection } from "./connection.ts";
import type { ConnectionStatus } from "./connection_status.ts";
import { type FeedMessage, readChanges } from "./feed_message.ts";
import { lineTo } from "./lines.ts";
import { LoadedSection } from "./loaded_section.ts";
import { list, maybe, record, text } from "./json_shape.ts";
import { showShipment } from "./order.ts";
import { readMilestone } from "./order_shape.ts";
import { statusName, statusSentence } from "./order_words.ts";
import { fill, part, parts, slot } from "./template.ts";
import { showTimeline } from "./timeline_view.ts";

interface TrackingParts {
  readonly clock: Clock;
  readonly fetch: (path: string, init: RequestInit) => Promise<Response>;
  readonly onStatus: (status: ConnectionStatus) => void;
  /** There is no such parcel, hence nothing to follow. */
  readonly onUnknown: () => void;
}

/**
 * A parcel that anybody with its link can follow. What is known is asked for once; every step after it comes over a line
 * of its own. Undefined on other pages.
 */
export function mountTracking({ clock, fetch, onStatus, onUnknown }: TrackingParts): Connection | undefined {
  const [element] = parts(document, "[data-tracking]");
  const trackingId = element?.dataset.tracking;
  if (element === undefined || trackingId === undefined) return undefined;

  const channel = `track:${trackingId}`;
  const receive = trackingView(element);
  let cursor: string | undefined;
  const line = lineTo({
    channel,
    stream: `/track/${encodeURIComponent(trackingId)}/events`,
    clock,
    fetch,
    onMessage: receive,
    onStatus,
    onSignedOut: () => {},
  });
  const section = new LoadedSection({
    element,
    clock,
    load: async () => {
      const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
      const response = await fetch(`/api/changes?${new URLSearchParams({ channel })}`, { signal });
      if (response.status === 404) {
        onUnknown();
        return "empty";
      }
      if (!response.ok) throw new Error(`Cannot look up a parcel: status ${response.status}`);
      for (const message of readChanges(await response.json())) {
        if (message.type !== "resumed") cursor = message.cursor;
        receive(message);
      }
      line.start(cursor);
      return "ready";
    },
  });
  void section.refresh();
  return line;
}

function trackingView(element: HTMLElement): (message: FeedMessage) => void {
  let feed: TrackingFeed | undefined;
  return (message) => {
    if (message.type === "resumed") return;
    if (message.type !== "event") feed = readTrackingFeed(message.state);
    else if (feed !== undefined && message.data !== undefined) feed = folded(feed, message.data);
    if (feed !== undefined) show(element, feed);
  };
}

function folded(feed: TrackingFeed, json: unknown): TrackingFeed {
  const frame = readTrackingFrame(json);
  return frame === undefined ? feed : fold(feed, frame);
}

function show(element: HTMLElement, { status, history, shipment }: TrackingFeed): void {
  fill(element, { status: statusName(status), sentence: statusSentence(status) });
  showTimeline(part(element, "[data-timeline]"), history);
  showShipment(slot(element, "shipment"), shipment ?? {});
}

function readTrackingFeed(json: unknown): TrackingFeed {
  const feed = record(json);
  return {
    trackingId: text(feed.trackingId),
    status: text(feed.status),
    shipment: maybe(readShipment)(feed.shipment) ?? null,
    history: list(readMilestone)(feed.history),
  };
}

function readTrackingFrame(json: unknown): OrderFrame | undefined {
  const frame = record(json);
  if (frame.eventType !== "order-status-changed") return undefined;
  const shipment = maybe(readShipment)(frame.shipment);
  return {
    eventType: frame.eventType,
    newStatus: text(frame.newStatus),
    occurredAt: text(frame.occurredAt),
    ...(shipment !== undefined && { shipment }),
  };
}

function readShipment(json: unknown): NonNullable<TrackingFeed["shipment"]> {
  const { carrier, trackingNumber, status } = record(json);
  return { carrier: text(carrier), trackingNumber: text(trackingNumber), status: text(status) };
}
