import { z } from "zod";
import { publishedEvent } from "./published_event.ts";

const saleId = z.string();
const skus = z.array(z.string());

const saleStarted = publishedEvent("ecommerce.pricing.flash_sale.started.v1", {
  summary: "A flash sale began.",
  planned: true,
  payload: z.object({ saleId, skus, percentOff: z.number(), endsAt: z.iso.datetime() }),
});

const saleEnded = publishedEvent("ecommerce.pricing.flash_sale.ended.v1", {
  summary: "A flash sale is over.",
  planned: true,
  payload: z.object({ saleId, skus, reason: z.enum(["elapsed", "sold_out", "stopped"]) }),
});

const deliveryFailed = publishedEvent("ecommerce.webhook.delivery.failed.v1", {
  summary: "A webhook was not taken at any attempt and is parked.",
  planned: true,
  payload: z.object({
    deliveryId: z.string(),
    endpointId: z.string(),
    eventId: z.string(),
    attempts: z.int(),
    lastStatus: z.int().optional(),
    reason: z.string(),
  }),
});

/** Their actors are still to come. Until one of them publishes, these may change. */
export const plannedEvents = [saleStarted, saleEnded, deliveryFailed];
