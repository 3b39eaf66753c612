import { publishedEvents } from "../../src/events/published_events.ts";
import { withTypes } from "./events_page.ts";
import { breaksBetween, presentSchemas, record, recordedSchemas } from "./schema_snapshot.ts";

const PAGE = new URL("../../docs/events.md", import.meta.url);

const broken = breaksBetween(recordedSchemas(), presentSchemas());
if (broken.length > 0) {
  console.error(broken.join("\n"));
  console.error(
    "Cannot record the schemas: consumers would break. Publish a new version of the event beside the old one.",
  );
  Deno.exit(1);
}
record(presentSchemas());
Deno.writeTextFileSync(PAGE, withTypes(Deno.readTextFileSync(PAGE), publishedEvents));
