import type { JSX } from "hono/jsx/jsx-runtime";
import { Page, type PageFrame } from "./page.tsx";
import { Bones, NeedsScript, Unavailable } from "./section_states.tsx";

export function OrderPage({ frame, orderId }: { readonly frame: PageFrame; readonly orderId: string }): JSX.Element {
  return (
    <Page frame={frame} title="Your order">
      <NeedsScript />
      <section class="order" data-section data-order={orderId} data-state="loading" aria-label="Your order">
        <Bones rows={6} />
        <Unavailable what="We cannot show this order for the moment. Nothing has happened to it." />
        <NotThere what="We could not find this order. It may belong to somebody else, or to another browser." />
        <div data-part="ready" class="order-ready">
          <header class="order-head">
            <p class="kicker">
              Order of <span data-slot="day"></span>
            </p>
            <h1 data-slot="status"></h1>
            <p class="lead" data-slot="sentence" role="status" aria-live="polite"></p>
          </header>
          <div class="order-columns">
            <Timeline />
            <div class="order-side">
              <ul class="summary-lines" data-lines></ul>
              <p class="total">
                <span>Total</span>
                <output data-slot="total"></output>
              </p>
              <p class="note" data-slot="shipment" hidden></p>
              <p class="small order-parcel">
                <a data-slot="tracking">Link to follow this parcel</a>, good for anyone you share it with.
              </p>
              <div class="order-actions">
                <button type="button" class="button" data-pay hidden>Pay now</button>
                <button type="button" class="button quiet" data-cancel hidden>Cancel this order</button>
              </div>
            </div>
          </div>
        </div>
      </section>
      <StepTemplate />
      <LineTemplate />
    </Page>
  );
}

export function TrackingPage({ frame, trackingId }: {
  readonly frame: PageFrame;
  readonly trackingId: string;
}): JSX.Element {
  return (
    <Page frame={frame} title="Where is my parcel?">
      <NeedsScript />
      <section class="order narrow" data-section data-tracking={trackingId} data-state="loading" aria-label="Parcel">
        <Bones rows={6} />
        <Unavailable what="We cannot look up this parcel for the moment." />
        <NotThere what="We do not know this parcel. Please check the link." />
        <div data-part="ready" class="order-ready">
          <header class="order-head">
            <p class="kicker">Parcel</p>
            <h1 data-slot="status"></h1>
            <p class="lead" data-slot="sentence" role="status" aria-live="polite"></p>
            <p class="note" data-slot="shipment" hidden></p>
          </header>
          <Timeline />
        </div>
      </section>
      <StepTemplate />
    </Page>
  );
}

function Timeline(): JSX.Element {
  return <ol class="timeline" data-timeline aria-label="What has happened so far"></ol>;
}

function NotThere({ what }: { readonly what: string }): JSX.Element {
  return (
    <div data-part="empty" class="empty">
      <h1 class="empty-title">Not found</h1>
      <p>{what}</p>
      <a class="button quiet" href="/">Back to the shop</a>
    </div>
  );
}

function StepTemplate(): JSX.Element {
  return (
    <template id="timeline-step">
      <li class="milestone">
        <span class="milestone-dot" aria-hidden="true"></span>
        <span class="milestone-name" data-slot="name"></span>
        <time class="milestone-time" data-slot="at"></time>
      </li>
    </template>
  );
}

function LineTemplate(): JSX.Element {
  return (
    <template id="summary-line">
      <li class="summary-line">
        <img data-slot="picture" alt="" width="48" height="48" loading="lazy" />
        <a data-slot="name"></a>
        <span data-slot="total"></span>
      </li>
    </template>
  );
}
